"""kafka-configs.sh --zookeeper, on our server and on the real one."""

import pytest

from kafkacli.registry.password_encoder import decode_password
from tests.support.kafka import Kafka
from tests.support.tools import Outcome, Tools

WARNING = (
    "Warning: --zookeeper is deprecated and will be removed in a future version of Kafka.\n"
    "Use --bootstrap-server instead to specify a broker to connect to.\n"
)


class Configs:
    """Runs kafka-configs.sh against ZooKeeper; the warning that every run begins with is taken off."""

    def __init__(self, tools: Tools, kafka: Kafka) -> None:
        self._tools = tools
        self._zookeeper = kafka.zookeeper

    def __call__(self, *arguments: str) -> Outcome:
        done = self._tools.run("kafka-configs.sh", "--zookeeper", self._zookeeper, *arguments)
        assert done.out.startswith(WARNING)
        return done._replace(out=done.out.removeprefix(WARNING))


@pytest.fixture
def configs(tools: Tools, kafka: Kafka) -> Configs:
    return Configs(tools, kafka)


def test_a_topics_configs(configs: Configs, kafka: Kafka) -> None:
    name = kafka.create_topic(retention_ms="5")
    done = configs("--alter", "--topic", name, "--add-config", "segment.ms=6", "--delete-config", "retention.ms")
    assert done == (0, f"Completed updating config for entity: topic '{name}'.\n", "")
    assert configs("--describe", "--topic", name).out == f"Configs for topic '{name}' are segment.ms=6\n"
    wrong = configs("--alter", "--topic", name, "--add-config", "segment.ms=soon")
    assert wrong.status == 1
    assert wrong.err.splitlines()[1] == (
        "org.apache.kafka.common.config.ConfigException: Invalid value soon for configuration segment.ms: "
        "Not a number of type LONG"
    )


def test_users_and_their_clients(configs: Configs, kafka: Kafka) -> None:
    user = f"user {kafka.new_name()}*"
    both = ["--entity-type", "clients", "--entity-name", "a/b", "--entity-type", "users", "--entity-name", user]
    changed = configs("--alter", *both, "--add-config", "producer_byte_rate=7")
    assert changed.out == f"Completed updating config for entity: user-principal '{user}', client-id 'a/b'.\n"
    shown = f"Configs for user-principal '{user}', client-id 'a/b' are producer_byte_rate=7\n"
    assert configs("--describe", *both).out == shown
    below = ["--entity-type", "users", "--entity-name", user, "--entity-type", "clients"]
    assert configs("--describe", *below).out == shown
    assert shown in configs("--describe", "--entity-type", "users", "--entity-type", "clients").out
    assert user not in configs("--describe", "--entity-type", "users").out
    assert configs("--alter", *both, "--delete-config", "producer_byte_rate").status == 0


def test_credentials_are_kept_without_the_password(configs: Configs, kafka: Kafka) -> None:
    user = kafka.new_name()
    secret = "SCRAM-SHA-256=[iterations=8192,password=secret],SCRAM-SHA-512=[password=secret]"
    changed = configs("--alter", "--user", user, "--add-config", secret)
    assert changed.out == f"Completed updating config for entity: user-principal '{user}'.\n"
    shown = configs("--describe", "--user", user).out
    assert "SCRAM-SHA-256=salt=" in shown
    assert "secret" not in shown
    assert configs("--alter", "--user", user, "--delete-config", "SCRAM-SHA-256,SCRAM-SHA-512").status == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--client", "c", "--add-config", "nope=1"], "requirement failed: Unknown Dynamic Configuration: Set(nope)."),
        (
            ["--client", "c", "--add-config", "SCRAM-SHA-256=[password=s]"],
            "requirement failed: Unknown Dynamic Configuration: Set(SCRAM-SHA-256).",
        ),
        (["--user", "u", "--add-config", "SCRAM-SHA-256=s"], "Invalid credential property SCRAM-SHA-256=s"),
        (["--user", "u", "--delete-config", "request_percentage"], "Invalid config(s): request_percentage"),
        (
            ["--entity-type", "users", "--entity-type", "clients", "--entity-name", "c", "--add-config", "a=1"],
            "--entity-name or --entity-default must be specified with each --entity-type for --alter",
        ),
    ],
)
def test_what_can_not_be_is_refused(words: list[str], message: str, configs: Configs) -> None:
    assert configs("--alter", *words) == (1, "", f"{message}\n")


def test_brokers_are_changed_only_before_they_run(configs: Configs, kafka: Kafka) -> None:
    add = ["--add-config", "log.cleaner.threads=2"]
    running = configs("--alter", "--broker", str(kafka.broker_id), *add)
    assert running.status == 1
    assert f"Set(log.cleaner.threads). when broker {kafka.broker_id} is running." in running.err
    assert "for default cluster if any broker is running." in configs("--alter", "--broker-defaults", *add).err
    assert configs("--alter", "--broker", "99", *add).out == "Completed updating config for entity: brokers '99'.\n"
    assert configs("--describe", "--broker", "99").out == "Configs for brokers '99' are log.cleaner.threads=2\n"
    fixed = configs("--alter", "--broker", "99", "--add-config", "broker.id=5")
    assert fixed.err.endswith("ConfigException: Cannot update these configs dynamically: Set(broker.id)\n")
    assert configs("--alter", "--broker", "99", "--delete-config", "log.cleaner.threads").status == 0


def test_passwords_of_brokers_are_encrypted(configs: Configs) -> None:
    name = "listener.name.ssl.ssl.keystore.password"
    without = configs("--alter", "--broker", "98", "--add-config", f"{name}=x")
    assert without.err.startswith(
        f"requirement failed: password.encoder.secret must be specified to update Set({name}). Other password encoder"
    )
    secret = "password.encoder.secret=s,password.encoder.iterations=1024"
    assert configs("--alter", "--broker", "98", "--add-config", f"{name}=x,{secret}").status == 0
    kept = configs("--describe", "--broker", "98").out
    assert kept.startswith(f"Configs for brokers '98' are {name}=")
    assert decode_password(kept.partition(f"{name}=")[2].strip(), "s") == "x"
    assert configs("--alter", "--broker", "98", "--delete-config", name).status == 0
    base = configs("--alter", "--broker", "98", "--add-config", f"ssl.key.password=x,{secret}")
    assert "only per-listener using the listener prefix: Set(ssl.key.password)" in base.err
