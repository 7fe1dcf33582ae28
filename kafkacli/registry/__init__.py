"""What a cluster keeps in ZooKeeper: the znodes, their JSON, and the rules for what may stand there; no IO."""
