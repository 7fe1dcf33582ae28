"""Quotas: rates in windows, which limit counts, how long a client waits; and that it does."""

import asyncio
import time
from itertools import count

import pytest

from kafkacli.broker.quotas import ClientQuotas, Rate, Windows
from kafkacli.registry.client_quotas import (
    CONSUMER_BYTE_RATE,
    PRODUCER_BYTE_RATE,
    REQUEST_PERCENTAGE,
    QuotaEntity,
)
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.header import RequestHeader
from kafkacli.wire.messages.alter_client_quotas import (
    AlterClientQuotasRequest,
    AlterClientQuotasRequestEntityData,
    AlterClientQuotasRequestEntryData,
    AlterClientQuotasResponse,
    OpData,
)
from kafkacli.wire.messages.fetch import FetchResponse
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataResponse
from kafkacli.wire.messages.produce import ProduceResponse
from tests.support.broker import RunningBroker
from tests.support.produced import batch, fetch_request, produce_request
from tests.support.raw import RawClient

START = 1_700_000_000_000


def test_a_rate_is_the_mean_of_its_windows() -> None:
    rate = Rate(Windows(3, 1000), START)
    rate.record(600, START)
    assert (rate.span_ms(START), rate.measure(START)) == (2000, 300)  # two whole windows at least
    rate.record(600, START + 1500)
    assert (rate.span_ms(START + 2500), rate.measure(START + 2500)) == (2500, 480)
    assert rate.measure(START + 3000) == 240  # the first window is gone: 600 in the 1.5 s since, and one missing window
    assert rate.measure(START + 60_000) == 0
    rate.record(60, START + 60_000)
    rate.record(60, START + 61_000)
    rate.record(60, START + 62_000)
    assert rate.measure(START + 62_500) == 180 / 2.5


def test_a_single_window_that_just_began_says_nothing() -> None:
    rate = Rate(Windows(1, 1000), START)
    rate.record(10, START)
    assert rate.measure(START) == 0
    assert rate.measure(START + 500) == 20


@pytest.mark.parametrize(
    ("entities", "expected"),
    [
        (["users/u/clients/c", "users/u"], 0),
        (["users/u/clients/<default>", "users/u"], 0),
        (["users/u", "users/<default>/clients/c"], 0),
        (["users/<default>/clients/c", "users/<default>/clients/<default>"], 0),
        (["users/<default>/clients/<default>", "users/<default>"], 0),
        (["users/<default>", "clients/c"], 0),
        (["clients/c", "clients/<default>"], 0),
        (["clients/<default>", "users/other"], 0),
    ],
)
def test_the_closest_quota_counts(entities: list[str], expected: int) -> None:
    for order in (entities, entities[::-1]):
        quotas = ClientQuotas(defaults={PRODUCER_BYTE_RATE: 7})
        assert quotas.limit(PRODUCER_BYTE_RATE, "u", "c") == 7
        for entity in order:
            value = str(10 + entities.index(entity))
            quotas.set_quotas(QuotaEntity.from_path(entity), {"producer_byte_rate": value})
        assert quotas.limit(PRODUCER_BYTE_RATE, "u", "c") == 10 + expected
        assert quotas.limit(CONSUMER_BYTE_RATE, "u", "c") is None
        for entity in entities:
            quotas.set_quotas(QuotaEntity.from_path(entity), {})
        assert quotas.limit(PRODUCER_BYTE_RATE, "u", "c") == 7


def test_a_client_without_a_name_has_only_its_users_quota() -> None:
    quotas = ClientQuotas()
    quotas.set_quotas(QuotaEntity(None, "<default>"), {"producer_byte_rate": "5"})
    assert quotas.limit(PRODUCER_BYTE_RATE, "u", "") is None
    quotas.set_quotas(QuotaEntity("<default>", None), {"producer_byte_rate": "6"})
    assert quotas.limit(PRODUCER_BYTE_RATE, "u", "") == 6


