"""kafkacli context: clusters by name (`kafkacli/client/contexts.py` says what is kept, and where)."""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.addresses import check_addresses
from kafkacli.options.jopt import Parsed, answer_help, parse
from kafkacli.options.table import HELP, OUTPUT, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.contexts import Context, Contexts

_ACTIONS = ("add", "use", "list", "show", "remove")
_OPTIONS_OF = {
    "add": ("bootstrap-server", "zookeeper", "command-config", "property", "secret", "force"),
    "use": ("none",),
}
_WORDS_OF_SECRETS = ("password", "secret", "jaas", "key", "token")

OPTIONS = OptionTable(
    "kafkacli context",
    "Keep clusters by name: servers, ZooKeeper, client properties.",
    (
        Option(
            "bootstrap-server",
            argument="host:port,...",
            help="With add: the brokers to ask first.",
        ),
        Option(
            "zookeeper",
            argument="host:port,.../path",
            help="With add: the ZooKeeper servers of the cluster, for commands that talk to ZooKeeper only.",
        ),
        Option(
            "command-config",
            argument="file",
            completes="file",
            help="With add: a properties file of a Java client, used as it is.",
        ),
        Option(
            "property",
            argument="name=value",
            help="With add: a property of the Java clients; may be repeated. ${secret:NAME} in it stands for a secret.",
        ),
        Option(
            "secret",
            argument="name=source",
            help="With add: where a secret comes from when it is needed: env:VARIABLE, file:PATH, command:LINE or prompt;"
            " may be repeated. What it is, is never kept or shown.",
        ),
        Option("force", help="With add: put it in the place of one of that name."),
        Option("none", help="With use: let no context count."),
        HELP,
        OUTPUT,
    ),
    synopsis="(add NAME [OPTION]... | use NAME | list | show [NAME] | remove NAME)",
    arguments="A command that names no cluster takes the one that --context or KAFKACLI_CONTEXT names, or the one in use.",
    examples=(
        ("kafkacli context add dev --bootstrap-server localhost:9092 --zookeeper localhost:2181", "a cluster"),
        ("kafkacli context use dev", "what follows works on it"),
        ("kafka-topics.sh --list --context dev", "for one command, Apache's names too"),
        (
            "kafkacli context add prod --bootstrap-server kafka:9093 --command-config prod.properties",
            "with the security settings of a Java client",
        ),
        (
            "kafkacli context add tls --bootstrap-server kafka:9093 --property 'ssl.key.password=${secret:key}'"  # noqa: ISC004
            " --secret key=prompt",
            "a password that is asked for",
        ),
    ),
    uses_context=False,
)


