"""Ours and Apache Kafka 2.6.2 side by side: one file per path, all run by `python -m tests.benchmarks`."""
