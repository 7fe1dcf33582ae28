"""Tests of the ZooKeeper shell."""
