"""Contexts: the file, the one that counts, and where secrets come from."""

import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kafkacli.client import contexts
from kafkacli.client.contexts import Context, ContextError, Contexts
from kafkacli.client.properties import load_properties

PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="${secret:pw}";'


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv(contexts.VARIABLE)


def test_what_is_saved_is_loaded() -> None:
    made = Context("a:1,b:2", "z:3/k", "/p.properties", {"x.y": "${secret:s}", "ü": ""}, {"s": "env:S"})
    contexts.save(Contexts({"one": made, "two": Context(zookeeper="z:1")}, "two"))
    loaded = contexts.load()
    assert loaded.current == "two"
    assert list(loaded.by_name) == ["one", "two"]
    one, two = loaded.by_name.values()
    assert (one.servers, one.zookeeper, one.properties_file) == ("a:1,b:2", "z:3/k", "/p.properties")
    assert (one.properties, one.secrets) == ({"x.y": "${secret:s}", "ü": ""}, {"s": "env:S"})
    assert (two.servers, two.zookeeper, two.properties, two.has_properties) == (None, "z:1", {}, False)
    assert stat.S_IMODE(os.stat(contexts.path()).st_mode) == 0o600
    assert os.listdir(os.path.dirname(contexts.path())) == ["contexts.json"]


def test_no_file_is_no_contexts() -> None:
    assert not contexts.may_be_active()
    assert contexts.active_name() is None
    assert contexts.load().by_name == {}
    with pytest.raises(ContextError, match="no context is called x; kafkacli context add makes one"):
        contexts.load().get("x")


def test_the_environment_names_the_context_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    contexts.save(Contexts({"one": Context("a:1"), "two": Context("b:1")}, "two"))
    assert contexts.active_name() == "two"
    monkeypatch.setenv(contexts.VARIABLE, "one")
    assert contexts.active_name() == "one"
    monkeypatch.setenv(contexts.VARIABLE, "")
    assert contexts.active_name() is None
    assert not contexts.may_be_active()


@pytest.mark.parametrize(
    "content",
    ["[]", "{}", '{"contexts": []}', '{"contexts": {"a": 1}}', '{"contexts": {"a": {"servers": 1}}}',
     '{"contexts": {"a": {"color": "red"}}}', '{"contexts": {"a": {"secrets": {"s": 1}}}}'],
)  # fmt: skip
def test_other_json_is_refused(content: str) -> None:
    contexts.save(Contexts())
    Path(contexts.path()).write_text(content)
    with pytest.raises(ContextError, match=r"contexts\.json does not hold contexts"):
        contexts.load()


def test_what_is_no_json_is_refused() -> None:
    contexts.save(Contexts())
    Path(contexts.path()).write_text("{")
    with pytest.raises(ContextError, match=r"contexts\.json is not JSON: .*line 1"):
        contexts.load()


@pytest.mark.parametrize("name", ["", "-a", "a b", "a/b", "é", "."])
def test_names_that_are_trouble_are_refused(name: str) -> None:
    with pytest.raises(ContextError, match="can't name a context"):
        contexts.check_name(name)


def test_plain_names_will_do() -> None:
    contexts.check_name("prod-eu.1_a")


def test_properties_come_from_file_context_and_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.properties").write_text("security.protocol=SASL_SSL\nclient.id=file\n")
    (tmp_path / "pw").write_text('pa"ss\\\n')
    monkeypatch.setenv("STORE", "st\\ore")
    made = Context(
        "a:1",
        properties_file=str(tmp_path / "c.properties"),
        properties={"client.id": "mine", "sasl.jaas.config": PLAIN, "ssl.key.password": "${secret:store}"},
        secrets={"pw": f"file:{tmp_path / 'pw'}", "store": "env:STORE"},
    )
    contexts.save(Contexts({"c": made}))
    assert load_properties("context:c") == {
        "security.protocol": "SASL_SSL",
        "client.id": "mine",
        "sasl.jaas.config": PLAIN.replace("${secret:pw}", r"pa\"ss\\"),
        "ssl.key.password": "st\\ore",
        "bootstrap.servers": "a:1",
    }


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("env:KAFKACLI_NOT_THERE", "the secret s is in no environment variable KAFKACLI_NOT_THERE; set it"),
        ("file:/nowhere/s", "the secret s can't be read from /nowhere/s: No such file or directory"),
        ("command:echo hidden; exit 3", "the secret s: its command ended with status 3"),
    ],
)
def test_a_secret_that_is_not_there_is_named(source: str, message: str) -> None:
    contexts.save(Contexts({"c": Context("a:1", properties={"x": "${secret:s}"}, secrets={"s": source})}))
    with pytest.raises(ContextError) as caught:
        contexts.properties_of("c")
    assert str(caught.value) == message


def test_a_command_prints_a_secret() -> None:
    contexts.save(Contexts({"c": Context(properties={"x": "<${secret:s}>"}, secrets={"s": "command:echo a b"})}))
    assert contexts.properties_of("c") == {"x": "<a b>"}


def test_a_secret_is_asked_for_on_the_terminal_and_not_shown() -> None:
    contexts.save(Contexts({"c": Context(properties={"x": "${secret:s}"}, secrets={"s": "prompt"})}))
    script = "from kafkacli.client.contexts import properties_of; print(len(properties_of('c')['x']))"
    child, terminal = pty.fork()
    if not child:
        os.execv(sys.executable, [sys.executable, "-c", script])
    shown = b""
    while b"s: " not in shown:
        shown += os.read(terminal, 100)
    os.write(terminal, b"hunter22\n")
    try:
        while part := os.read(terminal, 100):
            shown += part
    except OSError:  # how the end of a terminal shows
        pass
    assert os.waitpid(child, 0)[1] == 0
    os.close(terminal)
    assert b"8" in shown
    assert b"hunter" not in shown


def test_without_a_terminal_nothing_is_asked() -> None:
    contexts.save(Contexts({"c": Context(properties={"x": "${secret:s}"}, secrets={"s": "prompt"})}))
    script = "from kafkacli.client.contexts import properties_of; properties_of('c')"
    done = subprocess.run(
        [sys.executable, "-c", script], stdin=subprocess.DEVNULL, capture_output=True, text=True, start_new_session=True,
        check=False,
    )  # fmt: skip
    assert "the secret s is asked for on a terminal, and there is none" in done.stderr


@pytest.mark.parametrize(
    ("context", "message"),
    [
        (Context(secrets={"s": "word"}), "'word' gives no secret s: env:NAME, file:PATH, command:LINE or prompt does"),
        (Context(properties={"x": "${secret:t}"}), "x needs the secret t: add --secret t=SOURCE"),
    ],
)
def test_secrets_and_their_places_must_fit(context: Context, message: str) -> None:
    with pytest.raises(ContextError) as caught:
        contexts.check_secrets(context)
    assert str(caught.value) == message
