"""Every four-letter word, in the original's layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkacli.zookeeper.four_letter import WORDS
from kafkacli.zookeeper.protocol import Acl, CreateFlag, CreateRequest, Id, OpCode, PathWatchRequest
from tests.support.zookeeper import RunningZooKeeper, four_letter
from tests.support.zookeeper_raw import RawClient

VERSION = r"3\.5\.9-\w+, built on 01/06/2021 20:03 GMT"
DATE = r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d \S+ 20\d\d"
NUMBERS = r"\d+/\d+/\d+"
ANSWERS = {
    "ruok": "imok",
    "isro": "rw",
    "srst": r"Server stats reset\.\n",
    "crst": r"Connection stats reset\.\n",
    "dirs": r"datadir_size: \d+\nlogdir_size: \d+\n",
    "gtmk": "306",
    "srvr": rf"Zookeeper version: {VERSION}\nLatency min/avg/max: {NUMBERS}\nReceived: 4\nSent: 3\nConnections: 2\n"
    r"Outstanding: 0\nZxid: 0x2\nMode: standalone\nNode count: 6\n",
    "stat": rf"Zookeeper version: {VERSION}\nClients:\n"
    r" /127\.0\.0\.1:\d+\[1\]\(queued=0,recved=3,sent=3\)\n /127\.0\.0\.1:\d+\[0\]\(queued=0,recved=1,sent=0\)\n"
    rf"\nLatency min/avg/max: {NUMBERS}\n(.*\n)+Node count: 6\n",
    "cons": r" /127\.0\.0\.1:\d+\[1\]\(queued=0,recved=3,sent=3,sid=0x1\w+,lop=GETD,est=\d+,to=10000,lcxid=0x2,lzxid=0x2,lresp=\d+,"
    r"llat=\d+,minlat=\d+,avglat=\d+,maxlat=\d+\)\n /127\.0\.0\.1:\d+\[0\]\(queued=0,recved=1,sent=0\)\n\n",
    "wchs": r"1 connections watching 1 paths\nTotal watches:1\n",
    "wchc": r"0x1\w+\n\t/e\n\n",
    "wchp": r"/e\n\t0x1\w+\n\n",
    "dump": rf"SessionTracker dump:\nSession Sets \(1\)/\(1\):\n1 expire at {DATE}:\n\t(0x1\w+)\nephemeral nodes dump:\n"
    r"Sessions with Ephemerals \(1\):\n\1:\n\t/e\nConnections dump:\nConnections Sets \(\d\)/\(2\):\n"
    rf"(\d expire at {DATE}:\n(\tip: /127\.0\.0\.1:\d+ sessionId: 0x\w+\n)+){{1,2}}",
    "conf": r"clientPort=\d+\nsecureClientPort=-1\ndataDir=/.*/version-2\ndataDirSize=\d+\ndataLogDir=/.*/version-2\n"
    r"dataLogSize=\d+\ntickTime=3000\nmaxClientCnxns=0\nminSessionTimeout=6000\nmaxSessionTimeout=60000\nserverId=0\n",
    "envi": rf"Environment:\nzookeeper\.version={VERSION}\n(\S+=.*\n)+",
    "mntr": rf"zk_version\t{VERSION}\n(zk_\w+_latency\t\d+\n){{3}}zk_packets_received\t4\nzk_packets_sent\t3\n"
    r"zk_num_alive_connections\t2\nzk_outstanding_requests\t0\nzk_server_state\tstandalone\nzk_znode_count\t6\n"
    r"zk_watch_count\t1\nzk_ephemerals_count\t1\nzk_approximate_data_size\t\d+\n"
    r"(zk_(open|max)_file_descriptor_count\t\d+\n)*",
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningZooKeeper]:
    running = RunningZooKeeper(tmp_path / "zookeeper", four_letter_whitelist="*")
    client = RawClient(running.port)
    client.connect()
    acl = [Acl(31, Id("world", "anyone"))]
    client.call(OpCode.CREATE, CreateRequest("/e", b"x", acl, CreateFlag.EPHEMERAL))
    client.call(OpCode.GET_DATA, PathWatchRequest("/e", True))
    yield running
    client.close()
    running.close()


@pytest.mark.parametrize("word", sorted(ANSWERS))
def test_a_word_is_answered_as_the_original_does(server: RunningZooKeeper, word: str) -> None:
    answer = four_letter(server.port, word)
    assert re.fullmatch(ANSWERS[word], answer), answer


def test_a_trace_mask_is_taken_with_its_word(server: RunningZooKeeper) -> None:
    assert four_letter(server.port, "stmk\0\0\0\0\0\0\0\x07") == "7"
    assert four_letter(server.port, "gtmk") == "7"


def test_resets_begin_again(server: RunningZooKeeper) -> None:
    assert four_letter(server.port, "crst") == "Connection stats reset.\n"
    assert ",lop=NA," in (shown := four_letter(server.port, "cons"))
    assert ",lzxid=0xffffffffffffffff,lresp=0,llat=0,minlat=0,avglat=0,maxlat=0)" in shown
    assert "lcxid" not in shown
    four_letter(server.port, "srst")
    assert "Received: 1\nSent: 1\n" in four_letter(server.port, "srvr")


def test_a_server_that_may_be_read_only_can_be_asked_whether_it_is(tmp_path: Path) -> None:
    running = RunningZooKeeper(tmp_path / "zookeeper", read_only_mode=True)
    try:
        assert four_letter(running.port, "isro") == "rw"
    finally:
        running.close()


def test_every_word_has_a_test() -> None:
    assert {word.decode() for word in WORDS} == ANSWERS.keys() | {"stmk"}


def test_the_whitelist_may_name_words(tmp_path: Path) -> None:
    running = RunningZooKeeper(tmp_path / "zookeeper", four_letter_whitelist="ruok, isro")
    try:
        assert four_letter(running.port, "ruok") == "imok"
        assert four_letter(running.port, "isro") == "rw"
        assert four_letter(running.port, "srvr").startswith("Zookeeper version: ")
        assert four_letter(running.port, "stat") == "stat is not executed because it is not in the whitelist.\n"
    finally:
        running.close()
