"""The ZooKeeper server: a tree of znodes with sessions and watches, on disk as Apache ZooKeeper 3.5 keeps it."""
