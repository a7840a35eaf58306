"""What can go wrong below and around AMQP, and what the script is told; TLS, SASL, redirection, heartbeats."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from imp_runtime.broker import BrokerConfig, BrokerThread
from imp_runtime.config import NetworkConfig
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.certificates import Authority
from tests.imp_runtime.amqp.raw_peer import PATIENCE, RawPeer

CONNECT = """
conn <- amqp.openconnection(URL, function(event, detail) {
    server.log(event + (detail == null ? "" : " " + detail));
    conn = null;
});
"""


def outcome(url: str, network: NetworkConfig | None = None) -> str:
    """Connect, and return the one event that comes of it."""
    with AgentRun(CONNECT, network, URL=url) as run:
        [line] = run.end()
        return line


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def plain_server(greeting: bytes) -> Iterator[int]:
    """Something that listens, says its greeting when it is spoken to, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(PATIENCE)
                connection.recv(100)
                connection.sendall(greeting)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(1000):
                    pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(PATIENCE)


def test_refused() -> None:
    port = unused_port()
    assert outcome(f"amqp://127.0.0.1:{port}") == f"CONNECTION_ERROR connection refused by 127.0.0.1:{port}"
    assert outcome(f"amqp://localhost:{port}") == f"CONNECTION_ERROR connection refused by localhost:{port}"


def test_refused_after_redirection() -> None:
    port = unused_port()
    network = NetworkConfig(redirects={("hub.example.net", 5671): ("127.0.0.1", port)})
    assert outcome("amqps://user:secret@hub.example.net", network) == (
        f"CONNECTION_ERROR connection refused by hub.example.net:5671 (redirected to 127.0.0.1:{port})"
    )


def test_unknown_host() -> None:
    assert outcome("amqp://no-such-host.invalid") in (
        "CONNECTION_ERROR unknown host 'no-such-host.invalid'",
        "CONNECTION_ERROR cannot resolve host 'no-such-host.invalid': the name server does not answer",
    )


@pytest.mark.parametrize("host", ["a..b", "x" * 300])
def test_host_that_cannot_be_a_name(host: str) -> None:
    assert outcome(f"amqp://{host}") == f"CONNECTION_ERROR unknown host '{host}'"


def test_peer_that_speaks_something_else() -> None:
    with plain_server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        assert outcome(f"amqp://127.0.0.1:{port}") == f"CONNECTION_ERROR 127.0.0.1:{port} does not speak AMQP 1.0"


def test_peer_of_an_older_amqp_that_hangs_up() -> None:
    with plain_server(b"AMQP\x00\x00\x09\x01") as port:
        assert outcome(f"amqp://127.0.0.1:{port}") == f"CONNECTION_ERROR 127.0.0.1:{port} does not speak AMQP 1.0"


def test_peer_without_sasl() -> None:
    with plain_server(b"AMQP\x00\x01\x00\x00") as port:
        assert outcome(f"amqp://127.0.0.1:{port}") == (
            f"CONNECTION_ERROR 127.0.0.1:{port} speaks AMQP 1.0 but without SASL, which it must offer"
        )


def test_peer_that_hangs_up() -> None:
    with plain_server(b"AMQP\x03\x01\x00\x00") as port:
        assert outcome(f"amqp://127.0.0.1:{port}") == (
            f"CONNECTION_ERROR the connection to 127.0.0.1:{port} was closed without a close frame"
        )


def test_peer_that_hangs_up_at_once() -> None:
    with plain_server(b"") as port:
        assert outcome(f"amqp://127.0.0.1:{port}") == (
            f"CONNECTION_ERROR 127.0.0.1:{port} closed the connection at once; the port may want TLS: try amqps://"
        )


def test_lost_connection_is_an_error() -> None:
    script = 'conn <- amqp.openconnection(URL, function(event, detail) { server.log(event + " " + detail); });'
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_lines(1)
        peer.reset()
        assert run.end()[1:] == [f"CONNECTION_ERROR the connection to 127.0.0.1:{peer.port} was reset"]


# TLS.


def via(port: int, *, ca: Authority | None = None, ca_files: tuple[str, ...] = ()) -> NetworkConfig:
    return NetworkConfig(
        redirects={("hub.example.net", 5671): ("127.0.0.1", port)},
        ca_pem=() if ca is None else (ca.pem,),
        ca_files=ca_files,
    )


HUB = "amqps://hub.example.net"


def test_tls_with_a_trusted_authority_checks_the_name_of_the_url() -> None:
    authority = Authority()
    context = authority.server("hub.example.net")
    asked: list[str | None] = []
    context.sni_callback = lambda connection, name, _: asked.append(name)
    with RawPeer(tls=context) as peer:
        assert outcome(HUB, via(peer.port, ca=authority)) == "CONNECTION_OPEN"
        assert asked == ["hub.example.net"]
        assert peer.hostnames == ["hub.example.net"]


def test_tls_authority_from_a_file(tmp_path: Path) -> None:
    authority = Authority()
    file = tmp_path / "ca.pem"
    file.write_text(authority.pem)
    with RawPeer(tls=authority.server("hub.example.net")) as peer:
        assert outcome(HUB, via(peer.port, ca_files=(str(file),))) == "CONNECTION_OPEN"


