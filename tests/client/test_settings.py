"""Client settings: the Java names, defaults and complaints."""

import pytest

from kafkacli.client.settings import ClientSettings, SettingsError


def test_defaults_are_the_admin_clients() -> None:
    settings = ClientSettings()
    assert settings.client_id == "adminclient-1"
    assert (settings.request_timeout_ms, settings.api_timeout_ms, settings.retry_backoff_ms) == (30000, 60000, 100)
    assert settings.security is None


def test_properties_are_read_by_their_java_names() -> None:
    settings = ClientSettings({"client.id": "me", "request.timeout.ms": " 5 ", "security.protocol": "SSL"})
    assert (settings.client_id, settings.request_timeout_ms) == ("me", 5)
    assert settings.security is not None
    assert settings.security.protocol == "SSL"


def test_a_longer_request_timeout_lengthens_the_call() -> None:
    assert ClientSettings({"request.timeout.ms": "90000"}).api_timeout_ms == 90000


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        (
            {"request.timeout.ms": "soon"},
            "Invalid value soon for configuration request.timeout.ms: Not a number of type INT",
        ),
        (
            {"request.timeout.ms": "-1"},
            "Invalid value -1 for configuration request.timeout.ms: Value must be at least 0",
        ),
        (
            {"default.api.timeout.ms": "1"},
            "The specified value of default.api.timeout.ms must be no smaller than the value of request.timeout.ms.",
        ),
        (
            {"security.protocol": "TLS"},
            "Invalid value TLS for configuration security.protocol: String must be one of: PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL",
        ),
    ],
)
def test_wrong_values_get_kafkas_words(properties: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        ClientSettings(properties)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "properties",
    [
        {"ssl.truststore.location": "/none"},
        {"ssl.truststore.location": __file__},
        {"ssl.enabled.protocols": "SSLv2"},
    ],
)
def test_stores_are_read_before_anything_connects(properties: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        ClientSettings({"security.protocol": "SSL", **properties})
