"""Fixtures for the tests of the embedded broker: a broker on a free port, its log, raw peers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from imp_runtime.broker import BrokerConfig, BrokerThread
from imp_runtime.broker.iothub import HubConfig, IotHub
from imp_runtime.broker.iothub.config import MAX_MESSAGE_SIZE
from imp_runtime.broker.profile import Profile
from tests.imp_runtime.broker.amqp_client import Client, Connect, EventLog, StartBroker
from tests.imp_runtime.broker.broker_process import Process
from tests.imp_runtime.broker.hub_agent import HubAgent
from tests.imp_runtime.broker.hub_client import HOST, KEY, POLICY_KEY, Hub

StartHub = Callable[..., Hub]
RunAgent = Callable[..., HubAgent]


@pytest.fixture
def log() -> EventLog:
    """The log of every broker of a test."""
    return EventLog()


@pytest.fixture
def start_broker(log: EventLog) -> Iterator[StartBroker]:
    """Starts brokers, and stops them after the test; none of them may have met an internal error."""
    brokers: list[BrokerThread] = []

    def start(config: BrokerConfig, profile: Profile | None = None) -> BrokerThread:
        broker = BrokerThread(config, log, profile)
        broker.start()
        brokers.append(broker)
        return broker

    yield start
    for broker in brokers:
        broker.stop()
    assert not log.named("internal-error")
    assert not log.named("http-request", outcome="500")


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


@pytest.fixture
def start_hub(start_broker: StartBroker) -> Iterator[StartHub]:
    """Starts IoT hubs with the device `d1`, the policy `owner`, and both HTTP APIs."""
    hubs: list[Hub] = []

    def start(**settings: Any) -> Hub:
        defaults: dict[str, Any] = {
            "host_name": HOST,
            "devices": {"d1": KEY},
            "policies": {"owner": POLICY_KEY},
            "admin_port": 0,
        }
        profile = IotHub(HubConfig(**{**defaults, **settings}))
        config = BrokerConfig(tls_port=0, max_message_size=MAX_MESSAGE_SIZE)
        hub = Hub(start_broker(config, profile), profile)
        hubs.append(hub)
        return hub

    yield start
    for hub in hubs:
        hub.close()


@pytest.fixture
def hub(start_hub: StartHub) -> Hub:
    """A hub with default settings."""
    return start_hub()


@pytest.fixture
def started() -> Iterator[list[Process]]:
    """Processes that are ended after the test, whatever happens."""
    processes: list[Process] = []
    yield processes
    for entry in processes:
        if entry.process.poll() is None:
            entry.process.kill()
        entry.process.communicate()


@pytest.fixture
def run_agent(tmp_path: Path) -> Iterator[RunAgent]:
    """Runs agents at a hub; they are ended after the test."""
    agents: list[HubAgent] = []

    def start(hub: Hub, source: str, *options: str) -> HubAgent:
        agents.append(agent := HubAgent(tmp_path, hub, source, *options))
        return agent

    yield start
    for agent in agents:
        agent.close()
