"""PyKafka: read a topic with a balanced consumer. Arguments: HOST:PORT TOPIC GROUP COUNT, then 'managed' (Kafka's own
group protocol) or ZooKeeper's HOST:PORT, which then divides the partitions."""

import sys

from pykafka import KafkaClient
from pykafka.common import OffsetType

hosts, name, group, count, by = sys.argv[1:6]
options = {"managed": True} if by == "managed" else {"zookeeper_connect": by}
client = KafkaClient(hosts=hosts)
consumer = client.topics[name].get_balanced_consumer(
    consumer_group=group,
    auto_offset_reset=OffsetType.EARLIEST,
    reset_offset_on_start=True,
    consumer_timeout_ms=10000,
    **options,
)
for _ in range(int(count)):
    message = consumer.consume()
    if message is None:
        sys.exit("the messages did not come within 10 s")
    print(message.partition_id, message.offset, message.value.decode())
print("partitions held:", sorted(consumer.partitions))
consumer.commit_offsets()
consumer.stop()
