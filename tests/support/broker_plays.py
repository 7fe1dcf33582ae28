"""Plays: requests about topics, records and configs in every version, right and wrong, with the answers noted.

The notes of the real Kafka 2.6.2 are in `tests/data/broker_answers.txt`; they are written again by

    python -m tests.support.broker_plays HOST:PORT     a real broker, just started, with broker.id 0
    python -m tests.support.broker_plays HOST:PORT acls    the same with `acl_plays.PROPERTIES`: `tests/data/acl_answers.txt`
    python -m tests.support.broker_plays HOST:PORT formats    those about formats of records: `tests/data/format_answers.txt`

What differs from broker to broker is masked: ids, addresses, times, directories, producer ids. Answers that are plainly the
real broker's mistakes are not asked for.
"""

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support import (
    access_plays,
    acl_plays,
    config_plays,
    control_plays,
    format_plays,
    quota_plays,
    record_plays,
    topic_plays,
)
from tests.support.broker_play import Play

DATA = Path(__file__).parents[1] / "data"
PLAYS: tuple[Callable[[Play], None], ...] = (
    record_plays.produce_in_every_version,
    record_plays.produce_to_what_is_not_there,
    record_plays.produce_bad_records,
    record_plays.fetch_in_every_version,
    record_plays.fetch_compressed,
    record_plays.fetch_within_limits,
    record_plays.fetch_in_sessions,
    record_plays.list_offsets_in_every_version,
    topic_plays.metadata_in_every_version,
    topic_plays.create_topics_right_and_wrong,
    topic_plays.delete_topics_right_and_wrong,
    topic_plays.grow_topics_right_and_wrong,
    record_plays.delete_records_right_and_wrong,
    topic_plays.describe_and_alter_configs,
    topic_plays.the_rest,
    record_plays.repeat_old_batches,
    control_plays.prove_who_one_is,
    control_plays.stop_other_brokers,
    control_plays.elect_leaders_right_and_wrong,
    control_plays.move_replicas_right_and_wrong,
    control_plays.client_quotas_right_and_wrong,
    quota_plays.produce_over_quotas,
    quota_plays.one_quota_goes_before_another,
    quota_plays.fetch_over_quotas,
    quota_plays.ask_over_quotas,
    control_plays.versions_and_directories,
    control_plays.a_controllers_words,
    acl_plays.acls_without_an_authorizer,
    config_plays.configs_of_brokers,
    config_plays.dynamic_configs_of_every_kind,
    config_plays.levels_of_loggers,
)
ACL_PLAYS: tuple[Callable[[Play], None], ...] = (
    record_plays.share_a_few_sessions,
    acl_plays.acls_made_and_removed,
    acl_plays.protected_topics,
    acl_plays.protected_groups,
    acl_plays.protected_transactions,
    access_plays.every_api_forbidden,
    access_plays.every_api_allowed,
    acl_plays.a_protected_cluster,
)
FORMAT_PLAYS: tuple[Callable[[Play], None], ...] = (
    format_plays.every_format_in_every_codec,
    format_plays.odd_framings,
    format_plays.wrong_records,
    format_plays.limits_of_topics,
)
RECORDINGS = {
    "plays": (PLAYS, DATA / "broker_answers.txt"),
    "acls": (ACL_PLAYS, DATA / "acl_answers.txt"),
    "formats": (FORMAT_PLAYS, DATA / "format_answers.txt"),
}


def perform(play: Callable[[Play], None], port: int) -> list[str]:
    """Return the notes of a play with the broker at `port`."""
    part = Play(port)
    try:
        play(part)
    finally:
        part.client.socket.close()
    return part.notes


def recorded(play: Callable[[Play], None]) -> list[str]:
    """Return what the real broker said in a play."""
    answers = next(path for plays, path in RECORDINGS.values() if play in plays).read_text()
    found = re.search(rf"^# {play.__name__}\n(.*?)(?=^# |\Z)", answers, re.MULTILINE | re.DOTALL)
    assert found is not None, f"{play.__name__} is not recorded"
    return found[1].splitlines()


def record(port: int, plays: Sequence[Callable[[Play], None]], path: Path) -> None:
    """Write the answers of the real broker at `port`."""
    path.write_text(
        "".join(f"# {play.__name__}\n" + "".join(f"{note}\n" for note in perform(play, port)) for play in plays)
    )


if __name__ == "__main__":
    record(int(sys.argv[1].rpartition(":")[2]), *RECORDINGS[sys.argv[2] if sys.argv[2:] else "plays"])
