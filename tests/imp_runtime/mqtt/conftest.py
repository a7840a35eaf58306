"""Mosquitto, started once for a test process and only where a test asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.imp_runtime.mqtt.mosquitto import Mosquitto


@pytest.fixture(scope="session")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    """Mosquitto."""
    with Mosquitto(tmp_path_factory.mktemp("mosquitto")) as broker:
        yield broker
