"""Write `log/apache`: a log directory of Apache Kafka 2.6.2, cleanly stopped.

    python -m tests.data.make_log

One topic, `rolled`: four segments, an idempotent producer, and a transactional one that aborts every second time.
"""

import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from tests.support.apache import start_cluster, stop_cluster

TARGET = Path(__file__).parent / "log" / "apache"
TOPIC = "rolled"
CONFIG = {"segment.bytes": "20000", "index.interval.bytes": "500"}


def produce(bootstrap: str) -> None:
    """Fill the topic."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(TOPIC, 1, 1, config=CONFIG)])[TOPIC].result()
    for idempotent in (False, True):
        producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": idempotent, "batch.num.messages": 7})
        for number in range(200):
            producer.produce(
                TOPIC, key=b"k%d" % number, value=b"v" * 100 + b"%d" % number, timestamp=1_600_000_000_000 + number * 10
            )
            if number % 10 == 0:
                producer.flush()
        producer.flush()
    producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": "tx", "batch.num.messages": 3})
    producer.init_transactions()
    for transaction in range(6):
        producer.begin_transaction()
        for number in range(10):
            producer.produce(TOPIC, key=b"k", value=b"tx%d-%d" % (transaction, number))
        producer.flush()
        if transaction % 2:
            producer.commit_transaction()
        else:
            producer.abort_transaction()


def main() -> None:
    """Start a cluster, fill the topic, stop the broker, keep its files."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "cluster"
        cluster = start_cluster(path)
        try:
            produce(cluster.bootstrap)
            os.kill(int((path / "broker-0.pid").read_text()), signal.SIGTERM)
            marker = cluster.log_directory / ".kafka_cleanshutdown"
            while not marker.exists():
                time.sleep(0.1)
            shutil.rmtree(TARGET, ignore_errors=True)
            TARGET.mkdir(parents=True)
            shutil.copy(cluster.log_directory / "meta.properties", TARGET)
            for name in ("recovery-point-offset-checkpoint", "replication-offset-checkpoint"):
                lines = (cluster.log_directory / name).read_text().splitlines()
                kept = [line for line in lines[2:] if line.startswith(TOPIC)]
                (TARGET / name).write_text("".join(f"{line}\n" for line in (lines[0], len(kept), *kept)))
            shutil.copytree(cluster.log_directory / f"{TOPIC}-0", TARGET / f"{TOPIC}-0")
        finally:
            stop_cluster(path)


if __name__ == "__main__":
    main()
