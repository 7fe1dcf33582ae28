"""What a context gives to a command line that names no cluster.

The options that name one have the same names in every tool, so this table serves them all. A command line that has one of
them is left as it is.
"""

from __future__ import annotations

from kafkacli.client import contexts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kafkacli.options.table import Option, OptionTable

SERVERS = ("bootstrap-server", "bootstrap-servers", "broker-list")
ZOOKEEPER = ("zookeeper", "zookeeper.connect")
PROPERTIES = ("consumer.config", "producer.config", "admin.config", "config-file", "command-config")
_OTHERS = ("authorizer-properties", "producer-props")  # name a cluster too


def from_context(table: OptionTable, has: Callable[[str], bool]) -> Iterator[tuple[Option, str]]:
    """Yield the options that the active context adds to a command line, each with its value.

    has: whether an option is there. Raises ContextError for a context that can't be read.
    """
    if not table.uses_context or not contexts.may_be_active():
        return
    names = table.by_name
    if any(has(names[name].name) for name in (*SERVERS, *ZOOKEEPER, *_OTHERS) if name in names):
        return
    if any(option.is_help and has(option.name) for option in table.options):
        return
    servers, zookeeper = (next((names[name] for name in kind if name in names), None) for kind in (SERVERS, ZOOKEEPER))
    properties = [names[name] for name in PROPERTIES if name in names]
    if servers is None and zookeeper is None and len(properties) != 1:  # mirror-maker has one for each of two clusters
        return
    name = contexts.active_name()
    if name is None:
        return
    context = contexts.load().get(name)
    if servers is not None and context.servers is not None:
        yield servers, context.servers
    elif zookeeper is not None and context.zookeeper is not None:
        yield zookeeper, context.zookeeper
        return
    needs_file = context.has_properties or servers is None
    if needs_file and properties and not any(has(option.name) for option in properties):
        yield properties[0], contexts.PREFIX + name


def zookeeper_server() -> str | None:
    """Return the active context's ZooKeeper servers, for the shells, whose options are no table's. Raises ContextError."""
    if not contexts.may_be_active():
        return None
    name = contexts.active_name()
    return None if name is None else contexts.load().get(name).zookeeper
