"""Access control lists: patterns and checks, and how Kafka keeps them in ZooKeeper. No IO."""
