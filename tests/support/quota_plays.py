"""Plays about quotas that act: how long clients are told to wait and do wait, and whose quota it is that counts.

Each client has a rate of its own, so that every step starts with a fresh one.
"""

import time
from itertools import pairwise
from typing import Any

from kafkacli.record.batch import iter_headers
from kafkacli.wire.header import encode_request
from kafkacli.wire.messages import alter_client_quotas, metadata
from kafkacli.wire.messages.fetch import FetchRequest, FetchResponse
from kafkacli.wire.messages.produce import ProduceRequest, ProduceResponse
from kafkacli.wire.schema import Message
from tests.support.broker_play import Play, response_class
from tests.support.config_plays import heard
from tests.support.produced import batch, fetch_request, produce_request
from tests.support.raw import RawClient

BYTES = 10_150  # of a request: with 1000 bytes a second, 150 ms more than ten seconds allow
_STEP_MS = 50  # what is noted; the time since the window began takes a little off
ENTITIES: dict[str, dict[str, str | None]] = {
    "c1": {"client-id": "c1"},
    "c2": {"client-id": None},
    "c3": {"user": None, "client-id": "c3"},
    "c4": {"user": None, "client-id": None},
    "c5": {"user": "ANONYMOUS", "client-id": None},
    "c6": {"user": "ANONYMOUS", "client-id": "c6"},
    "c7": {"user": "ANONYMOUS"},
}
"""Whose quota it is that a client with this id comes under."""
OWN = {name: ENTITIES[name] for name in ("c1", "c3", "c6")}
"""Those of one client only, which the others of a play don't come under."""


LEVELS: tuple[dict[str, str | None], ...] = (
    {"client-id": None},
    {"client-id": "level"},
    {"user": None},
    {"user": None, "client-id": None},
    {"user": None, "client-id": "level"},
    {"user": "ANONYMOUS"},
    {"user": "ANONYMOUS", "client-id": None},
    {"user": "ANONYMOUS", "client-id": "level"},
)
"""Those whose quotas a client of that name may come under, each one before those above it."""
STRICT, LAX = 1000.0, 1e9
TINY_PERCENTAGE = 0.00001  # which every request exceeds


def _set(play: Play, entity: dict[str, str | None], *, wait: bool = True, **values: float | None) -> None:
    module = alter_client_quotas
    entry = module.AlterClientQuotasRequestEntryData(
        entity=[
            module.AlterClientQuotasRequestEntityData(entity_type=kind, entity_name=name)
            for kind, name in entity.items()
        ],
        ops=[module.OpData(key=key, value=value or 0.0, remove=value is None) for key, value in values.items()],
    )
    play.ask(module.AlterClientQuotasRequest(entries=[entry]), 0, noted=False)
    if wait:
        heard(play)


def _sized(topic: str) -> Message:
    """A produce request of BYTES bytes."""
    around = len(encode_request(produce_request(batch(b"x" * BYTES), topic), 8, 1, "c1")) - 4 - BYTES
    return produce_request(batch(b"x" * (BYTES - around)), topic)


def _throttled(play: Play, client_id: str, what: str, request: Message) -> None:
    """Note how long the answer says to wait, in steps, and whether the connection isn't read for that long."""
    with RawClient(play.port, client_id=client_id) as client:
        answer = client.ask(request, ProduceResponse, 8)
        before = time.monotonic()
        client.ask(metadata.MetadataRequest(topics=[]), metadata.MetadataResponse, 9)
        waited_ms = (time.monotonic() - before) * 1000
        steps, muted = round(answer.throttle_time_ms / _STEP_MS), waited_ms > answer.throttle_time_ms - _STEP_MS
        errors = [part.error_code for topic in answer.responses for part in topic.partitions]
        play.note(f"{client_id} {what}", {"waits": steps * _STEP_MS, "muted": muted, "errors": errors})


def produce_over_quotas(play: Play) -> None:
    play.topic("quotas")
    request = _sized("quotas")
    for name, entity in ENTITIES.items():
        _set(play, entity, producer_byte_rate=1000)
        _throttled(play, name, "over", request)
        _set(play, entity, producer_byte_rate=None)
        _throttled(play, name, "without", request)


def one_quota_goes_before_another(play: Play) -> None:
    """Of every two levels, one strict and one lax: which of them decides.

    Told by consumers, as no other play has quotas of a whole user for these.
    """
    play.topic("levels")
    play.ask(_sized("levels"), 8, noted=False)
    request = fetch_request({("levels", 0): 0})
    for weaker, stronger in pairwise(LEVELS):
        for rates in ((STRICT, LAX), (LAX, STRICT)):
            _set(play, weaker, wait=False, consumer_byte_rate=rates[0])
            _set(play, stronger, consumer_byte_rate=rates[1])
            with RawClient(play.port, client_id="level") as client:
                waits = client.ask(request, FetchResponse, 11).throttle_time_ms > 0
            play.note(f"{weaker} {rates[0]:g} {stronger} {rates[1]:g}", f"waits: {waits}")
        for entity in (weaker, stronger):
            _set(play, entity, wait=False, consumer_byte_rate=None)
    heard(play)


def fetch_over_quotas(play: Play) -> None:
    """A consumer gets what its quota allows at once, then nothing until it has waited."""
    play.topic("fetch-quotas")
    for _ in range(3):  # together less than the quota of all windows
        play.ask(produce_request(batch(b"x" * 3000), "fetch-quotas"), 8, noted=False)
    for name, entity in OWN.items():
        _set(play, entity, consumer_byte_rate=1000)
        with RawClient(play.port, client_id=name) as client:
            for _ in range(2):
                answer = client.ask(fetch_request({("fetch-quotas", 0): 0}), FetchResponse, 11)
                batches = [
                    len(list(iter_headers(bytes(part.records or b"")))) for t in answer.topics for part in t.partitions
                ]
                play.note(f"{name} fetches", {"batches": batches, "waits": answer.throttle_time_ms > 0})
                if answer.throttle_time_ms:
                    break
        _set(play, entity, wait=False, consumer_byte_rate=None)


def ask_over_quotas(play: Play) -> None:
    """A client that may not keep the broker busy waits for a window at most; it is told so by every kind of request."""
    play.topic("request-quotas")
    asked: tuple[Message, ...] = (
        metadata.MetadataRequest(topics=[]),
        produce_request(batch(b"a"), "request-quotas"),
        fetch_request({("request-quotas", 0): 0}),
    )
    for number, ((name, entity), request) in enumerate(zip(OWN.items(), asked, strict=True)):
        version = {metadata.MetadataRequest: 9, ProduceRequest: 8, FetchRequest: 11}[type(request)]
        _set(play, entity, request_percentage=TINY_PERCENTAGE)
        with RawClient(play.port, client_id=name) as client:
            answer: Any = client.ask(request, response_class(request), version)
            before = time.monotonic()
            if not number:
                client.ask(metadata.MetadataRequest(topics=[]), metadata.MetadataResponse, 9)
            muted = time.monotonic() - before > 0.9
        play.note(f"{name} {type(request).__name__}", {"waits": answer.throttle_time_ms, "muted": muted})
        _set(play, entity, wait=False, request_percentage=None)
