"""Every codec of every client: what one wrote is stored in the codec that it chose, and every other one reads it."""

import shutil

import pytest

from kafkacli.record.batch import Compression, iter_headers
from tests.support.apache import why_absent
from tests.support.codec_clients import CODEC_CLIENTS, Place
from tests.support.produced import fetch, fetch_request
from tests.support.raw import RawClient
from tests.support.server import Server

pytestmark = pytest.mark.foreign
VALUES = [f"value {number} {'compressible ' * 10}" for number in range(20)]
Written = dict[str, dict[str, str]]  # client → topic → codec


@pytest.fixture(scope="module")
def place(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(server.bootstrap, tmp_path_factory.mktemp("codecs"))


def skip_without(name: str) -> None:
    if name == "java" and (reason := why_absent() or (None if shutil.which("javac") else "no javac")):
        pytest.skip(reason)


@pytest.fixture(scope="module")
def written(place: Place) -> Written:
    """What each client that is here has written; the reader's own test says which are not."""
    from confluent_kafka.admin import AdminClient, NewTopic

    planned = {
        name: {f"codecs-{name}-{codec}": codec for codec in client.codecs} for name, client in CODEC_CLIENTS.items()
    }
    admin = AdminClient({"bootstrap.servers": place.bootstrap, "broker.address.family": "v4"})
    for made in admin.create_topics([NewTopic(topic, 1, 1) for each in planned.values() for topic in each]).values():
        made.result(30)
    written: Written = {}
    for name, client in CODEC_CLIENTS.items():
        topics = planned[name]
        try:
            skip_without(name)
            client.produce(place, topics, VALUES)
        except pytest.skip.Exception:
            continue
        written[name] = topics
    return written


@pytest.mark.parametrize("reader", CODEC_CLIENTS)
def test_reads_what_every_client_wrote(written: Written, place: Place, reader: str) -> None:
    skip_without(reader)
    client = CODEC_CLIENTS[reader]
    # A transaction's marker becomes, as with Kafka, a cut off entry for clients of its time: PyKafka stops there.
    writers = [writer for writer in written if (writer, reader) != ("aiokafka", "pykafka")]
    topics = [topic for writer in writers for topic, codec in written[writer].items() if codec in client.codecs]
    found = client.consume(place, topics, len(VALUES))
    assert found == dict.fromkeys(topics, VALUES)


def test_records_stay_in_the_codec_of_their_client(written: Written, server: Server) -> None:
    kept = {}
    with RawClient(int(server.bootstrap.rpartition(":")[2])) as client:
        for topic in [topic for each in written.values() for topic in each]:
            records = fetch(client, fetch_request({(topic, 0): 0})).records
            headers = [header for _, header in iter_headers(records or b"")]
            kept[topic] = {
                Compression(header.attributes & 7).name.lower() for header in headers if not header.is_control
            }
    assert kept == {topic: {codec} for each in written.values() for topic, codec in each.items()}
