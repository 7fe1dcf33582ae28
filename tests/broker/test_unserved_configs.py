"""Protection that is asked for and not there stops the start."""

import pytest

from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.unserved_configs import check_served
from kafkacli.config_types import ConfigError


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        (
            {
                "authorizer.class.name": "kafka.security.authorizer.AclAuthorizer",
                "authorizer.zookeeper.url": "other:2181",
            },
            r"authorizer\.zookeeper\.url: ",
        ),
        (
            {"authorizer.class.name": "kafka.security.authorizer.AclAuthorizer", "super.users": "alice"},
            r"expected a string in format principalType:principalName but got alice",
        ),
        ({"zookeeper.set.acl": "true"}, r"zookeeper\.set\.acl: "),
        ({"zookeeper.ssl.client.enable": "true"}, r"zookeeper\.ssl\.client\.enable: "),
        ({"replica.selector.class": "a.Selector"}, r"replica\.selector\.class: .* a\.Selector"),
        ({"metric.reporters": "a.Reporter"}, r"metric\.reporters: .* a\.Reporter"),
        ({"kafka.metrics.reporters": "a.Reporter,b"}, r"kafka\.metrics\.reporters: .* a\.Reporter"),
        ({"create.topic.policy.class.name": "a.Policy"}, "Class a.Policy could not be found"),
    ],
)
def test_what_is_not_served_is_named(properties: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        check_served(KafkaConfig({"zookeeper.connect": "x"} | properties))


def test_plain_configurations_are_served() -> None:
    selector = "org.apache.kafka.common.replica.RackAwareReplicaSelector"
    reporter = "org.apache.kafka.common.metrics.JmxReporter"
    check_served(KafkaConfig({"zookeeper.connect": "x"}))
    check_served(
        KafkaConfig({"zookeeper.connect": "x", "replica.selector.class": selector, "metric.reporters": reporter})
    )