def test_who_had_too_much_waits_until_the_mean_is_right() -> None:
    quotas = ClientQuotas(Windows(11, 1000))
    quotas.set_quotas(QuotaEntity(None, "a%20b"), {"producer_byte_rate": "1000"})
    record = quotas.record
    assert record(PRODUCER_BYTE_RATE, "u", "a b", 10_000, START) == 0  # 10 windows' worth
    assert record(PRODUCER_BYTE_RATE, "u", "a b", 1_000, START) == 1000
    assert record(PRODUCER_BYTE_RATE, "u", "other", 1e9, START) == 0
    assert record(PRODUCER_BYTE_RATE, "u", "a b", 0, START + 20_000) == 0
    assert quotas.most_in_window(PRODUCER_BYTE_RATE, "u", "a b") == 10_000
    assert quotas.most_in_window(PRODUCER_BYTE_RATE, "u", "other") == float("inf")


def test_clients_of_a_user_share_its_quota() -> None:
    quotas = ClientQuotas()
    quotas.set_quotas(QuotaEntity("u", None), {"producer_byte_rate": "1000"})
    assert quotas.record(PRODUCER_BYTE_RATE, "u", "a", 10_000, START) == 0
    assert quotas.record(PRODUCER_BYTE_RATE, "u", "b", 2_000, START) == 2000
    quotas.take_back(PRODUCER_BYTE_RATE, "u", "b", 2_000, START)
    assert quotas.record(PRODUCER_BYTE_RATE, "u", "b", 0, START) == 0


def test_many_clients_are_not_all_remembered() -> None:
    quotas = ClientQuotas()
    quotas.set_quotas(QuotaEntity(None, "<default>"), {"producer_byte_rate": "1"})
    for number in range(1_001):
        quotas.record(PRODUCER_BYTE_RATE, "u", str(number), 1, START + number * 10_000)
    assert len(quotas._rates) < 500


def test_time_that_a_request_takes_is_charged_too() -> None:
    now = [0]
    quotas = ClientQuotas(nanoseconds=lambda: now[0])
    header = RequestHeader(ApiKey.METADATA, 9, 1, "c")
    assert quotas.usage(header, 10) is None
    quotas.set_quotas(QuotaEntity("ANONYMOUS", None), {"request_percentage": "1"})
    assert quotas.usage(header._replace(api_key=ApiKey.LEADER_AND_ISR), 10) is None
    response = MetadataResponse()
    usage = quotas.usage(header, 10)
    assert usage is not None
    now[0] += 200_000_000  # a fifth of a second is 2 % of ten
    usage.handled()
    now[0] += 10**12  # parked
    assert usage.charge(response, START) == 1000  # never more than a window
    assert response.throttle_time_ms == 1000
    assert quotas.limit(REQUEST_PERCENTAGE, "ANONYMOUS", "c") == 1


def test_reading_and_writing_are_charged_when_the_answer_has_gone_out() -> None:
    now = [0]
    quotas = ClientQuotas(nanoseconds=lambda: now[0])
    quotas.set_quotas(QuotaEntity("ANONYMOUS", None), {"request_percentage": "1"})

    def request(reading: int, handling: int, writing: int) -> int:
        usage = quotas.usage(RequestHeader(ApiKey.METADATA, 9, 1, "c"), 10)
        assert usage is not None
        now[0] += reading * 1_000_000
        usage.decoded()
        now[0] += handling * 1_000_000
        usage.handled()
        wait_ms = usage.charge(MetadataResponse(), START)
        since = usage.clock()
        now[0] += writing * 1_000_000
        usage.sent(since, START)
        return wait_ms

    assert request(50, 0, 51) == 0  # 1.01 % of ten seconds, found out too late
    assert request(0, 2, 0) == 300


def test_a_client_pays_for_reading_and_writing(broker: RunningBroker) -> None:
    ticks = count(step=1_000_000)  # a millisecond goes by whenever the broker looks at the clock
    broker.on_loop(lambda made: setattr(made.quotas, "nanoseconds", lambda: next(ticks)))
    with RawClient(broker.port) as client:
        set_quota(client, request_percentage=1e6)
        broker.wait_until(lambda: broker.broker.quotas.is_limited(REQUEST_PERCENTAGE))
        client.ask(MetadataRequest(topics=[]), MetadataResponse, 9)
        rates = broker.broker.quotas._rates
        broker.wait_until(lambda: used(rates) == 3)  # a tick each for reading, handling and writing


