"""kafka-e2e-latency.sh and kafka.tools.EndToEndLatency: how long a record takes from a producer to a consumer.

2.6.2 has the class only. Each record is acknowledged, then read, before the next one is sent.
Source: Apache `EndToEndLatency.scala` of 2.6.2.
"""

from __future__ import annotations

import time

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.java_classes import JavaError, load_java_properties
from kafkacli.java_numbers import divided, fixed, shortest
from kafkacli.java_random import JavaRandom
from kafkacli.options.table import HELP, OUTPUT, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.consuming import RecordConsumer
    from kafkacli.client.producing import RecordProducer

OPTIONS = OptionTable(
    "kafka-e2e-latency.sh",
    "Measure how long records take from a producer to a consumer, one after another.",
    (HELP, OUTPUT),
    synopsis="[--output FORM] BROKERS TOPIC NUMBER ACKS SIZE [FILE]",
    arguments="The brokers to ask first; a topic, made when it isn't there; how many records; 1 or all; the bytes of each; "
    "a properties file for both clients.",
    examples=(("kafka-e2e-latency.sh localhost:9092 latency 10000 1 100", "10,000 records of 100 bytes"),),
)
_TIMEOUT_MS = 60000
_RUNTIME = "java.lang.RuntimeException"
_BYTE_ARRAYS = "org.apache.kafka.common.serialization.ByteArray"


class Plan:
    """What a command line asks for, checked."""

    __slots__ = ("acks", "bootstrap", "count", "properties", "size", "topic")

    def __init__(self, arguments: list[str]) -> None:
        self.bootstrap, self.topic = arguments[0], arguments[1]
        self.count = _integer(arguments[2])
        self.acks = arguments[3]
        self.size = _integer(arguments[4])
        if self.acks not in ("1", "all"):
            text = "Latency testing requires synchronous acknowledgement. Please use 1 or all"
            raise JavaError("java.lang.IllegalArgumentException", text)
        path = arguments[5] if len(arguments) > 5 else ""
        self.properties = {**(load_java_properties(path) if path else {}), "bootstrap.servers": self.bootstrap}


def main(arguments: list[str]) -> int:
    """Run kafka-e2e-latency.sh. Returns its exit status."""
    if arguments == ["--help"]:
        from kafkacli.options.help import render_help

        console.write(render_help(OPTIONS, console.width()))
        return Exit.OK
    arguments = _without_output(arguments)
    if len(arguments) not in (5, 6):
        words = "broker_list topic num_messages producer_acks message_size_bytes [optional] properties_file"
        console.err(f"USAGE: java kafka.tools.EndToEndLatency$ {words}")
        return Exit.FAILURE
    from kafkacli.client.records import RecordError
    from kafkacli.config_types import ConfigError

    try:
        _run(Plan(arguments))
    except (JavaError, RecordError) as error:
        console.err(f'Exception in thread "main" {error}')
    except ConfigError as error:
        console.err(f'Exception in thread "main" {error.exception}: {error}')
    else:
        return Exit.OK
    return Exit.FAILURE


def _without_output(arguments: list[str]) -> list[str]:
    """Take `--output FORM`, which the original doesn't have, out of the words. Raises OptionError."""
    from kafkacli.options.jopt import parse

    name = f"--{OUTPUT.name}"
    index = next((number for number, word in enumerate(arguments) if word.partition("=")[0] == name), None)
    if index is None:
        return arguments
    end = index + (1 if "=" in arguments[index] else 2)
    parse(OPTIONS, arguments[index:end])
    return arguments[:index] + arguments[end:]


def _integer(text: str) -> int:
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not digits.isdecimal() or not -(2**31) <= int(text) < 2**31:
        raise JavaError("java.lang.NumberFormatException", f'For input string: "{text}"')
    return int(text)


def _run(plan: Plan) -> None:
    from kafkacli.client.consuming import RecordConsumer
    from kafkacli.client.producing import RecordProducer

    positions = _ends(plan)
    consumer = RecordConsumer(
        {
            **plan.properties,
            "group.id": f"test-group-{int(time.time() * 1000)}",
            "enable.auto.commit": "false",
            "auto.offset.reset": "latest",
            "key.deserializer": f"{_BYTE_ARRAYS}Deserializer",
            "value.deserializer": f"{_BYTE_ARRAYS}Deserializer",
            "fetch.max.wait.ms": "0",
        },
        _notice,
    )
    try:
        trouble: list[str] = []
        with RecordProducer(
            plan.topic,
            {
                **plan.properties,
                "linger.ms": "0",
                "max.block.ms": str(2**63 - 1),
                "acks": plan.acks,
                "key.serializer": f"{_BYTE_ARRAYS}Serializer",
                "value.serializer": f"{_BYTE_ARRAYS}Serializer",
            },
            lambda _topic, _key, _value, exception: trouble.append(exception),
            _notice,
        ) as producer:
            consumer.assign(positions)
            latencies = _measure(plan, producer, consumer, trouble, positions)
        _print_totals(latencies)
        consumer.commit(positions)
    finally:
        consumer.close()


