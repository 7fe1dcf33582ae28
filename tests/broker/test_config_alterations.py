"""What becomes of a topic's configs, step by step; the requests are in `handlers/test_*alter_configs.py`."""

from types import SimpleNamespace

import pytest

from kafkacli.broker.config_alterations import Change, Operation, change_configs, set_configs
from kafkacli.broker.resources import Resource, ResourceType
from kafkacli.errors import ApiError, ErrorCode
from tests.support.loop import on_loop

TOPIC = Resource(ResourceType.TOPIC, "t")


class Kept:
    """Keeps one topic's configs, as the controller does."""

    def __init__(self, **overrides: str) -> None:
        self.overrides = {name.replace("_", "."): value for name, value in overrides.items()}
        self.written: list[bool] = []
        self.broker = SimpleNamespace(metadata={"t"}, controller=self)

    async def topic_overrides(self, topic: str) -> dict[str, str]:
        return dict(self.overrides)

    async def set_topic_overrides(self, topic: str, overrides: dict[str, str], *, validate_only: bool) -> None:
        self.written.append(not validate_only)
        self.overrides = overrides

    async def change(self, *changes: tuple[str, Operation, str | None]) -> None:
        asked = [Change(*change) for change in changes]
        await change_configs(self.broker, TOPIC, asked, validate_only=False)  # type: ignore[arg-type]


@on_loop
async def test_single_configs_are_set_and_deleted() -> None:
    kept = Kept(retention_ms="5", segment_ms="6")
    await kept.change(("retention.ms", Operation.DELETE, None), ("flush.ms", Operation.SET, "7"))
    assert kept.overrides == {"segment.ms": "6", "flush.ms": "7"}


@pytest.mark.parametrize(
    ("before", "operation", "value", "after"),
    [
        (None, Operation.APPEND, "compact", "delete,compact"),  # the default is what is appended to
        ("compact", Operation.APPEND, "delete,delete", "compact,delete,delete"),
        ("compact,delete", Operation.SUBTRACT, "delete", "compact"),
        ("compact,delete", Operation.SUBTRACT, "none", "compact,delete"),
    ],
)
@on_loop
async def test_lists_grow_and_shrink(before: str | None, operation: Operation, value: str, after: str) -> None:
    kept = Kept() if before is None else Kept(cleanup_policy=before)
    await kept.change(("cleanup.policy", operation, value))
    assert kept.overrides == {"cleanup.policy": after}


@on_loop
async def test_all_configs_are_replaced() -> None:
    kept = Kept(retention_ms="5")
    await set_configs(kept.broker, TOPIC, [("flush.ms", "7")], validate_only=True)  # type: ignore[arg-type]
    assert (kept.overrides, kept.written) == ({"flush.ms": "7"}, [False])


@on_loop
async def test_a_refused_change_writes_nothing() -> None:
    kept = Kept(retention_ms="5")
    with pytest.raises(ApiError) as raised:
        await kept.change(("flush.ms", Operation.SET, "7"), ("retention.ms", Operation.SET, "x"))
    assert raised.value.code == ErrorCode.INVALID_REQUEST
    assert (kept.overrides, kept.written) == ({"retention.ms": "5"}, [])
