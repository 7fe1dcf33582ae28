"""The partition log on disk, byte for byte as Kafka 2.6.2 writes it; no asyncio, threads, sleeping or clock in here."""
