"""PyKafka: produce the lines of standard input in the background, then read the delivery reports. Arguments: HOST:PORT TOPIC."""

import sys

from pykafka import KafkaClient

client = KafkaClient(hosts=sys.argv[1])
topic = client.topics[sys.argv[2]]
lines = sys.stdin.read().splitlines()
delivered = 0
with topic.get_producer(delivery_reports=True, linger_ms=50) as producer:
    for line in lines:
        producer.produce(line.encode())
    for _ in lines:
        message, error = producer.get_delivery_report(timeout=30)
        if error is not None:
            sys.exit(f"{message.value!r} was not delivered: {error}")
        delivered += 1
print(f"{delivered} messages, {delivered} delivery reports")