def used(rates: dict[tuple[str, str, str], Rate]) -> float:
    """How many milliseconds have been charged, once the one client is known."""
    (rate,) = rates.values()
    return round(sum(value for _, value in rate._samples) * 10)


@pytest.mark.parametrize("fails", [False, True])
def test_time_that_a_handler_takes_later_is_charged_and_what_it_waits_for_is_not(fails: bool) -> None:
    now = [0]
    quotas = ClientQuotas(nanoseconds=lambda: now[0])
    quotas.set_quotas(QuotaEntity("ANONYMOUS", None), {"request_percentage": "1"})
    usage = quotas.usage(RequestHeader(ApiKey.CREATE_TOPICS, 5, 1, "c"), 10)
    assert usage is not None

    async def work(awaited: asyncio.Future[int]) -> int:
        now[0] += 70_000_000
        try:
            found = await awaited
        except ValueError:
            found = 7
        now[0] += 34_000_000
        await asyncio.sleep(0)
        return found

    async def run() -> int:
        awaited: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        task = asyncio.ensure_future(usage.timed(work(awaited)))
        await asyncio.sleep(0)
        now[0] += 10**12  # somebody else's
        if fails:
            awaited.set_exception(ValueError())
        else:
            awaited.set_result(7)
        return await task

    usage.handled()
    assert asyncio.run(run()) == 7
    assert usage.charge(MetadataResponse(), START) == 400  # 104 ms are 1.04 % of ten seconds


def set_quota(client: RawClient, **values: float) -> None:
    entry = AlterClientQuotasRequestEntryData(
        entity=[AlterClientQuotasRequestEntityData(entity_type="client-id", entity_name="raw")],
        ops=[OpData(key=key, value=value) for key, value in values.items()],
    )
    client.ask(AlterClientQuotasRequest(entries=[entry]), AlterClientQuotasResponse, 0)


def test_a_producer_is_told_and_made_to_wait(broker: RunningBroker) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        set_quota(client, producer_byte_rate=1000)
        broker.wait_until(lambda: broker.broker.quotas.is_limited(PRODUCER_BYTE_RATE))
        response = client.ask(produce_request(batch(b"x" * 10_100)), ProduceResponse, 8)
        assert response.responses[0].partitions[0].error_code == 0
        assert 100 < response.throttle_time_ms < 500
        before = time.monotonic()
        client.ask(fetch_request({("t", 0): 0}), FetchResponse, 11)
        assert time.monotonic() - before >= response.throttle_time_ms / 1000 - 0.05


def test_a_consumer_gets_no_records_when_it_had_too_many(broker: RunningBroker) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        client.ask(produce_request(batch(b"x" * 700)), ProduceResponse, 8)
        set_quota(client, consumer_byte_rate=100)
        broker.wait_until(lambda: broker.broker.quotas.is_limited(CONSUMER_BYTE_RATE))
        first = client.ask(fetch_request({("t", 0): 0}), FetchResponse, 11)
        assert (len(first.topics), first.throttle_time_ms) == (1, 0)
        second = client.ask(fetch_request({("t", 0): 0}), FetchResponse, 11)
        assert second.topics == []
        assert second.throttle_time_ms > 1000


def test_a_consumer_gets_no_records_when_its_requests_took_too_long(broker: RunningBroker) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        client.ask(produce_request(batch(b"x" * 700)), ProduceResponse, 8)
        set_quota(client, request_percentage=0.00001, consumer_byte_rate=1e6)
        broker.wait_until(lambda: broker.broker.quotas.is_limited(REQUEST_PERCENTAGE))
        throttled = client.ask(fetch_request({("t", 0): 0}), FetchResponse, 11)
        assert (throttled.topics, throttled.error_code, throttled.throttle_time_ms) == ([], 0, 1000)
        set_quota(client, request_percentage=100)
        broker.wait_until(lambda: broker.broker.quotas.limit(REQUEST_PERCENTAGE, "ANONYMOUS", "raw") == 100)
        assert client.ask(fetch_request({("t", 0): 0}), FetchResponse, 11).topics[0].partitions[0].records
