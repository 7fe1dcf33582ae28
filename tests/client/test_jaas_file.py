"""JAAS login configurations."""

from kafkacli.client.jaas_file import read_login

TEXT = r"""
// Client { not this; };
Server { a.Module required user_x="y"; };   # nor this
Client {
  /* a
     comment */
  org.apache.zookeeper.server.auth.DigestLoginModule required
  username="kaf\"ka"
  password="a}b;//c"
  debug=true;
  other.Module optional username="second";
};
"""


def test_a_context_has_a_module_with_options() -> None:
    assert read_login(TEXT, "Client") == {
        "module": "org.apache.zookeeper.server.auth.DigestLoginModule",
        "username": 'kaf"ka',
        "password": "a}b;//c",
        "debug": "true",
    }
    assert read_login(TEXT, "Server") == {"module": "a.Module", "user_x": "y"}


def test_a_context_may_be_absent_or_empty() -> None:
    assert read_login(TEXT, "KafkaClient") is None
    assert read_login("Client { };", "Client") is None
    assert read_login("Client { a.Module", "Client") is None
