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
    config = ZooKeeperConfig.from_properties({**LEAST, "tickTim": "1", "qqq.x": "y"})
    assert config.warnings == ["tickTim: unknown, ignored; did you mean tickTime?", "qqq.x: unknown, ignored"]


def test_keys_that_a_single_server_has_no_use_for_are_known() -> None:
    keys = ("leaderServes", "nio.numWorkerThreads", "zookeeper.ssl.keyStore.type", "serverCnxnFactory", "electionAlg")
    assert ZooKeeperConfig.from_properties({**LEAST, **dict.fromkeys(keys, "1")}).warnings == []


def test_a_login_that_is_not_there_is_warned_about() -> None:
    config = ZooKeeperConfig.from_properties({**LEAST, "authProvider.1": "org.apache.x.SASLAuthenticationProvider"})
    assert config.warnings == ["authProvider.1: passed over; clients prove themselves by digest and ip only"]


@pytest.mark.parametrize("line", ["localhost:2888:3888", "localhost:2888:3888;2181", "h:1:2:participant;0.0.0.0:2181"])
def test_one_server_alone_is_no_ensemble(line: str) -> None:
    config = ZooKeeperConfig.from_properties({"dataDir": "d", "clientPort": "2181", "server.1": line})
    assert config.client_port == 2181
    assert config.warnings == ["Invalid configuration, only one server specified (ignoring server.1)"]


def test_one_server_may_name_the_client_port() -> None:
    assert ZooKeeperConfig.from_properties({"dataDir": "d", "server.1": "h:2888:3888;2182"}).client_port == 2182


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"dataDir": ""}, "dataDir is not set"),
        ({"tickTime": "0"}, "tickTime=0: it must be at least 1"),
        ({"tickTime": "x"}, "tickTime=x: not a valid value"),
        ({"clientPort": "65536"}, "clientPort=65536: not a port"),
        ({"minSessionTimeout": "9", "maxSessionTimeout": "8"}, "minSessionTimeout must not be larger"),
        ({"reconfigEnabled": "maybe"}, "reconfigEnabled=maybe: not a valid value"),
        ({"sessionRequireClientSASLAuth": "true"}, "sessionRequireClientSASLAuth: clients can't log in"),
        ({"emulate353TTLNodes": "true"}, "emulate353TTLNodes: TTL znodes are kept as 3.5.4"),
        ({"dynamicConfigFile": "f"}, "dynamicConfigFile: this server runs alone"),
        ({"server.1": "h:1:2", "server.2": "i:1:2"}, r"server\.1: this server runs alone; .* Apache ZooKeeper"),
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
