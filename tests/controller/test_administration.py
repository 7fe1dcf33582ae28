"""The questions of a broker to its controller, and the quotas in ZooKeeper."""

from pathlib import Path

import pytest

from kafkacli.controller.administration import Administration
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry.client_quotas import QuotaEntity
from tests.support.controller import controlled_cluster
from tests.support.loop import on_loop


@on_loop
async def test_quotas_are_read_from_all_their_places(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        administration = Administration(cluster.controller)
        entities = [
            QuotaEntity("u", None),
            QuotaEntity("u", "<default>"),
            QuotaEntity("v", "c"),
            QuotaEntity(None, "c"),
        ]
        for entity in entities:
            await administration.set_entity_configs(entity.path, {"producer_byte_rate": "5"})
        found = await administration.client_quotas()
        assert {entity for entity, configs in found.items() if configs} == set(entities)
        assert await administration.entity_configs("users/v") == {}
        data, _ = await cluster.zookeeper.get("/config/users/u/clients/<default>")
        assert data == b'{"version":1,"config":{"producer_byte_rate":"5"}}'
        assert len(await cluster.zookeeper.children("/config/changes")) == len(entities)


@on_loop
async def test_a_broker_that_is_not_the_controller_has_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        monkeypatch.setattr(type(cluster.controller), "is_active", False)
        with pytest.raises(ApiError) as refused:
            await Administration(cluster.controller).reassignments(None)
        assert refused.value.code is ErrorCode.NOT_CONTROLLER
        monkeypatch.undo()
