"""PyKafka: produce the lines of standard input, each waiting for its acknowledgement. Arguments: HOST:PORT TOPIC."""

import sys

from pykafka import KafkaClient

client = KafkaClient(hosts=sys.argv[1])
topic = client.topics[sys.argv[2]]
sent = 0
with topic.get_sync_producer() as producer:
    for line in sys.stdin:
        producer.produce(line.rstrip("\n").encode())
        sent += 1
print(f"{sent} messages, each acknowledged")
