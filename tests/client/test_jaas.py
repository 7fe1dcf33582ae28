"""JAAS logins as Java reads them: the property, and files."""

from pathlib import Path

import pytest

from kafkacli.client.jaas import JaasError, client_login, load_login, read_login, read_login_file

PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
FILE = r"""
// Client { not this; };
Server { a.Module required user_x="y"; };
Client {
  /* a
     comment */
  org.apache.zookeeper.server.auth.DigestLoginModule required
  username="kaf\"ka"
  password="a}b;//c"
  home="${user.dir}/${/}${unknown}";
  other.Module optional username="second";
};
"""


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (f'{PLAIN} required username="me" password="a\\"b;c";', {"username": "me", "password": 'a"b;c'}),
        ("x.Module required\n  username=me\n  password='a b' ;", {"username": "me", "password": "a b"}),
        ("x.Module REQUIRED;", {}),
        ('x.Module sufficient a="1 2" b-c_d.e=f$g /* no */ c="x\\\\y\\t\\101"; // end', {"b-c_d.e": "f$g"}),
        ('x.Module optional a="" b=\'"\';', {"a": "", "b": '"'}),
        ('x.Module Requisite a = "1";', {"a": "1"}),
        ('x.Module required a="first" a="second";', {"a": "second"}),
        ('x.Module required pässword="ü";', {"pässword": "ü"}),
    ],
)
def test_options(text: str, options: dict[str, str]) -> None:
    found = read_login(text)
    assert found.options.items() >= options.items()


def test_escapes_are_cs() -> None:
    assert read_login('x required c="x\\\\y\\t\\101\\q";').options == {"c": "x\\y\tAq"}


def test_the_module_is_named_and_no_secret_shown() -> None:
    login = read_login(f'{PLAIN} required username="me" password="s3cret";')
    assert login.module == PLAIN
    assert "s3cret" not in repr(login)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Login module not specified in JAAS config"),
        ("x.Module", "Login module control flag not specified in JAAS config"),
        ("x.Module ;", "Login module control flag is not available in the JAAS config"),
        ('x.Module s3cret="me";', "Invalid login module control flag in JAAS config: it is one of required"),
        ("x.Module required", "JAAS config entry not terminated by semi-colon"),
        ('x.Module required a="b"', "JAAS config entry not terminated by semi-colon"),
        ("x.Module required a=;", "Value not specified for key 1 in JAAS config"),
        ("x.Module required a=b password=1234;", "Value not specified for key 2 in JAAS config"),
        ("x.Module required password=a s3cret;", "Value not specified for key 2 in JAAS config"),
        ("x required; y required;", "JAAS config property contains 2 login modules, should be 1 module"),
    ],
)
def test_what_is_no_login(text: str, message: str) -> None:
    with pytest.raises(JaasError) as caught:
        read_login(text)
    assert str(caught.value).startswith(message)
    assert "s3cret" not in str(caught.value)


def test_a_file_has_contexts() -> None:
    login = read_login_file(FILE, "Client", {"user.dir": "/here"})
    assert login is not None
    assert login.module == "org.apache.zookeeper.server.auth.DigestLoginModule"
    assert login.options == {"username": 'kaf"ka', "password": "a}b;//c", "home": "/here//${unknown}"}
    server = read_login_file(FILE, "Server")
    assert server is not None
    assert server.options == {"user_x": "y"}
    assert read_login_file(FILE, "KafkaClient") is None
    assert read_login_file("Client { };", "Client") is None


@pytest.mark.parametrize("text", ["Client", "Client {", "{ }", "Client { a.Module required; }", "Client { a.Module"])
def test_what_is_no_file_of_logins(text: str) -> None:
    with pytest.raises(JaasError):
        read_login_file(text, "Client")


def test_a_client_has_its_property_or_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "jaas.conf"
    path.write_text('KafkaClient { m required username="of the file"; };')
    monkeypatch.setenv("KAFKA_OPTS", f"-Djava.security.auth.login.config={path}")
    assert client_login({}).options == {"username": "of the file"}
    assert client_login({"sasl.jaas.config": "m required username=mine;"}).options == {"username": "mine"}
    path.write_text("Other { m required; };")
    with pytest.raises(JaasError, match=rf"Could not find a 'KafkaClient' entry .* is {path}"):
        client_login({})
    assert load_login(str(path), "Other", {}) is not None


def test_a_client_without_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAFKA_OPTS", raising=False)
    with pytest.raises(JaasError, match=r"'java\.security\.auth\.login\.config' is not set"):
        client_login({})
