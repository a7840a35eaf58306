"""The peers, started once for a test process and only where a test asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.brokers import Broker, ProtonBroker, RabbitMq
from tests.interop.rhea_programs import Rhea


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMq]:
    """RabbitMQ with its AMQP 1.0 plugin."""
    with RabbitMq(tmp_path_factory.mktemp("rabbitmq")) as broker:
        assert isinstance(broker, RabbitMq)
        yield broker


@pytest.fixture(scope="session")
def proton_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Proton's C broker is compiled to, once."""
    return tmp_path_factory.mktemp("proton")


@pytest.fixture(scope="session")
def proton_broker(proton_folder: Path) -> Iterator[ProtonBroker]:
    """Proton's C broker."""
    with ProtonBroker(proton_folder) as broker:
        assert isinstance(broker, ProtonBroker)
        yield broker


@pytest.fixture(params=["rabbitmq", "proton_broker"])
def broker(request: pytest.FixtureRequest) -> Broker:
    """Each of the brokers in turn."""
    found: Broker = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def rhea() -> Rhea:
    """Node with the rhea library."""
    return Rhea()
