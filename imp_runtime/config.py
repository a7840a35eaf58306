"""What an agent is run with. The command line fills these in; embedders make them directly.

Plain classes: importing dataclasses takes longer than a short script takes to run. They are not changed once an agent
has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from imp_runtime.limits import Limits
from imp_runtime.store import MemoryStore, Store, new_agent_id

if TYPE_CHECKING:
    from imp_runtime.program_cache import ProgramCache

SOURCE_NAME: Final = "agent_code"
"""What the platform calls an agent's source in stack traces."""

DEVICE_SOURCE_NAME: Final = "device_code"
"""The same for a device's."""

Address = tuple[str, int]
"""A host name or address, and a TCP port."""


class EmbeddedMqtt:
    """Where an embedded MQTT broker listens, and the CA (PEM) that vouches for it."""

    def __init__(self, plain: Address, tls: Address, ca_pem: str) -> None:
        self.plain = plain
        self.tls = tls
        self.ca_pem = ca_pem


class EmbeddedMqttError(Exception):
    """The embedded MQTT broker cannot be started; the message says what to do."""


class NetworkConfig:
    """Where outgoing connections really go, and which certificates are trusted.

    * `redirects`: (host, port) of the URL -> address to connect to; SNI, the certificate check and the AMQP hostname
      stay those of the URL. Host names are compared in lower case
    * `redirect_all_amqp`: address that every plain AMQP connection without a redirect of its own goes to
    * `redirect_all_amqps`: the same for AMQP over TLS
    * `embedded_mqtt`: where every MQTT connection without a redirect of its own goes to: called at the first one, to
      start the broker; see `EmbeddedMqtt`
    * `ca_files`: PEM files of certificate authorities to trust beside those of the system
    * `ca_pem`: PEM texts of the same kind
    * `offline`: connections that would leave this machine are refused (`--offline`)
    """

    def __init__(
        self,
        *,
        redirects: Mapping[Address, Address] | None = None,
        redirect_all_amqp: Address | None = None,
        redirect_all_amqps: Address | None = None,
        embedded_mqtt: Callable[[], EmbeddedMqtt] | None = None,
        ca_files: tuple[str, ...] = (),
        ca_pem: tuple[str, ...] = (),
        offline: bool = False,
    ) -> None:
        self.redirects: Mapping[Address, Address] = redirects or {}
        self.redirect_all_amqp = redirect_all_amqp
        self.redirect_all_amqps = redirect_all_amqps
        self.embedded_mqtt = embedded_mqtt
        self.ca_files = ca_files
        self.ca_pem = ca_pem
        self.offline = offline

    def refusal(self, target: Address) -> str | None:
        """Why there must be no connection to an address, None when there may be; whatever the protocol is."""
        host, port = target
        if not self.offline or is_loopback(host):
            return None
        return f"no connection to {host}:{port}: with --offline only this machine can be reached"

    def target(self, host: str, port: int, scheme: str | None = None) -> Address:
        """The address to connect to for a host and port; ``scheme`` is that of the URL when it is AMQP or MQTT."""
        redirected = self.redirects.get((host.lower(), port))
        if redirected is None and scheme == "amqp":
            redirected = self.redirect_all_amqp
        if redirected is None and scheme == "amqps":
            redirected = self.redirect_all_amqps
        if redirected is None and scheme in ("tcp", "ssl") and self.embedded_mqtt is not None:
            broker = self.embedded_mqtt()
            redirected = broker.tls if scheme == "ssl" else broker.plain
        return redirected or (host, port)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name alone: asking a name server would itself leave the machine."""
    if host.lower() == "localhost" or host == "::1":
        return True
    parts = host.split(".")
    return len(parts) == 4 and parts[0] == "127" and all(part.isdecimal() and len(part) <= 3 for part in parts)


class DeviceEvent:
    """Something that happens to a device: `kind` is `connect`, `disconnect` or `send`; `at` in seconds since the start.

    `name` and `data` (serialised) are those of the message that is sent.
    """

    def __init__(self, at: float, kind: str, name: str = "", data: bytes = b"") -> None:
        self.at = at
        self.kind = kind
        self.name = name
        self.data = data


class DeviceConfig:
    """What plays the device of an agent.

    * `source`: the device's Squirrel; without it the device only does what `events` say, or its link is told
    * `script_name`: what the source's file is called in diagnostics
    * `events`: what happens to the device, by time
    """

    def __init__(
        self,
        *,
        source: bytes | None = None,
        script_name: str = DEVICE_SOURCE_NAME,
        events: Sequence[DeviceEvent] = (),
    ) -> None:
        self.source = source
        self.script_name = script_name
        self.events = events


class AgentConfig:
    """The settings of one agent.

    * `constants`: constants for the script, as Squirrel values (`--define`)
    * `network`: see `NetworkConfig`
    * `trace_amqp`: gets each AMQP frame as text, secrets hidden, on the I/O thread (`--trace amqp`)
    * `script_name`: what the script's file is called in diagnostics
    * `leaks`: at the end of the run all open handles are told, with what holds them (`--leaks`)
    * `device_id`: what `imp.configparams.deviceid` is: 16 hexadecimal digits
    * `agent_id`: 12 URL-safe characters; what is saved belongs to it. By default a new one
    * `store`: where `server.save` puts it; by default in memory
    * `program_cache`: keeps parsed programs from run to run; by default nothing does
    * `limits`: the platform's rates and sizes (`--limits`); by default only what keeps a run from harm
    * `device`: what plays the agent's device (`--device`, `--device-script`); by default it never connects
    * `restart`: a script that failed is started again (`--restart`)
    * `restart_after`: seconds after which the agent is restarted once, as a migration does it (`--restart-after`)
    * `max_memory`: bytes that the run may take beyond what the process has at its start (`--max-memory`)
    * `http_port`: where the agent's URL listens on the loopback address (`--http`); 0 is a free port
    * `tell_url`: gets the agent's URL when it begins to listen; on the agent's thread
    """

    def __init__(
        self,
        *,
        constants: Mapping[str, object] | None = None,
        network: NetworkConfig | None = None,
        trace_amqp: Callable[[str], None] | None = None,
        script_name: str = SOURCE_NAME,
        leaks: bool = False,
        device_id: str = "0000000000000000",
        agent_id: str | None = None,
        store: Store | None = None,
        program_cache: ProgramCache | None = None,
        limits: Limits | None = None,
        http_port: int = 0,
        tell_url: Callable[[str], None] | None = None,
        device: DeviceConfig | None = None,
        restart: bool = False,
        restart_after: float | None = None,
        max_memory: int | None = None,
    ) -> None:
        self.constants: Mapping[str, object] = constants or {}
        self.network = network or NetworkConfig()
        self.trace_amqp = trace_amqp
        self.script_name = script_name
        self.leaks = leaks
        self.device_id = device_id
        self.agent_id = agent_id or new_agent_id()
        self.store: Store = store or MemoryStore()
        self.program_cache = program_cache
        self.limits = limits
        self.http_port = http_port
        self.tell_url = tell_url
        self.device = device
        self.restart = restart
        self.restart_after = restart_after
        self.max_memory = max_memory