def test_tls_authority_file_that_is_missing(tmp_path: Path) -> None:
    file = str(tmp_path / "none.pem")
    assert outcome(HUB, via(1, ca_files=(file,))) == f"CONNECTION_ERROR cannot read certificates from {file}"


def certificate_error(authority: Authority | None, context: ssl.SSLContext) -> str:
    with RawPeer(tls=context) as peer:
        text = outcome(HUB, via(peer.port, ca=authority))
        return text.replace(f" (redirected to 127.0.0.1:{peer.port})", "")


def test_untrusted_certificate() -> None:
    text = certificate_error(None, Authority().server("hub.example.net"))
    assert text.startswith("CONNECTION_ERROR the certificate of hub.example.net:5671 is not trusted (")
    assert text.endswith("); to trust its authority give its certificate with --tls-ca")


def test_certificate_of_another_authority() -> None:
    text = certificate_error(Authority(), Authority().server("hub.example.net"))
    assert "is not trusted" in text


def test_certificate_for_another_name() -> None:
    authority = Authority()
    assert certificate_error(authority, authority.server("other.example.net")) == (
        "CONNECTION_ERROR the certificate of hub.example.net:5671 is not for 'hub.example.net'"
    )


def test_expired_certificate() -> None:
    authority = Authority()
    assert certificate_error(authority, authority.server("hub.example.net", from_day=-9, to_day=-2)) == (
        "CONNECTION_ERROR the certificate of hub.example.net:5671 has expired"
    )


def test_certificate_of_the_future() -> None:
    authority = Authority()
    assert certificate_error(authority, authority.server("hub.example.net", from_day=2, to_day=9)) == (
        "CONNECTION_ERROR the certificate of hub.example.net:5671 is not valid yet; is the clock right?"
    )


def test_tls_to_a_plain_port() -> None:
    with plain_server(b"AMQP\x03\x01\x00\x00") as port:
        assert outcome(f"amqps://127.0.0.1:{port}") == (
            f"CONNECTION_ERROR 127.0.0.1:{port} does not speak TLS; is it the plain port (amqp:// instead of amqps://)?"
        )


def test_plain_to_a_tls_port() -> None:
    with RawPeer(tls=Authority().server("x")) as peer:
        assert outcome(peer.url) == (
            f"CONNECTION_ERROR 127.0.0.1:{peer.port} closed the connection at once; the port may want TLS: try amqps://"
        )


@pytest.mark.parametrize("greeting", [b"\x15\x03\x01\x00\x02\x02\x46", b"AMQP\x02\x01\x00\x00"])
def test_plain_to_a_port_that_asks_for_tls(greeting: bytes) -> None:
    with plain_server(greeting) as port:
        assert outcome(f"amqp://127.0.0.1:{port}") == (
            f"CONNECTION_ERROR 127.0.0.1:{port} does not speak plain AMQP; the port may want TLS: try amqps://"
        )


# SASL.


@pytest.fixture
def broker() -> Iterator[BrokerThread]:
    with BrokerThread(BrokerConfig(users={"me@home": "s3cret:/"}, allow_anonymous=False), lambda _: None) as broker:
        yield broker


def test_plain_with_percent_decoded_credentials(broker: BrokerThread) -> None:
    assert outcome(f"amqp://me%40home:s3cret%3A%2F@127.0.0.1:{broker.port}") == "CONNECTION_OPEN"


@pytest.mark.parametrize("userinfo", ["me%40home:wrong", "you:s3cret", "me%40home"])
def test_wrong_credentials(broker: BrokerThread, userinfo: str) -> None:
    assert outcome(f"amqp://{userinfo}@127.0.0.1:{broker.port}") == (
        f"CONNECTION_ERROR amqp:unauthorized-access: 127.0.0.1:{broker.port} refused the user name or the password"
    )


def test_a_peer_that_knows_no_passwords() -> None:
    with RawPeer(sasl=("ANONYMOUS",)) as peer:
        assert outcome(f"amqp://me:secret@127.0.0.1:{peer.port}") == (
            f"CONNECTION_ERROR amqp:unauthorized-access: 127.0.0.1:{peer.port} does not offer to log in with a user "
            "name and password (SASL PLAIN)"
        )


def test_anonymous_is_not_welcome(broker: BrokerThread) -> None:
    assert outcome(f"amqp://127.0.0.1:{broker.port}") == (
        f"CONNECTION_ERROR amqp:unauthorized-access: 127.0.0.1:{broker.port} does not accept anonymous connections; "
        "put user:password@ into the URL"
    )


def test_anonymous_is_welcome() -> None:
    with RawPeer(sasl=("ANONYMOUS",)) as peer:
        assert outcome(peer.url) == "CONNECTION_OPEN"


# Heartbeats.


def test_heartbeats_go_on_while_the_agent_is_blocked() -> None:
    script = """
    conn <- amqp.openconnection(URL, function(event, detail) {
        server.log(event);
        while (conn.isopen()) { }
        server.log("closed");
    });
    """
    with RawPeer(idle_timeout=0.2) as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("CONNECTION_OPEN")
        peer.wait("heartbeat", 3)
        assert run.lines == ["CONNECTION_OPEN"]
        peer.close()
        run.wait_line("closed")
