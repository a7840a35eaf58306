"""What an agent is run with. The command line fills these in; embedders make them directly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Address = tuple[str, int]
"""A host name or address, and a TCP port."""


@dataclass(frozen=True)
class NetworkConfig:
    """Where outgoing connections really go, and which certificates are trusted.

    * `redirects`: (host, port) of the URL -> address to connect to; SNI, the certificate check and the AMQP hostname
      stay those of the URL. Host names are compared in lower case
    * `redirect_all_amqp`: address that every plain AMQP connection without a redirect of its own goes to
    * `redirect_all_amqps`: the same for AMQP over TLS
    * `ca_files`: PEM files of certificate authorities to trust beside those of the system
    * `ca_pem`: PEM texts of the same kind
    """

    redirects: Mapping[Address, Address] = field(default_factory=dict)
    redirect_all_amqp: Address | None = None
    redirect_all_amqps: Address | None = None
    ca_files: tuple[str, ...] = ()
    ca_pem: tuple[str, ...] = ()

    def target(self, host: str, port: int, amqp: str | None = None) -> Address:
        """The address to connect to for a host and port; ``amqp`` is the URL's scheme when it is an AMQP one."""
        redirected = self.redirects.get((host.lower(), port))
        if redirected is None and amqp == "amqp":
            redirected = self.redirect_all_amqp
        if redirected is None and amqp == "amqps":
            redirected = self.redirect_all_amqps
        return redirected or (host, port)


@dataclass(frozen=True)
class AgentConfig:
    """The settings of one agent.

    * `constants`: constants for the script, as Squirrel values (`--define`)
    * `network`: see `NetworkConfig`
    * `trace_amqp`: gets each AMQP frame as text, secrets hidden, on the I/O thread (`--trace amqp`)
    * `device_id`: what `imp.configparams.deviceid` is: 16 hexadecimal digits
    """

    constants: Mapping[str, object] = field(default_factory=dict)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    trace_amqp: Callable[[str], None] | None = None
    device_id: str = "0000000000000000"
