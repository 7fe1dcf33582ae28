"""What measures says its figures at the end, what checks says events as they come."""

from kafkacli.output.schema import OBJECT, STREAM
from kafkacli.output.schemas_clients import CLIENTS


def test_shapes() -> None:
    assert {schema.name: schema.shape for schema in CLIENTS} == {
        "producer-perf": OBJECT,
        "consumer-perf": OBJECT,
        "e2e-latency": OBJECT,
        "replica-verification": STREAM,
        "verifiable-events": STREAM,
    }
