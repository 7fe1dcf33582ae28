"""Names, filters and values of quotas; what the real broker says to all of them is in tests/broker/test_plays.py."""

import pytest

from kafkacli.errors import ApiError
from kafkacli.registry.client_quotas import (
    Filter,
    QuotaEntity,
    altered,
    desanitized,
    entity_of,
    quota_values,
    sanitized,
)


@pytest.mark.parametrize(
    ("name", "in_path"), [("a b+c", "a%20b%2Bc"), ("u*~/", "u%2A%7E%2F"), ("ü.-_", "%C3%BC.-_"), (None, "<default>")]
)
def test_names_in_paths(name: str | None, in_path: str) -> None:
    assert sanitized(name) == in_path
    assert desanitized(in_path) == name


@pytest.mark.parametrize("path", ["users/u", "clients/<default>", "users/u/clients/c"])
def test_paths_of_entities(path: str) -> None:
    assert QuotaEntity.from_path(path).path == path


def test_an_entity_lists_what_is_said_of_it() -> None:
    entity = entity_of([("client-id", None), ("user", "a b")])
    assert entity.parts() == [("user", "a b"), ("client-id", None)]


def test_a_strict_filter_wants_nothing_else_said() -> None:
    both, user = QuotaEntity("u", "c"), QuotaEntity("u", None)
    assert Filter([("user", True, None)], strict=False).matches(both)
    assert not Filter([("user", True, None)], strict=True).matches(both)
    assert Filter([("user", False, "u")], strict=True).matches(user)
    assert not Filter([("user", False, None)], strict=False).matches(user)


def test_values_are_kept_as_kafka_writes_them() -> None:
    entity = QuotaEntity("u", None)
    configs = altered(entity, {"x": "1"}, [("producer_byte_rate", 5.0), ("request_percentage", 1e30), ("x", None)])
    assert configs == {"producer_byte_rate": "5", "request_percentage": "1.0E30"}
    assert quota_values(configs | {"consumer_byte_rate": "?"}) == {
        "producer_byte_rate": 5.0,
        "request_percentage": 1e30,
    }
    for key, value in (("producer_byte_rate", 0.5), ("consumer_byte_rate", float("inf")), ("SCRAM-SHA-256", 1.0)):
        with pytest.raises(ApiError):
            altered(entity, {}, [(key, value)])
