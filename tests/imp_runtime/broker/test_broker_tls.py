"""The TLS listener and its certificates."""

from __future__ import annotations

import socket
import ssl
import tempfile
from pathlib import Path

import pytest
from cryptography import x509
from proton import Delivery

from imp_runtime.broker import BrokerConfig, BrokerThread
from imp_runtime.broker.certificates import CertificateAuthority
from tests.imp_runtime.broker.amqp_client import PATIENCE, Connect, EventLog, StartBroker


@pytest.fixture
def tls_broker(start_broker: StartBroker) -> BrokerThread:
    return start_broker(BrokerConfig(tls_port=0))


def trusting(broker: BrokerThread) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=broker.ca_pem.decode())


@pytest.mark.parametrize(
    "name",
    ["my-hub.azure-devices.net", "MY-HUB.example", "localhost", "127.0.0.1", "a" * 60 + "." + "b" * 60 + ".example"],
)
def test_any_name_is_certified(tls_broker: BrokerThread, connect: Connect, name: str) -> None:
    assert tls_broker.tls_port not in (None, tls_broker.port)
    # The default context checks the chain and the name.
    client = connect(tls_broker.tls_port, tls=trusting(tls_broker), sni=name)
    assert client.send_and_wait(client.sender("q"), bytes(1_000_000)) == [Delivery.ACCEPTED]
    assert len(client.receive(client.receiver("q"))) == 1


def test_plain_and_tls_reach_the_same_queues(tls_broker: BrokerThread, connect: Connect, log: EventLog) -> None:
    secure, plain = connect(tls_broker.tls_port, tls=trusting(tls_broker), sni="hub"), connect(tls_broker.port)
    secure.send_and_wait(secure.sender("q"), "over TLS")
    assert [m.body for _, m in plain.receive(plain.receiver("q"))] == ["over TLS"]
    assert log.wait("connected").detail == "TLSv1.3"


def test_passwords_over_tls(tls_broker: BrokerThread, connect: Connect, log: EventLog) -> None:
    connect(tls_broker.tls_port, tls=trusting(tls_broker), sni="hub", user="ann", password="pw", mechanisms="PLAIN")
    assert log.wait("authenticated").detail == "PLAIN, user ann"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_an_untrusting_client_is_told_apart_in_the_log(
    tls_broker: BrokerThread, log: EventLog, version: ssl.TLSVersion
) -> None:
    assert tls_broker.tls_port is not None
    context = ssl.create_default_context()
    context.minimum_version = context.maximum_version = version
    peer = socket.create_connection(("127.0.0.1", tls_broker.tls_port), timeout=PATIENCE)
    with peer, pytest.raises(ssl.SSLCertVerificationError):
        context.wrap_socket(peer, server_hostname="hub")
    assert "unknown ca" in str(log.wait("tls-failed").detail)


def test_rubbish_on_the_tls_port(tls_broker: BrokerThread, connect: Connect, log: EventLog) -> None:
    assert tls_broker.tls_port is not None
    bystander = connect(tls_broker.tls_port, tls=trusting(tls_broker), sni="hub")
    with socket.create_connection(("127.0.0.1", tls_broker.tls_port), timeout=PATIENCE) as peer:
        peer.sendall(b"AMQP\x00\x01\x00\x00 this is not TLS")
        peer.shutdown(socket.SHUT_WR)
        while peer.recv(1000):
            pass
    log.wait("tls-failed")
    assert bystander.send_and_wait(bystander.sender("q"), "x") == [Delivery.ACCEPTED]
    assert tls_broker.connection_count() == 1


def test_stop_during_a_tls_handshake(start_broker: StartBroker, log: EventLog) -> None:
    broker = start_broker(BrokerConfig(tls_port=0, close_timeout=0.1))
    assert broker.tls_port is not None
    with socket.create_connection(("127.0.0.1", broker.tls_port), timeout=PATIENCE) as silent:
        # A second peer that is in shows that the first one was seen.
        with ssl.create_default_context(cadata=broker.ca_pem.decode()).wrap_socket(
            socket.create_connection(("127.0.0.1", broker.tls_port), timeout=PATIENCE), server_hostname="hub"
        ):
            log.wait("connected")
            broker.stop()
        assert silent.recv(1) == b""
    log.wait("stopped")


def test_a_silent_peer_is_dropped_during_the_tls_handshake(start_broker: StartBroker, log: EventLog) -> None:
    broker = start_broker(BrokerConfig(tls_port=0, handshake_timeout=0.1))
    assert broker.tls_port is not None
    with socket.create_connection(("127.0.0.1", broker.tls_port), timeout=PATIENCE) as silent:
        log.wait("tls-failed")
        assert silent.recv(1) == b""


def test_authorities_differ_and_leave_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    first, second = CertificateAuthority(), CertificateAuthority("192.0.2.1")
    first.server_context()
    second.server_context()
    assert first.ca_pem != second.ca_pem
    certificate = x509.load_pem_x509_certificate(first.ca_pem)
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert list(tmp_path.iterdir()) == []
