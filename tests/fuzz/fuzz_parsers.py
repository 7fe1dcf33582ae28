"""Invariant: any bytes give every parser's value or its named error; nothing else, and in time that grows with the bytes.

Messages of the wire in both directions, the records of coordinators, the files of log directories and of ZooKeeper, Kafka's
znodes, properties and JSON files. Run: `python -m tests.fuzz.fuzz_parsers [SECONDS]`; it starts from what Kafka's own
classes and our own writers made. Exit status 1 with the offending bytes.
"""

import contextlib
import gzip
import io
import random
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from kafkacli.authorizer.acls import PatternType
from kafkacli.authorizer.znodes import decode_acls, decode_change
from kafkacli.broker.listeners import ListenerError, parse_endpoints
from kafkacli.client.jaas import JaasError, read_login, read_login_file
from kafkacli.client.java_errors import Thrown
from kafkacli.client.jks import MAGIC as JKS_MAGIC
from kafkacli.client.jks import JksError, read_jks
from kafkacli.client.properties import read_properties
from kafkacli.config_types import ConfigError
from kafkacli.coordinator.group_records import decode_group_value, decode_key, decode_offset_commit_value
from kafkacli.coordinator.subscription import subscribed_topics
from kafkacli.coordinator.transaction_records import decode_transaction_key, decode_transaction_value
from kafkacli.interchange.format import FormatError, FormatReader, parse_format
from kafkacli.interchange.json_lines import JsonError, JsonReader
from kafkacli.log.checkpoint_file import CorruptCheckpoint
from kafkacli.log.index_file import CorruptIndex
from kafkacli.log.leader_epoch_checkpoint import open_leader_epochs
from kafkacli.log.meta_properties import BadMetaProperties, decode_metadata
from kafkacli.log.offset_checkpoint import OffsetCheckpoint
from kafkacli.log.offset_index import OffsetIndex
from kafkacli.log.producer_snapshot import CorruptSnapshot, decode_snapshot, encode_snapshot
from kafkacli.log.time_index import TimeIndex
from kafkacli.log.transaction_index import decode_transactions
from kafkacli.registry import znodes
from kafkacli.registry.password_encoder import decode_password
from kafkacli.tools.json_file import parse
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.codec import decode
from kafkacli.wire.consumer_protocol import decode_assignment, decode_subscription
from kafkacli.wire.primitives import WireError
from kafkacli.wire.schema import Message
from kafkacli.zkshell.acl import parse_acl
from kafkacli.zkshell.errors import CommandError
from kafkacli.zookeeper.config import ZooKeeperConfig
from kafkacli.zookeeper.jute import JuteError, Record
from kafkacli.zookeeper.protocol import TXN_RECORDS, TxnHeader
from kafkacli.zookeeper.snapshot import decode_snapshot as decode_tree
from kafkacli.zookeeper.snapshot import encode_snapshot as encode_tree
from kafkacli.zookeeper.tree import DataTree
from kafkacli.zookeeper.txnlog import CorruptFile, decode_txn
from tests.fuzz.fuzz_requests import FRAMES, mutated
from tests.support.memory_filesystem import MemoryFileSystem
from tests.wire.test_codec import CLASSES

DATA = Path(__file__).parents[1] / "data"
FILES = [path for path in (DATA / "log" / "apache").rglob("*") if path.is_file()]
TEMPLATES = [path.read_bytes() for path in (DATA.parents[1] / "kafkacli" / "templates").glob("*.properties")]


class Parser(NamedTuple):
    """A parser, what it may raise, and inputs to begin with."""

    parse: Callable[[bytes], object]
    errors: tuple[type[Exception], ...]
    seeds: Sequence[bytes]


def _files(suffix: str) -> list[bytes]:
    return [path.read_bytes()[:2000] for path in FILES if path.name.endswith(suffix)]


def _text(parse: Callable[[str], object], data: bytes) -> object:
    return parse(data.decode("utf-8", "replace"))


