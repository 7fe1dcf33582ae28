"""zoo.cfg."""

from __future__ import annotations

from pathlib import Path

import pytest

from kafkacli.zookeeper.config import KEYS, ConfigError, ZooKeeperConfig

LEAST = {"dataDir": "d", "clientPort": "2181"}


def test_defaults_are_the_originals() -> None:
    config = ZooKeeperConfig.from_properties(LEAST)
    assert (config.tick_time_ms, config.min_session_timeout_ms, config.max_session_timeout_ms) == (3000, 6000, 60_000)
    assert (config.max_client_connections, config.four_letter_whitelist) == (60, "srvr")
    assert (config.snapshot_path, config.log_path) == (Path("d/version-2"), Path("d/version-2"))
    assert (config.snapshot_count, config.max_buffer_bytes, config.force_sync) == (100_000, 1_048_575, True)


def test_keys_are_read_with_and_without_the_prefix_of_system_properties() -> None:
    config = ZooKeeperConfig.from_properties(
        {
            **LEAST,
            "dataLogDir": " l ",
            "tickTime": "2000",
            "maxSessionTimeout": "9000",
            "zookeeper.forceSync": "no",
            "jute.maxbuffer": "0x200000",
            "4lw.commands.whitelist": "*",
            "zookeeper.skipACL": "yes",
            "zookeeper.extendedTypesEnabled": "TRUE",
            "DigestAuthenticationProvider.superDigest": "super:x",
            "autopurge.snapRetainCount": "1",
            "initLimit": "5",
        }
    )
    assert (config.log_path, config.min_session_timeout_ms, config.max_session_timeout_ms) == (
        Path("l/version-2"),
        4000,
        9000,
    )
    assert (config.force_sync, config.max_buffer_bytes, config.four_letter_whitelist) == (False, 0x200000, "*")
    assert (config.skip_acl, config.extended_types, config.super_digest) == (True, True, "super:x")
    assert config.purge_retain_count == 3
    assert config.warnings == []


def test_unknown_keys_are_warned_about_with_a_suggestion() -> None:
    config = ZooKeeperConfig.from_properties({**LEAST, "tickTim": "1", "ssl.x": "y"})
    assert config.warnings == ["tickTim: unknown, ignored; did you mean tickTime?", "ssl.x: unknown, ignored"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"dataDir": ""}, "dataDir is not set"),
        ({"tickTime": "0"}, "tickTime=0: it must be at least 1"),
        ({"tickTime": "x"}, "tickTime=x: not a valid value"),
        ({"clientPort": "65536"}, "clientPort=65536: not a port"),
        ({"minSessionTimeout": "9", "maxSessionTimeout": "8"}, "minSessionTimeout must not be larger"),
        ({"extendedTypesEnabled": "maybe"}, "extendedTypesEnabled=maybe: not a valid value"),
        ({"server.1": "h:1:2"}, r"server\.1: this server runs alone; .* Apache ZooKeeper"),
        ({"secureClientPort": "1"}, "secureClientPort: TLS"),
    ],
)
def test_what_no_server_can_start_with(values: dict[str, str], reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        ZooKeeperConfig.from_properties({**LEAST, **values})


@pytest.mark.parametrize("missing", LEAST)
def test_what_must_be_there(missing: str) -> None:
    with pytest.raises(ConfigError, match=f"{missing} is not set"):
        ZooKeeperConfig.from_properties({key: value for key, value in LEAST.items() if key != missing})


def test_every_key_sets_something_that_is_there() -> None:
    settings = vars(ZooKeeperConfig("d"))
    assert {attribute for attribute, _ in KEYS.values() if attribute != "no effect"} <= settings.keys()


def test_a_setting_that_is_none_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="no such setting: clientPort"):
        ZooKeeperConfig("d", clientPort=1)
