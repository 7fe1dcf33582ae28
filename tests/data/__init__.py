"""Files written by Apache Kafka and Apache ZooKeeper, and the programs that make them again."""
