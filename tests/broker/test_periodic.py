"""What the broker does by the clock."""

import asyncio
from pathlib import Path

from kafkacli.broker.broker import Broker
from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.metadata import MetadataCache
from kafkacli.broker.periodic import Periodic
from kafkacli.broker.purgatory import Purgatory
from kafkacli.log.offset_checkpoint import RECOVERY_POINT_CHECKPOINT, REPLICATION_CHECKPOINT
from kafkacli.record.batch import Record, encode_batch
from tests.broker.test_dynamic_configs import partitions
from tests.support.loop import on_loop

QUICK = {
    "zookeeper.connect": "x",
    "log.retention.check.interval.ms": "5",
    "log.flush.scheduler.interval.ms": "5",
    "log.flush.offset.checkpoint.interval.ms": "5",
    "log.flush.start.offset.checkpoint.interval.ms": "5",
    "replica.high.watermark.checkpoint.interval.ms": "5",
    "log.flush.interval.ms": "1",
}


def make_broker(directory: Path, config: KafkaConfig) -> Broker:
    return Broker(
        config=config,
        node_id=1,
        cluster_id="c",
        partitions=partitions(directory, config, "t"),
        metadata=MetadataCache(),
        purgatory=Purgatory(asyncio.get_running_loop()),
    )


@on_loop
async def test_checkpoints_and_flushes_follow_what_was_appended(tmp_path: Path) -> None:
    broker = make_broker(tmp_path, KafkaConfig(QUICK))
    periodic = Periodic(broker)
    periodic.start()
    hosted = broker.partitions.get("t", 0)
    batch = encode_batch([Record(0, broker.now_ms(), None, b"v", ())])
    hosted.append(memoryview(bytearray(batch)), acks=1, now_ms=broker.now_ms())

    def written(name: str) -> bool:
        path = tmp_path / "logs" / name
        return path.exists() and "t 0 1" in path.read_text().splitlines()

    async with asyncio.timeout(10):
        while not written(REPLICATION_CHECKPOINT) or not written(RECOVERY_POINT_CHECKPOINT):
            await asyncio.sleep(0.002)
    await periodic.stop()


@on_loop
async def test_work_that_fails_is_done_again_and_none_after_the_stop(tmp_path: Path) -> None:
    broker = make_broker(tmp_path, KafkaConfig(QUICK))
    calls: list[int] = []

    class Failing(Periodic):
        def _checkpoint_high_watermarks(self) -> None:
            calls.append(len(calls))
            raise OSError("disk full")

    periodic = Failing(broker)
    periodic.start()
    async with asyncio.timeout(10):
        while len(calls) < 3:
            await asyncio.sleep(0.002)
    await periodic.stop()
    done = len(calls)
    await asyncio.sleep(0.02)
    assert len(calls) == done


@on_loop
async def test_intervals_of_for_ever_are_waited_for(tmp_path: Path) -> None:
    periodic = Periodic(make_broker(tmp_path, KafkaConfig({"zookeeper.connect": "x"})))
    periodic.start()
    await periodic.stop()
