"""A device that Python code plays."""

from __future__ import annotations

import io
import threading

import pytest

from imp_runtime.agent import Agent, run_on_thread
from imp_runtime.config import AgentConfig, DeviceConfig
from imp_runtime.device.driver import DeviceDriver
from imp_runtime.log import Log, LogFormat
from imp_runtime.status import ExitStatus

PATIENCE = 10


class Run:
    """An agent on a thread of its own, with a device that the test drives."""

    def __init__(self, source: str) -> None:
        self._output = io.BytesIO()
        self.agent = Agent(AgentConfig(device=DeviceConfig()), Log(self._output, LogFormat.PLAIN))
        self.driver = DeviceDriver(self.agent)
        self.status: ExitStatus | None = None
        self._thread = threading.Thread(target=self._run, args=(source,), daemon=True)

    def _run(self, source: str) -> None:
        self.status = run_on_thread(self.agent, source, timeout=60)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> list[str]:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        return self._output.getvalue().decode().splitlines()


def test_it_talks_with_the_agent() -> None:
    run = Run(
        'device.on("reading", function(r) { device.send("ack", {got = r.values.len(), raw = r.raw}); });\n'
        'device.onconnect(@() device.send("hello", null)); device.ondisconnect(@() server.log("gone"));'
    )
    with run.driver as device:
        run.start()
        assert device.receive() == ("hello", None)
        assert device.send("reading", {"values": [1, 2.5], "raw": b"\x00\xff"})
        assert device.receive() == ("ack", {"got": 2, "raw": b"\x00\xff"})
        device.disconnect()
        assert not device.send("reading", {})
        device.connect()
        assert device.receive() == ("hello", None)
    assert run.end() == ["gone"]
    assert run.status is ExitStatus.OK


def test_sending_as_soon_as_there_is_a_connection() -> None:
    run = Run('device.on("n", @(n) server.log(n));')
    with run.driver as device:
        assert not device.send("n", "too early")
        run.start()
        device.wait_connected()
        assert device.send("n", "in time")
        device.disconnect()
        with pytest.raises(TimeoutError, match=r"^no connection within 0.01 s$"):
            device.wait_connected(0.01)
    assert run.end() == ["in time"]


def test_waiting_for_a_message_that_does_not_come() -> None:
    run = Run("")
    with run.driver as device:
        run.start()
        with pytest.raises(TimeoutError, match=r"^no message from the agent within 0.01 s$"):
            device.receive(timeout=0.01)
    run.end()
