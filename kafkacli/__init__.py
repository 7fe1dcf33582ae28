"""Apache Kafka's bin scripts without the JVM, and a bundled broker and ZooKeeper server."""

__version__ = "0.1.0"
KAFKA_VERSION = "2.6.2 (Commit:da65af02e5856e34)"  # what --version of Apache's scripts prints
