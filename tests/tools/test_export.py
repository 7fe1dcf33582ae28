"""kafkacli export: what lies in the folder. The way back: test_import_.py."""

from pathlib import Path

from kafkacli.exits import Exit
from kafkacli.interchange.manifest import read_manifest
from tests.support.kafka import Kafka
from tests.support.tools import Tools


def test_segments_and_a_list_of_contents(kafka: Kafka, tools: Tools, tmp_path: Path) -> None:
    topic = kafka.create_topic(2, records=3)
    words = ("export", "--bootstrap-server", kafka.bootstrap, "--include", topic, "--directory", str(tmp_path / "e"))
    assert tools.run(*words, "--dry-run").out == f"{topic}-0: offsets 0 to 3\n{topic}-1: offsets 0 to 0\n"
    assert not (tmp_path / "e").exists()
    done = tools.run(*words)
    assert done.out == f"{topic}-0: 3 records of offsets 0 to 3\n{topic}-1: 0 records of offsets 0 to 0\n"
    part = read_manifest((tmp_path / "e" / "export.json").read_text())[topic].parts[0]
    assert (part.start, part.end, part.records, part.files) == (0, 3, 3, [f"{0:020}.log"])
    segment = tmp_path / "e" / f"{topic}-0" / part.files[0]
    assert "payload: value" in tools.run("dump-log", "--files", str(segment), "--print-data-log").out
    again = tools.run(*words)
    assert (again.status, again.err) == (Exit.FAILURE, f"export: {tmp_path / 'e'} is not empty\n")


def test_a_properties_file_for_the_connection(kafka: Kafka, tools: Tools, tmp_path: Path) -> None:
    path = tmp_path / "client.properties"
    path.write_text("security.protocol=NONE\n")
    words = ("--bootstrap-server", kafka.bootstrap, "--topic", "t", "--directory", str(tmp_path / "e"))
    for name, more in (("export", ()), ("copy", ("--to-bootstrap-server", "127.0.0.1:1"))):
        given = [word for word in words if name == "export" or word not in ("--directory", words[-1])]
        done = tools.run(name, *given, *more, "--command-config", str(path))
        assert "Invalid value NONE for configuration security.protocol" in done.err
    target = ("--to-bootstrap-server", kafka.bootstrap, "--to-topic", "u", "--to-command-config", str(path))
    done = tools.run("copy", "--bootstrap-server", kafka.bootstrap, "--topic", "t", *target)
    assert "Invalid value NONE for configuration security.protocol" in done.err
