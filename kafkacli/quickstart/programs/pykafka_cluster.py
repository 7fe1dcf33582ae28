"""PyKafka: what the cluster says of itself. Argument: HOST:PORT."""

import sys

from pykafka import KafkaClient

client = KafkaClient(hosts=sys.argv[1])
for broker in client.brokers.values():
    print("broker", broker.id, broker.host.decode(), broker.port)
for name in sorted(client.topics):
    print("topic", name.decode(), "partitions", len(client.topics[name].partitions))
