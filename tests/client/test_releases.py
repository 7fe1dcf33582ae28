"""Which release brought an API."""

import pytest

from kafkacli.client.releases import SINCE, lack
from kafkacli.wire.api_keys import ApiKey


def test_later_apis_are_of_no_earlier_releases() -> None:
    """APIs are numbered as they come, but for some of one development at a time."""
    keys = [key for key in sorted(SINCE) if key != ApiKey.ALTER_REPLICA_LOG_DIRS]  # planned for the release before
    releases = [tuple(map(int, SINCE[key].split("."))) for key in keys]
    assert releases == sorted(releases)
    assert set(SINCE) == {key for key in ApiKey if key > ApiKey.API_VERSIONS}


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (ApiKey.ELECT_LEADERS, "this broker does not know ELECT_LEADERS as it is needed: it came with Kafka 2.2"),
        (ApiKey.FETCH, "this broker does not know FETCH as it is needed: it is too old or too new for these tools"),
    ],
)
def test_what_is_said(key: ApiKey, said: str) -> None:
    assert lack(key) == said
