"""The ZooKeeper shell: zkCli of ZooKeeper 3.5.9 on kazoo, which is imported only when a session begins."""