def _quietly(parse: Callable[[str], object], text: str) -> object:
    """Some tell on the terminal what is wrong."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return parse(text)


def _in_memory(path: str, data: bytes) -> MemoryFileSystem:
    filesystem = MemoryFileSystem()
    filesystem.make_directories("/d")
    handle = filesystem.open(path, create=True)
    filesystem.pwrite(handle, data, 0)
    filesystem.close(handle)
    return filesystem


def _index(kind: type[OffsetIndex] | type[TimeIndex], data: bytes) -> None:
    index = kind(_in_memory("/d/index", data), "/d/index", 100, 10_000)
    index.check()
    for number in range(index.entries):
        index.entry(number)
    index.lookup(150)


def _offsets(data: bytes) -> object:
    return OffsetCheckpoint(_in_memory("/d/offsets", data), "/d/offsets").read()


def _epochs(data: bytes) -> object:
    return open_leader_epochs(_in_memory("/d/leader-epoch-checkpoint", data), "/d", 2)


def _tree(data: bytes) -> object:
    return decode_tree(data, Path("snapshot.1"), DataTree())


def _records() -> list[type[Record]]:
    kinds: list[type[Record]] = []
    for kind in Record.__subclasses__():
        kinds += [kind, *kind.__subclasses__()]
    return kinds


def _messages() -> dict[str, Parser]:
    """Every message of the wire, with the bodies that Kafka's own classes wrote, by version."""
    found: dict[tuple[int, str, int], list[bytes]] = {}
    with gzip.open(FRAMES, "rt") as lines:
        for line in lines:
            key, side, version, body, *_ = line.rstrip("\n").split("\t")
            found.setdefault((int(key), side, int(version)), []).append(bytes.fromhex(body))
    return {
        f"{ApiKey(key).name} {side} {version}": Parser(
            partial(_message, CLASSES[ApiKey(key), side], version), (WireError,), bodies
        )
        for (key, side, version), bodies in found.items()
    }


def _message(kind: type[Message], version: int, data: bytes) -> object:
    return decode(kind, data, version)


def parsers() -> dict[str, Parser]:
    """All of them by name."""
    with gzip.open(DATA / "coordinator_records.tsv.gz", "rt") as lines:
        rows = [line.split("\t")[:3] for line in lines]
    keys = [bytes.fromhex(key) for _, key, _ in rows]
    values = [bytes.fromhex(value) for _, _, value in rows if value != "-"]
    header = TxnHeader(1, 2, 3, 4, 1).encode()
    tree = b"".join(encode_tree(DataTree(), [(1, 1000)]))
    acls = b'{"version":1,"acls":[{"principal":"User:a","permissionType":"Allow","operation":"Read","host":"*"}]}'
    json = [
        b'{"version":2,"partitions":{"0":[1,2]},"adding_replicas":{},"removing_replicas":{}}',
        b'{"controller_epoch":1,"leader":1,"version":1,"leader_epoch":0,"isr":[1]}',
        b'{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1]}]}',
        b'{"version":2,"entity_path":"topics/t"}',
        b'{"version":1,"config":{"a":"b"}}',
        b'{"version":1,"brokerid":1,"timestamp":"1","broker":1,"id":"x"}',
        b'{"listener_security_protocol_map":{"P":"PLAINTEXT"},"endpoints":["P://h:1"],"host":"h","port":1,"version":4}',
        acls,
        b"[1, 2]",
    ]
    of_znodes: dict[str, Callable[[bytes], object]] = {
        "broker": znodes.decode_broker,
        "topic": znodes.decode_topic,
        "state": partial(znodes.decode_state, version=0),
        "controller": znodes.decode_controller,
        "log dir event": znodes.decode_log_dir_event,
        "cluster id": znodes.decode_cluster_id,
        "config": znodes.decode_config,
        "config change": znodes.decode_config_change,
        "reassignment": znodes.decode_reassignment,
        "partitions": znodes.decode_partitions,
        "acls": decode_acls,
        "acl change": partial(decode_change, kind=PatternType.LITERAL),
    }
    return {
        **_messages(),
        "group record key": Parser(decode_key, (WireError,), keys),
        "offset commit": Parser(decode_offset_commit_value, (WireError,), values),
        "group": Parser(decode_group_value, (WireError,), values),
        "transaction key": Parser(decode_transaction_key, (WireError,), keys),
        "transaction": Parser(decode_transaction_value, (WireError,), values),
        "subscription": Parser(decode_subscription, (WireError,), values),
        "assignment": Parser(decode_assignment, (WireError,), values),
        "subscribed topics": Parser(subscribed_topics, (ValueError,), values),
        "offset index": Parser(partial(_index, OffsetIndex), (CorruptIndex,), _files(".index")),
        "time index": Parser(partial(_index, TimeIndex), (CorruptIndex,), _files(".timeindex")),
        "transaction index": Parser(decode_transactions, (CorruptIndex,), _files(".txnindex")),
        "producer snapshot": Parser(decode_snapshot, (CorruptSnapshot,), [*_files(".snapshot"), encode_snapshot([])]),
        "offset checkpoint": Parser(_offsets, (CorruptCheckpoint,), [b"0\n1\nt 0 5\n", *_files("checkpoint")]),
        "leader epochs": Parser(_epochs, (CorruptCheckpoint,), _files("checkpoint")),
        "meta.properties": Parser(
            partial(decode_metadata, path="p"), (BadMetaProperties,), [b"#\nversion=0\nbroker.id=1\ncluster.id=x\n"]
        ),
        **{
            f"ZooKeeper {kind.__name__}": Parser(kind.decode_whole, (JuteError,), [bytes(64), b"\0\0\0\1" * 16])
            for kind in _records()
        },
        "ZooKeeper transaction": Parser(
            decode_txn,
            (JuteError, KeyError),
            [header[:-4] + kind.to_bytes(4, "big", signed=True) + bytes(60) for kind in TXN_RECORDS],
        ),
        "ZooKeeper snapshot": Parser(_tree, (CorruptFile,), [tree]),
        **{f"znode of {name}": Parser(parse, (ValueError,), json) for name, parse in of_znodes.items()},
        "password": Parser(
            partial(_text, partial(decode_password, secret="s")),
            (ConfigError,),
            [
                b"keyFactoryAlgorithm:PBKDF2WithHmacSHA1,salt:AA==,initializationVector:AA==,cipherAlgorithm:AES/CBC/PKCS5Padding,passwordLength:1,iterations:1,keyLength:128,encryptedPassword:AA=="
            ],
        ),
        "properties": Parser(partial(_text, read_properties), (ValueError,), TEMPLATES),
        "JSON file": Parser(partial(_text, partial(_quietly, parse)), (Thrown,), json),
        **_written_by_people(),
    }


