"""Options become a cluster."""

from pathlib import Path

import pytest

from kafkacli.client.connect import connect
from kafkacli.client.settings import SettingsError


def test_a_file_stands_between_defaults_and_what_is_fixed(tmp_path: Path) -> None:
    path = tmp_path / "c.properties"
    path.write_text("client.id=from-file\nrequest.timeout.ms=7\n")
    with connect(
        "localhost:1",
        str(path),
        defaults={"client.id": "default", "retry.backoff.ms": "3"},
        fixed={"request.timeout.ms": "9"},
    ) as cluster:
        settings = cluster.settings
    assert (settings.client_id, settings.retry_backoff_ms, settings.request_timeout_ms) == ("from-file", 3, 9)


def test_nothing_to_connect_to_is_said() -> None:
    with pytest.raises(SettingsError, match="No resolvable bootstrap urls"):
        connect(None)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        connect("localhost:1", str(tmp_path / "none"))


def test_unknown_names_are_warned_of_without_their_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "c.properties"
    path.write_text("acks=s3cret\nclient.id=x\nssl.keystore.key=s3cret\n")
    connect("localhost:1", str(path)).close()
    said = capsys.readouterr().err
    warning = "The configuration 'acks' was supplied but isn't a known config."
    assert said.endswith(f"] WARN {warning} (org.apache.kafka.clients.admin.AdminClientConfig)\n".partition("] ")[2])
    assert len(said.splitlines()) == 1
    assert "s3cret" not in said
