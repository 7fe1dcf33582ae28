"""The controller: election, topics, leaders and reassignments, decided here and kept in ZooKeeper."""
