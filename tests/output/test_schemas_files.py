"""Every kind of file that kafka-dump-log.sh reads has a schema, and all of them are streams."""

from kafkacli.output.schema import STREAM
from kafkacli.output.schemas_files import FILES
from kafkacli.tools.dump_log import _KINDS


def test_each_kind_of_file_has_one() -> None:
    told = " ".join(command for schema in FILES for command in schema.commands)
    assert all(f"({suffix})" in told for suffix in _KINDS if suffix != ".log")
    assert {schema.shape for schema in FILES} == {STREAM}
