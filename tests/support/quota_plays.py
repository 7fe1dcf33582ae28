"""A play about quotas that act: how long a producer is told to wait and does wait, by every kind of entity that may have one.

Each client has a rate of its own, so that every step starts with a fresh one.
"""

import time

from kafkacli.wire.header import encode_request
from kafkacli.wire.messages import alter_client_quotas, metadata
from kafkacli.wire.messages.produce import ProduceResponse
from kafkacli.wire.schema import Message
from tests.support.broker_play import Play
from tests.support.config_plays import heard
from tests.support.produced import batch, produce_request
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


def _set(play: Play, entity: dict[str, str | None], **values: float | None) -> None:
    module = alter_client_quotas
    entry = module.AlterClientQuotasRequestEntryData(
        entity=[
            module.AlterClientQuotasRequestEntityData(entity_type=kind, entity_name=name)
            for kind, name in entity.items()
        ],
        ops=[module.OpData(key=key, value=value or 0.0, remove=value is None) for key, value in values.items()],
    )
    play.ask(module.AlterClientQuotasRequest(entries=[entry]), 0, noted=False)
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
