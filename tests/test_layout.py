"""The rooms: every module has its test, no file is too long, nothing is left lying about."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "kafkacli"
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")
LONGEST = 500

# Rooms of many small files that one test goes through: pattern of the module → the tests that cover it.
TOGETHER = {
    r"wire/messages/.*": ["wire/test_codec.py"],
    r"wire/(api_keys|primitives|schema)\.py": ["wire/test_codec.py"],
    r"quickstart/.*": ["tools/test_quickstart.py", "clients/test_pykafka.py"],
    r"broker/handlers/(find_coordinator|(join|sync|leave|list|describe|delete)_groups?|heartbeat|offset_(commit|fetch|delete))\.py": [
        "broker/handlers/test_group_requests.py",
        "broker/test_groups.py",
    ],
    r"broker/handlers/(leader_and_isr|stop_replica|update_metadata|elect_leaders|sasl_authenticate)\.py": [
        "broker/test_plays.py",
    ],
    r"broker/(acl_requests|handlers/(create|delete|describe)_acls)\.py": ["broker/test_plays.py"],
    r"broker/handlers/(.*_delegation_token|(alter|describe)_client_quotas|alter_partition_reassignments)\.py": [
        "broker/test_plays.py",
    ],
    r"coordinator/(classic_group|member|offset_commits|offsets|rebalance|requests|result)\.py": [
        "coordinator/test_membership.py",
        "coordinator/test_static_members.py",
        "coordinator/test_group_coordinator.py",
        "coordinator/test_group_machine.py",
    ],
    r"broker/(internal_appends|transaction_markers)\.py": ["broker/test_groups.py", "broker/test_transactions.py"],
    r"broker/handlers/(add_(partitions|offsets)_to|end)_txn\.py": [
        "broker/test_plays.py",
        "broker/test_transactions.py",
    ],
    r"broker/handlers/(write_txn_markers|txn_offset_commit)\.py": [
        "broker/test_plays.py",
        "broker/test_transactions.py",
    ],
    r"controller/local_broker\.py": ["controller/test_cluster_events.py"],
    r"exits\.py": ["test_app.py"],
    r"zookeeper/ops/(exists|get_(data|children)|sync)\.py": ["zookeeper/ops/test_reads.py"],
    r"zookeeper/ops/(auth|[gs]et_acl)\.py": ["zookeeper/ops/test_acls.py"],
    r"zookeeper/ops/(check|set)_watches\.py": ["zookeeper/ops/test_watches.py"],
    r"zookeeper/ops/(reconfig|sasl)\.py": ["zookeeper/ops/test_refused.py"],
    r"zookeeper/ops/check\.py": ["zookeeper/ops/test_multi.py"],
    r"zkshell/(commands/.*|acl|command|printing|quotas|znodes)\.py": ["zkshell/test_commands.py"],
    r"tools/dump_log_.*": ["tools/test_dump_log.py"],
    r"tools/streams_offsets\.py": ["tools/test_streams_application_reset.py"],
    r"tools/(background|zookeeper_server_st(art|op))\.py": ["tools/test_zk_server.py"],
}


def covering(module: Path) -> list[Path]:
    """The test files that must exist for a module."""
    for pattern, tests in TOGETHER.items():
        if re.fullmatch(pattern, module.as_posix()):
            return [ROOT / "tests" / test for test in tests]
    return [ROOT / "tests" / module.with_name(f"test_{module.name}")]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_has_its_test(module: Path) -> None:
    missing = [str(test.relative_to(ROOT)) for test in covering(module) if not test.exists()]
    assert not missing, f"{module} needs {', '.join(missing)}"


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_says_what_its_room_is_for(module: Path) -> None:
    assert ast.get_docstring(ast.parse((PACKAGE / module).read_text(encoding="utf-8")))


@pytest.mark.parametrize("root", ["kafkacli", "tests"])
def test_no_file_is_too_long(root: str) -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / root).rglob("*.py")}
    assert not {str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > LONGEST}


def test_names_say_what_they_are_about() -> None:
    assert not [str(module) for module in MODULES if module.stem in ("utils", "common", "helpers", "manager", "misc")]
