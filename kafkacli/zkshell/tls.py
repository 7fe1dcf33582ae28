"""TLS to ZooKeeper from the names of `-zk-tls-config-file`; stores are PEM files here.

Source: KafkaConfig's zookeeper.ssl.* and ZkSecurityMigrator.createZkClientConfigFromFile (Kafka 2.6.2).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def tls_arguments(properties: Mapping[str, str]) -> dict[str, Any]:
    """Return kazoo's arguments for a connection as the properties want it; none unless zookeeper.ssl.client.enable is true.

    Raises ValueError for a store that isn't PEM, OSError for one that can't be read.
    """
    if properties.get("zookeeper.ssl.client.enable", "false").strip().lower() != "true":
        return {}
    keystore = _pem(properties, "zookeeper.ssl.keystore.location")
    return {
        "use_ssl": True,
        "ca": _pem(properties, "zookeeper.ssl.truststore.location"),
        "certfile": keystore,
        "keyfile": keystore,
        "keyfile_password": properties.get("zookeeper.ssl.keystore.password"),
        "check_hostname": properties.get("zookeeper.ssl.endpoint.identification.algorithm", "HTTPS").strip() != "",
    }


def _pem(properties: Mapping[str, str], name: str) -> str | None:
    path = properties.get(name)
    if not path:
        return None
    with open(path, "rb") as file:
        if b"-----BEGIN" not in file.read(65536):
            raise ValueError(f"{name}={path} is no PEM file; other stores can't be read yet")
    return path
