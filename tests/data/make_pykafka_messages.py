"""Make tests/data/pykafka_messages.tsv again; run it with a Python that has PyKafka 2.8.0, python-snappy, lz4 and xxhash."""

from pathlib import Path

from pykafka.common import CompressionType
from pykafka.protocol.message import Message, MessageSet

NOW = 1_600_000_000_000


def main() -> None:
    """Write what PyKafka sends in Produce requests: a line for each format and codec, with the message set in hex."""
    lines = []
    for magic, broker_version in ((0, "0.9.0"), (1, "0.10.2")):
        for codec in ("NONE", "GZIP", "SNAPPY", "LZ4"):
            messages = [
                Message(
                    b"value-%d " % i * 9,
                    b"key" if i % 2 else None,
                    protocol_version=magic,
                    timestamp=NOW + i if magic else None,
                )
                for i in range(3)
            ]
            kind = getattr(CompressionType, codec)
            message_set = MessageSet(compression_type=kind, messages=messages, broker_version=broker_version)
            data = bytearray(len(message_set))
            message_set.pack_into(data, 0)
            lines.append(f"{magic}\t{codec}\t{data.hex()}\n")
    (Path(__file__).parent / "pykafka_messages.tsv").write_text("".join(lines))


if __name__ == "__main__":
    main()
