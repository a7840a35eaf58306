"""MQTT URLs: ``ssl://host:port`` and ``tcp://host:port`` (core sheet, section 2.2)."""

from __future__ import annotations

from dataclasses import dataclass

from imp_runtime.net.amqp_url import UrlError, split_place

_DEFAULT_PORTS = {"tcp": 1883, "ssl": 8883}


@dataclass(frozen=True)
class MqttUrl:
    """Where to connect; who connects is said by the options of ``connect``."""

    scheme: str
    host: str
    port: int

    @property
    def tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.scheme == "ssl"

    @property
    def place(self) -> str:
        """``host:port``, for messages."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_mqtt_url(text: str) -> MqttUrl:
    """Read a URL; a path, query or fragment after the host is ignored.

    Raises:
        UrlError: another scheme, no host, a user, or a port that is none. The message never repeats the URL.
    """
    scheme, separator, rest = text.partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in _DEFAULT_PORTS:
        raise UrlError("the URL must begin with ssl:// or tcp://")
    for end in "/?#":
        rest = rest.partition(end)[0]
    if "@" in rest:
        raise UrlError("the URL must not hold a user name or password; give them as options of connect")
    host, port = split_place(rest)
    if not host:
        raise UrlError("the URL names no host")
    if any(character <= " " or character == "\x7f" for character in host):
        raise UrlError("the URL's host contains a space or control character")
    return MqttUrl(scheme, host, _DEFAULT_PORTS[scheme] if port is None else port)