def _written_by_people() -> dict[str, Parser]:
    """What files and command lines of people hold."""
    login = b"a.b.PlainLoginModule required username=\"u\" password='p\\n' /* no */ debug=true; // end"
    record = b'{"key": "k", "value": {"base64": "AA=="}, "headers": [{"key": "h", "value": null}], "timestamp": 1}\n'
    zoo = [text for text in TEMPLATES if b"dataDir" in text] + [b"dataDir=/d\nclientPort=1\nserver.1=h:1:2;3\n4lw=*"]
    return {
        "zoo.cfg": Parser(partial(_text, _zoo), (ValueError,), zoo),
        "JAAS login": Parser(partial(_text, read_login), (JaasError,), [login]),
        "JAAS file": Parser(
            partial(_text, partial(read_login_file, context="Client", system={"x": "y"})),
            (JaasError,),
            [b"Client { " + login + b" };\nOther { " + login + b" };"],
        ),
        "JKS": Parser(
            partial(read_jks, password=None), (JksError,), [JKS_MAGIC + b"\0\0\0\2\0\0\0\1\0\0\0\2\0\1a" + bytes(40)]
        ),
        "listeners": Parser(
            partial(_text, partial(parse_endpoints, protocols={"P": "PLAINTEXT"})),
            (ListenerError,),
            [b"P://h:1,P://[::1]:2"],
        ),
        "records in JSON": Parser(lambda data: list(JsonReader().read(data + b"\n")), (JsonError,), [record]),
        "format of records": Parser(partial(_text, parse_format), (FormatError,), [b"%k:%s\\n%%%h %T{%F} \\x41"]),
        "records by a format": Parser(
            lambda data: list(FormatReader("%p %K:%k%s\\n").read(data)), (FormatError,), [b"1 3:keyvalue\n"]
        ),
        "ACL of a znode": Parser(
            partial(_text, partial(_quietly, parse_acl)), (CommandError,), [b"world:anyone:cdrwa,digest:a:b:r"]
        ),
    }


def _zoo(text: str) -> object:
    return ZooKeeperConfig.from_properties(read_properties(text))


def main(seconds: float) -> None:
    """Fuzz for so long, each parser in turn; the seed of a failing input is printed."""
    messages = _messages()
    table = [*messages.items(), *[each for each in parsers().items() if each[0] not in messages] * 5]
    end = time.monotonic() + seconds
    seed = random.randrange(2**32)
    count = 0
    while time.monotonic() < end or count < len(table):
        name, parser = table[count % len(table)]
        chance = random.Random(seed + count)
        data = mutated(chance.choice(parser.seeds or [b""]), chance)
        begin = time.process_time()
        try:
            parser.parse(data)
        except parser.errors:
            pass
        except BaseException:
            print(f"{name}, seed {seed + count}: {data.hex()}")
            raise
        assert time.process_time() - begin < 1, f"{name}, seed {seed + count}: slow"
        count += 1
    print(f"{count} inputs to {len(dict(table))} parsers, no surprise")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
