"""To which broker of which cluster a log directory belongs."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkacli.log.directory_locks import DirectoryLocks
from kafkacli.log.filesystem import OsFileSystem
from kafkacli.log.meta_properties import (
    BadMetaProperties,
    BrokerMetadata,
    InconsistentBrokerId,
    InconsistentClusterId,
    InconsistentMetadata,
    check_broker_id,
    check_cluster_id,
    decode_metadata,
    encode_metadata,
    read_metadata,
    write_metadata,
)
from tests.support.logs import NOW_MS

APACHE = Path(__file__).parents[1] / "data" / "log" / "apache"
METADATA = BrokerMetadata(1, "JNg01pFnQ6en3wOl-93lWw")


@pytest.fixture
def utc() -> Iterator[None]:
    """The time zone of the machine that wrote the data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("utc")
def test_what_apache_wrote_comes_out_again() -> None:
    data = (APACHE / "meta.properties").read_bytes()
    metadata = decode_metadata(data, "meta.properties")
    assert metadata.broker_id == 0
    date = data.splitlines()[1].decode()[1:]
    now_ms = int(time.mktime(time.strptime(date, "%a %b %d %H:%M:%S %Z %Y"))) * 1000
    assert encode_metadata(metadata, now_ms) == data


def test_every_directory_gets_the_file(tmp_path: Path) -> None:
    directories = [str(tmp_path / name) for name in ("a", "b")]
    for directory in directories:
        Path(directory).mkdir()
    assert read_metadata(OsFileSystem(), directories) == BrokerMetadata(-1, None)
    (tmp_path / "b" / "meta.properties.tmp").write_text("torn")
    write_metadata(OsFileSystem(), directories[:1], METADATA, 0)
    assert read_metadata(OsFileSystem(), directories) == METADATA
    assert list((tmp_path / "b").iterdir()) == []


def test_directories_of_two_brokers_are_refused(tmp_path: Path) -> None:
    for number in (0, 1):
        (tmp_path / str(number)).mkdir()
        write_metadata(OsFileSystem(), [str(tmp_path / str(number))], BrokerMetadata(number), 0)
    with pytest.raises(InconsistentMetadata) as caught:
        read_metadata(OsFileSystem(), [str(tmp_path / "0"), str(tmp_path / "1")])
    assert str(caught.value) == (
        "BrokerMetadata is not consistent across log.dirs. This could happen if multiple brokers shared a log directory "
        "(log.dirs) or partial data was manually copied from another broker. Found:\n"
        f"- {tmp_path}/0 -> BrokerMetadata(brokerId=0, clusterId=None)\n"
        f"- {tmp_path}/1 -> BrokerMetadata(brokerId=1, clusterId=None)\n"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version=0\n", "Missing required property 'broker.id' in P"),
        ("broker.id=1\n", "Missing required property 'version' in P"),
        ("version=0\nbroker.id=one\n", "broker.id is no number in P: one"),
        ("version=0\nbroker.id=-1\n", "broker.id has value -1 which is not in the range (0,2147483647) in P."),
        ("version=1\nbroker.id=1\n", "Unrecognized version of the server meta.properties file: 1 in P"),
    ],
)
def test_a_half_written_file_is_named(text: str, message: str) -> None:
    with pytest.raises(BadMetaProperties) as caught:
        decode_metadata(text.encode(), "P")
    assert str(caught.value) == message


def test_comments_and_unknown_keys_do_not_matter() -> None:
    assert decode_metadata(b"#broker.id=9\n broker.id = 1 \nversion=0\nnode.id=4\n", "P") == BrokerMetadata(1, None)


@pytest.mark.parametrize(("stored", "configured", "used"), [(-1, -1, -1), (-1, 2, 2), (1, -1, 1), (1, 1, 1)])
def test_the_stored_broker_id_is_used(stored: int, configured: int, used: int) -> None:
    assert check_broker_id(BrokerMetadata(stored), configured) == used


def test_another_broker_id_is_refused_as_kafka_does() -> None:
    with pytest.raises(InconsistentBrokerId) as caught:
        check_broker_id(METADATA, 2)
    assert caught.value.exception == "kafka.common.InconsistentBrokerIdException"
    assert str(caught.value) == (
        "Configured broker.id 2 doesn't match stored broker.id 1 in meta.properties. If you moved your data, make sure "
        "your configured broker.id matches. If you intend to create a new broker, you should remove all data in your data "
        "directories (log.dirs)."
    )


def test_another_cluster_is_refused_as_kafka_does() -> None:
    check_cluster_id(METADATA, "JNg01pFnQ6en3wOl-93lWw")
    check_cluster_id(BrokerMetadata(1, None), "other")
    with pytest.raises(InconsistentClusterId) as caught:
        check_cluster_id(METADATA, "other")
    assert caught.value.exception == "kafka.common.InconsistentClusterIdException"
    assert str(caught.value) == (
        "The Cluster ID other doesn't match stored clusterId Some(JNg01pFnQ6en3wOl-93lWw) in meta.properties. The broker "
        "is trying to join the wrong cluster. Configured zookeeper.connect may be wrong."
    )


def test_a_version_that_is_not_ours_costs_only_its_directory(tmp_path: Path) -> None:
    directories = [str(tmp_path / name) for name in ("a", "b")]
    locks = DirectoryLocks(OsFileSystem(), directories)
    write_metadata(OsFileSystem(), directories, METADATA, NOW_MS)
    (tmp_path / "a" / "meta.properties").write_text("version=1\nbroker.id=1\n")
    try:
        assert read_metadata(OsFileSystem(), directories, locks.give_up) == METADATA
        assert list(locks.failed) == directories[:1]
        (tmp_path / "b" / "meta.properties").write_text("version=1\nbroker.id=1\n")
        with pytest.raises(BadMetaProperties, match="Unrecognized version"):
            read_metadata(OsFileSystem(), directories[1:], locks.give_up)
        (tmp_path / "a" / "meta.properties").write_text("version=0\n")
        with pytest.raises(BadMetaProperties, match=r"Missing required property 'broker\.id'"):
            read_metadata(OsFileSystem(), directories[:1], locks.give_up)
    finally:
        locks.release()
