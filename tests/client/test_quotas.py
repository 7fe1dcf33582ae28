"""Quotas of users and clients through a real broker."""

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.quotas import CLIENT_ID, USER, change_quotas, describe_quotas
from kafkacli.errors import ApiError
from tests.support.apache import ApacheCluster
from tests.support.kafka import wait_for

pytestmark = pytest.mark.apache


def test_quotas_are_set_found_and_removed(apache_cluster: ApacheCluster) -> None:
    with Cluster(apache_cluster.bootstrap) as cluster:
        both = {USER: "quota-user", CLIENT_ID: "quota-client"}
        change_quotas(cluster, both, {"producer_byte_rate": 1024.0, "request_percentage": 12.5})
        change_quotas(cluster, {CLIENT_ID: None}, {"consumer_byte_rate": 5.0})
        exact = [(USER, "quota-user"), (CLIENT_ID, "quota-client")]
        wait_for(lambda: bool(describe_quotas(cluster, exact)) and bool(describe_quotas(cluster, [(CLIENT_ID, "")])))
        expected = (both, {"producer_byte_rate": 1024.0, "request_percentage": 12.5})
        assert describe_quotas(cluster, exact) == [expected]
        assert expected in describe_quotas(cluster, [(USER, "quota-user"), (CLIENT_ID, None)])
        assert describe_quotas(cluster, [(CLIENT_ID, "")]) == [({CLIENT_ID: None}, {"consumer_byte_rate": 5.0})]
        assert describe_quotas(cluster, [(USER, "quota-user")]) == []
        change_quotas(cluster, both, {"producer_byte_rate": None, "request_percentage": None})
        change_quotas(cluster, {CLIENT_ID: None}, {"consumer_byte_rate": None})
        wait_for(lambda: not describe_quotas(cluster, exact) and not describe_quotas(cluster, [(CLIENT_ID, "")]))


def test_an_unknown_quota_is_an_error(apache_cluster: ApacheCluster) -> None:
    with Cluster(apache_cluster.bootstrap) as cluster, pytest.raises(ApiError, match="nope"):
        change_quotas(cluster, {CLIENT_ID: "quota-other"}, {"nope": 1.0})
