"""PyKafka: read the last messages of a topic, whatever its group has read. Arguments: HOST:PORT TOPIC COUNT."""

import sys

from pykafka import KafkaClient
from pykafka.common import OffsetType

client = KafkaClient(hosts=sys.argv[1])
topic = client.topics[sys.argv[2]]
count = int(sys.argv[3])
consumer = topic.get_simple_consumer(
    consumer_group="test",
    auto_offset_reset=OffsetType.LATEST,
    reset_offset_on_start=True,
    consumer_timeout_ms=5000,
)
ends = {partition_id: end.offset[0] for partition_id, end in topic.latest_available_offsets().items()}
# an offset given to reset_offsets is that of the last message read, so the next one is the first to come
consumer.reset_offsets(
    [(consumer.partitions[partition_id], max(end - count, 0) - 1) for partition_id, end in ends.items() if end]
)
for _ in range(min(count, sum(ends.values()))):
    message = consumer.consume()
    if message is None:
        sys.exit("the messages did not come within 5 s")
    print(message.offset, message.value.decode())
consumer.commit_offsets()
consumer.stop()