def main(arguments: list[str]) -> int:
    """Run `kafkacli context`. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    if (status := answer_help(options, "kafkacli context keeps clusters by name.")) is not None:
        return status
    from kafkacli.client.contexts import load

    action, *names = options.arguments or [""]
    allowed = {"list": (0,), "show": (0, 1), "use": (0,) if options.has("none") else (1,)}.get(action, (1,))
    if action not in _ACTIONS:
        raise options.fail(f"kafkacli context needs one of: {', '.join(_ACTIONS)}")
    if len(names) not in allowed:
        raise options.fail(f"kafkacli context {action} takes {'no name' if allowed == (0,) else 'one name'}")
    for option in OPTIONS.options:
        if option is not OUTPUT and options.has(option.name) and option.name not in _OPTIONS_OF.get(action, ()):
            raise options.fail(f"--{option.name} does nothing with {action}")
    {"add": _add, "use": _use, "list": _list, "show": _show, "remove": _remove}[action](options, load(), names)
    return Exit.OK


def _add(options: Parsed, contexts: Contexts, names: list[str]) -> None:
    from kafkacli.client.contexts import Context, ContextError, check_name, check_secrets, save

    (name,) = names
    check_name(name)
    if name in contexts.by_name and not options.has("force"):
        raise ContextError(f"a context is called {name} already; --force puts this one in its place")
    context = Context(
        options.value("bootstrap-server"),
        options.value("zookeeper"),
        _absolute(options.value("command-config")),
        _pairs(options, "property"),
        _pairs(options, "secret"),
    )
    if context.servers is None and context.zookeeper is None:
        raise options.fail("kafkacli context add needs --bootstrap-server or --zookeeper")
    if context.servers is not None:
        check_addresses(options, context.servers)
    check_secrets(context)
    if context.properties_file is not None:
        from kafkacli.client.properties import load_properties

        load_properties(context.properties_file)
    contexts.by_name[name] = context
    save(contexts)
    console.out(
        f"Added context {name}." + ("" if contexts.current == name else f" To use it: kafkacli context use {name}")
    )


def _pairs(options: Parsed, name: str) -> dict[str, str]:
    pairs = {}
    for word in options.values(name):
        key, equals, value = word.partition("=")
        if not (key and equals):
            raise options.fail(f"--{name} takes {OPTIONS.by_name[name].argument}, not '{key}'")
        pairs[key] = value
    return pairs


def _absolute(path: str | None) -> str | None:
    from os.path import abspath, expanduser

    return None if path is None else abspath(expanduser(path))


def _use(options: Parsed, contexts: Contexts, names: list[str]) -> None:
    from kafkacli.client.contexts import save

    if names:
        contexts.get(names[0])
    contexts.current = names[0] if names else None
    save(contexts)
    console.out(f"Using context {names[0]}." if names else "Using no context.")


def _list(_options: Parsed, contexts: Contexts, _names: list[str]) -> None:
    from kafkacli.client.contexts import active_name

    active = active_name()
    if not console.is_plain():
        from kafkacli.output.show import show

        show("contexts", [_record(name, context, active) for name, context in contexts.by_name.items()])
        return
    for name, context in contexts.by_name.items():
        console.out(
            f"{'*' if name == active else ' '} {name}\t{context.servers or ''}\t{context.zookeeper or ''}".rstrip()
        )


def _show(_options: Parsed, contexts: Contexts, names: list[str]) -> None:
    from kafkacli.client.contexts import ContextError, active_name

    name = names[0] if names else active_name()
    if name is None:
        raise ContextError("no context is in use; kafkacli context use NAME, or name one to show")
    context = contexts.get(name)
    if not console.is_plain():
        from kafkacli.output.show import show

        show("context", [_record(name, context, active_name())])
        return
    console.out(f"context: {name}")
    for label, value in (
        ("bootstrap-server", context.servers),
        ("zookeeper", context.zookeeper),
        ("command-config", context.properties_file),
    ):
        if value is not None:
            console.out(f"{label}: {value}")
    for key, value in context.properties.items():
        console.out(f"property {key}={_shown(key, value)}")
    for secret, source in context.secrets.items():
        console.out(f"secret {secret}={source}")


def _record(name: str, context: Context, active: str | None) -> dict[str, object]:
    return {
        "context": name,
        "active": name == active,
        "bootstrap_server": context.servers,
        "zookeeper": context.zookeeper,
        "command_config": context.properties_file,
        "properties": {key: _shown(key, value) for key, value in context.properties.items()},
        "secrets": dict(context.secrets),
    }


def _shown(key: str, value: str) -> str:
    """Return a property's value, unless it may hold a secret itself."""
    is_secret = any(word in key.lower() for word in _WORDS_OF_SECRETS) and "location" not in key and "type" not in key
    return value if not is_secret or "${secret:" in value else "[hidden]"


def _remove(_options: Parsed, contexts: Contexts, names: list[str]) -> None:
    from kafkacli.client.contexts import save

    contexts.get(names[0])
    del contexts.by_name[names[0]]
    if contexts.current == names[0]:
        contexts.current = None
    save(contexts)
    console.out(f"Removed context {names[0]}.")
