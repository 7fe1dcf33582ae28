"""kafka-configs.sh --bootstrap-server: topics on our broker and the real one, the rest on the real one."""

import pytest

from tests.support.apache import ApacheCluster
from tests.support.kafka import Kafka, wait_for
from tests.support.tools import Outcome, Tools


class Configs:
    """Runs kafka-configs.sh against a broker."""

    def __init__(self, tools: Tools, bootstrap: str) -> None:
        self._tools = tools
        self._bootstrap = bootstrap

    def __call__(self, *arguments: str) -> Outcome:
        return self._tools.run("kafka-configs.sh", "--bootstrap-server", self._bootstrap, *arguments)


@pytest.fixture
def configs(tools: Tools, kafka: Kafka) -> Configs:
    return Configs(tools, kafka.bootstrap)


@pytest.fixture
def real_configs(tools: Tools, apache_cluster: ApacheCluster) -> Configs:
    return Configs(tools, apache_cluster.bootstrap)


def test_a_topics_configs_are_set_shown_and_deleted(configs: Configs, kafka: Kafka) -> None:
    name = kafka.create_topic()
    done = f"Completed updating config for topic {name}.\n"
    head = f"Dynamic configs for topic {name} are:\n"
    assert configs("--describe", "--topic", name) == (0, head, "")
    assert configs("--alter", "--topic", name, "--add-config", "retention.ms=5,cleanup.policy=[compact,delete]") == (
        0,
        done,
        "",
    )
    shown = (
        "  cleanup.policy=compact,delete sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:cleanup.policy=compact,delete,"
        " DEFAULT_CONFIG:log.cleanup.policy=delete}"
    )
    wait_for(lambda: shown in configs("--describe", "--topic", name).out.splitlines())
    assert configs("--alter", "--topic", name, "--delete-config", "retention.ms,cleanup.policy") == (0, done, "")
    wait_for(lambda: configs("--describe", "--topic", name) == (0, head, ""))


def test_all_configs_and_all_topics_are_shown(configs: Configs, kafka: Kafka) -> None:
    name = kafka.create_topic()
    every = configs("--describe", "--entity-type", "topics", "--entity-name", name, "--all").out.splitlines()
    assert every[0] == f"All configs for topic {name} are:"
    assert "  preallocate=false sensitive=false synonyms={DEFAULT_CONFIG:log.preallocate=false}" in every
    assert f"Dynamic configs for topic {name} are:" in configs("--describe", "--entity-type", "topics").out.splitlines()


def test_errors_name_the_command_line(configs: Configs, kafka: Kafka) -> None:
    name, absent = kafka.create_topic(), kafka.new_name()
    assert configs("--alter", "--topic", name, "--delete-config", "segment.ms") == (
        1,
        "",
        "Invalid config(s): segment.ms\n",
    )
    done = configs("--alter", "--topic", name, "--add-config", "no.such=1")
    assert done.err == (
        f"Error while executing config command with args '--bootstrap-server {kafka.bootstrap} "
        f"--alter --topic {name} --add-config no.such=1'\n"
        "org.apache.kafka.common.errors.InvalidConfigurationException: Unknown topic config name: no.such\n"
    )
    done = configs("--describe", "--topic", absent)
    assert (done.status, done.out) == (1, f"Dynamic configs for topic {absent} are:\n")
    assert "UnknownTopicOrPartitionException" in done.err


@pytest.mark.apache
def test_a_brokers_configs_are_set_and_deleted(real_configs: Configs) -> None:
    done = "Completed updating config for broker 0.\n"
    assert real_configs("--alter", "--broker", "0", "--add-config", "log.cleaner.threads=2").out == done
    row = "  log.cleaner.threads=2 sensitive=false synonyms={DYNAMIC_BROKER_CONFIG:log.cleaner.threads=2, "
    wait_for(lambda: row in real_configs("--describe", "--broker", "0").out)
    assert "Dynamic configs for broker 0 are:" in real_configs("--describe", "--entity-type", "brokers").out
    assert real_configs("--alter", "--broker", "0", "--delete-config", "log.cleaner.threads").out == done
    refused = real_configs("--alter", "--broker", "0", "--add-config", "broker.id=4")
    assert "Cannot update these configs dynamically: Set(broker.id)" in refused.err
    everywhere = "Completed updating default config for brokers in the cluster.\n"
    assert (
        real_configs("--alter", "--broker-defaults", "--add-config", "log.cleaner.backoff.ms=16000").out == everywhere
    )
    wait_for(lambda: "log.cleaner.backoff.ms=16000" in real_configs("--describe", "--broker-defaults").out)
    assert real_configs("--alter", "--broker-defaults", "--delete-config", "log.cleaner.backoff.ms").out == everywhere


@pytest.mark.apache
def test_loggers_are_set(real_configs: Configs) -> None:
    done = "Completed updating config for broker-logger 0.\n"
    assert real_configs("--alter", "--broker-logger", "0", "--add-config", "kafka.server.KafkaApis=DEBUG").out == done
    assert real_configs("--alter", "--broker-logger", "0", "--delete-config", "kafka.server.KafkaApis").out == done
    unknown = real_configs("--alter", "--broker-logger", "0", "--add-config", "no.such=DEBUG")
    assert unknown == (1, "", "Invalid broker logger(s): no.such\n")


def test_the_quotas_of_an_entity_stand_in_the_order_of_the_originals_map(configs: Configs) -> None:
    who = ["--client", "configs-three"]
    values = "request_percentage=200,producer_byte_rate=1024,consumer_byte_rate=2048"
    assert configs("--alter", *who, "--add-config", values).status == 0
    shown = "consumer_byte_rate=2048.0, request_percentage=200.0, producer_byte_rate=1024.0"
    wait_for(lambda: configs("--describe", *who).out == f"Configs for client-id 'configs-three' are {shown}\n")
    assert configs("--alter", *who, "--delete-config", "request_percentage").status == 0
    shown = "consumer_byte_rate=2048.0, producer_byte_rate=1024.0"
    wait_for(lambda: configs("--describe", *who).out == f"Configs for client-id 'configs-three' are {shown}\n")
    assert configs("--alter", *who, "--delete-config", "producer_byte_rate,consumer_byte_rate").status == 0


@pytest.mark.apache
def test_quotas_are_set(real_configs: Configs) -> None:
    who = ["--user", "configs-user", "--client-defaults"]
    both = "Configs for user-principal 'configs-user', the default client-id are producer_byte_rate=10.0\n"
    assert real_configs("--alter", *who, "--add-config", "producer_byte_rate=10").status == 0
    wait_for(lambda: real_configs("--describe", *who).out == both)
    assert real_configs("--alter", *who, "--delete-config", "request_percentage").err == (
        "Invalid config(s): request_percentage\n"
    )
    assert real_configs("--alter", *who, "--add-config", "producer_byte_rate=fast").err == (
        "Cannot parse quota configuration value for producer_byte_rate: fast\n"
    )
    assert real_configs("--alter", *who, "--add-config", "SCRAM-SHA-256=[password=s]").err == (
        "Only quota configs can be added for 'users' using --bootstrap-server. "
        "Unexpected config names: Set(SCRAM-SHA-256)\n"
    )
    assert real_configs("--alter", *who, "--delete-config", "producer_byte_rate").status == 0
