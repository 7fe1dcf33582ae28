"""What the handlers of admin requests ask of the controller, beside topics: leaders, moves of replicas, quotas.

Each request is one event of the controller. Raises ApiError NOT_CONTROLLER where this broker isn't it.
Source: Apache `KafkaController.scala` (the events with a callback), `AdminManager.scala` (client quotas).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kafkacli.controller.cluster_events import ClusterEvents
from kafkacli.controller.config_changes import read_client_quotas, read_configs, write_configs
from kafkacli.controller.controller import Controller
from kafkacli.errors import ApiError
from kafkacli.registry.client_quotas import QuotaEntity
from kafkacli.registry.znodes import ReplicaAssignment, TopicPartition


class Administration:
    """The questions of one broker to the controller in its process."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller

    async def shut_down(self, broker_id: int, broker_epoch: int) -> list[TopicPartition]:
        """Prepare for the end of a broker; see `Elections.shut_down`."""

        async def question(cluster: ClusterEvents) -> list[TopicPartition]:
            return await cluster.elections.shut_down(broker_id, broker_epoch)

        return await self._controller.ask(question)

    async def elect_leaders(
        self, partitions: Sequence[TopicPartition], *, unclean: bool
    ) -> dict[TopicPartition, ApiError | None]:
        """Elect leaders; see `Elections.elect`."""

        async def question(cluster: ClusterEvents) -> dict[TopicPartition, ApiError | None]:
            return await cluster.elections.elect(partitions, unclean=unclean)

        return await self._controller.ask(question)

    async def alter_reassignments(
        self, wanted: Mapping[TopicPartition, Sequence[int] | None]
    ) -> dict[TopicPartition, ApiError | None]:
        """Move replicas; see `Reassignments.alter`."""

        async def question(cluster: ClusterEvents) -> dict[TopicPartition, ApiError | None]:
            return await cluster.reassignments.alter(wanted)

        return await self._controller.ask(question)

    async def reassignments(
        self, partitions: Sequence[TopicPartition] | None
    ) -> dict[TopicPartition, ReplicaAssignment]:
        """Return what is being moved; see `Reassignments.listed`. Doesn't wait for other events, which may be making topics."""
        return self._controller.cluster.reassignments.listed(partitions)

    # --- quotas: any broker reads and writes them

    async def client_quotas(self) -> dict[QuotaEntity, dict[str, str]]:
        """Return the configs of every user, client, and client of a user."""
        return await read_client_quotas(self._controller.zookeeper)

    async def entity_configs(self, entity: str) -> dict[str, str]:
        """Return an entity's own configs (`users/U`)."""
        return await read_configs(self._controller.zookeeper, entity)

    async def set_entity_configs(self, entity: str, configs: Mapping[str, str]) -> None:
        """Replace an entity's own configs and announce it."""
        await write_configs(self._controller.zookeeper, entity, dict(configs), announce=True)
