"""Fixtures for the tests of the embedded broker: a broker on a free port, its log, raw peers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from imp_runtime.broker import BrokerConfig, BrokerThread
from tests.imp_runtime.broker.amqp_client import Client, Connect, EventLog, StartBroker


@pytest.fixture
def log() -> EventLog:
    """The log of every broker of a test."""
    return EventLog()


@pytest.fixture
def start_broker(log: EventLog) -> Iterator[StartBroker]:
    """Starts brokers, and stops them after the test; none of them may have met an internal error."""
    brokers: list[BrokerThread] = []

    def start(config: BrokerConfig) -> BrokerThread:
        broker = BrokerThread(config, log)
        broker.start()
        brokers.append(broker)
        return broker

    yield start
    for broker in brokers:
        broker.stop()
    assert not log.named("internal-error")


@pytest.fixture
def broker(start_broker: StartBroker) -> BrokerThread:
    """A broker with default settings."""
    return start_broker(BrokerConfig())


@pytest.fixture
def connect(broker: BrokerThread) -> Iterator[Connect]:
    """Makes opened peers of `broker`, and drops their sockets after the test."""
    clients: list[Client] = []

    def make(port: int | None = None, **options: object) -> Client:
        client = Client(port or broker.port, **options)  # type: ignore[arg-type]
        clients.append(client)
        return client.open()

    yield make
    for client in clients:
        client.vanish()
