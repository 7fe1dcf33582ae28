"""Apache Kafka's bin scripts without the JVM, and a bundled broker and ZooKeeper server."""
