"""InitProducerId and the idempotent producer that uses it."""

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.record.batch import Record, encode_batch
from kafkacli.wire.messages.init_producer_id import InitProducerIdRequest, InitProducerIdResponse
from tests.support.broker import RunningBroker
from tests.support.produced import produce
from tests.support.raw import RawClient


def init(client: RawClient, version: int = 3, **fields: object) -> tuple[int, int, int]:
    request = InitProducerIdRequest(**{"transactional_id": None, **fields})  # type: ignore[arg-type]
    response = client.ask(request, InitProducerIdResponse, version)
    return response.error_code, response.producer_id, response.producer_epoch


@pytest.mark.parametrize("version", range(4))
def test_every_producer_gets_an_id_of_its_own(broker: RunningBroker, version: int) -> None:
    with RawClient(broker.port) as client:
        first, second = init(client, version), init(client, version)
    assert first == (0, first[1], 0)
    assert second == (0, first[1] + 1, 0)


def test_what_is_refused(broker: RunningBroker) -> None:
    with RawClient(broker.port) as client:
        assert init(client, producer_id=5) == (ErrorCode.INVALID_REQUEST, -1, -1)
        assert init(client, producer_epoch=5) == (ErrorCode.INVALID_REQUEST, -1, -1)
        assert init(client, transactional_id="") == (ErrorCode.INVALID_REQUEST, -1, -1)


def test_sequences_are_checked(broker: RunningBroker) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        _, producer_id, epoch = init(client)

        def send(sequence: int) -> tuple[int, int]:
            records = [Record(timestamp=1, value=b"a"), Record(timestamp=1, value=b"b")]
            data = encode_batch(records, producer_id=producer_id, producer_epoch=epoch, base_sequence=sequence)
            result = produce(client, data)
            return result.error_code, result.base_offset

        assert send(0) == (0, 0)
        assert send(2) == (0, 2)
        assert send(2) == (0, 2)  # sent again, appended once
        assert send(6) == (ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, -1)