def _ends(plan: Plan) -> dict[tuple[str, int], int]:
    """Return the end of each partition of the topic, which is made if it isn't there. Raises JavaError."""
    from kafkacli.client.cluster import CallTimedOut
    from kafkacli.client.connect import connect
    from kafkacli.client.java_errors import cause_text
    from kafkacli.client.offsets import LATEST, list_offsets
    from kafkacli.client.topics import create_topic, describe_topics, list_topics
    from kafkacli.errors import ApiError

    topic = plan.topic
    with connect(plan.bootstrap, defaults=plan.properties) as cluster:
        try:
            if topic not in [name for name, _ in list_topics(cluster)]:
                text = "does not exist. Will create topic with 1 partition(s) and replication factor = 1"
                console.out(f'Topic "{topic}" {text}')
                console.flush()
                try:
                    create_topic(cluster, topic, partitions=1, replication_factor=1)
                except (ApiError, CallTimedOut) as error:
                    text = f"Failed to create topic {topic}: {cause_text(error)}"
                    raise JavaError(_RUNTIME, text) from None
            (found,) = describe_topics(cluster, [topic])
            return list_offsets(cluster, [(topic, row.index) for row in found.partitions], LATEST)
        except (ApiError, CallTimedOut) as error:
            raise JavaError(cause_text(error)) from None


def _measure(
    plan: Plan,
    producer: RecordProducer,
    consumer: RecordConsumer,
    trouble: list[str],
    positions: dict[tuple[str, int], int],
) -> list[int]:
    """Send and read record after record, keeping what is to be read next. Returns what each took, in ns.

    Raises JavaError, RecordError.
    """
    random = JavaRandom(0)
    latencies: list[int] = []
    for number in range(plan.count):
        message = bytes(random.next_int(26) + 65 for _ in range(plan.size))
        begin = time.perf_counter_ns()
        producer.send_one(None, message)
        producer.flush()
        if trouble:
            raise JavaError("java.util.concurrent.ExecutionException", trouble[0])
        deadline = time.monotonic() + _TIMEOUT_MS / 1000
        runs = consumer.receive(None, None)
        while not runs and time.monotonic() < deadline:
            runs = consumer.receive(None, None)
        records = [record for run in runs for record in run]
        elapsed = time.perf_counter_ns() - begin
        if not records:
            raise JavaError(_RUNTIME, f"poll() timed out before finding a result (timeout:[{_TIMEOUT_MS}])")
        if (read := records[0].value()) != message:
            shown = [(data or b"").decode(errors="replace") for data in (read, message)]
            raise JavaError(_RUNTIME, f"The message read [{shown[0]}] did not match the message sent [{shown[1]}]")
        if len(records) > 1:
            text = f"Only one result was expected during this test. We found [{len(records)}]"
            raise JavaError(_RUNTIME, text)
        if number % 1000 == 0:
            console.out(f"{number}\t{shortest(elapsed / 1000 / 1000)}")
            console.flush()
        latencies.append(elapsed)
        positions[plan.topic, records[0].partition()] = records[0].offset() + 1
    return latencies


def _print_totals(latencies: list[int]) -> None:
    average = divided(float(sum(latencies)), len(latencies)) / 1000 / 1000
    console.out(f"Avg latency: {fixed(average, 4)} ms\n")
    if not latencies:
        raise JavaError("java.lang.ArrayIndexOutOfBoundsException", "Index 0 out of bounds for length 0")
    whole = sorted(latency // 1000 // 1000 for latency in latencies)
    shown = [whole[int(len(whole) * share)] for share in (0.5, 0.99, 0.999)]
    if not console.is_plain():
        from kafkacli.output.show import show

        by_share = dict(zip(("p50", "p99", "p99.9"), shown, strict=True))
        show("e2e-latency", [{"records": len(latencies), "average_latency_ms": average, "latency_ms": by_share}])
    console.out(f"Percentiles: 50th = {shown[0]}, 99th = {shown[1]}, 99.9th = {shown[2]}")


def _notice(level: str, text: str) -> None:
    console.log(level, text, "kafka.tools.EndToEndLatency$")
