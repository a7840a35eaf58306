"""The connection on the I/O thread, without a script: time, back-pressure, and calls that come too late."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from random import Random

import pytest

from imp_runtime.config import NetworkConfig
from imp_runtime.net.loop import IoThread
from imp_runtime.net.mqtt_connection import MqttConnection
from imp_runtime.net.mqtt_notices import (
    Arrived,
    Closed,
    Connected,
    Done,
    Down,
    Lost,
    MqttSettings,
    Notice,
    Refused,
    Subscribed,
)
from imp_runtime.net.mqtt_url import parse_mqtt_url
from tests.imp_runtime.mqtt.raw_broker import PATIENCE, RawBroker, publish_packet


class Notices:
    """What a connection told, in order."""

    def __init__(self) -> None:
        self.all: list[Notice] = []
        self._changed = threading.Condition()

    def emit(self, connection: MqttConnection, notices: Sequence[Notice]) -> None:
        """For the connection."""
        with self._changed:
            self.all += notices
            self._changed.notify_all()

    def wait(self, condition: Callable[[list[Notice]], bool]) -> list[Notice]:
        """Wait until the notices are as they should be; returns them."""
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self.all), PATIENCE), self.all
            return list(self.all)


@pytest.fixture
def io() -> Iterator[IoThread]:
    thread = IoThread()
    yield thread
    thread.stop(1.0)


def connect(io: IoThread, broker: RawBroker, keepalive: float = 0) -> tuple[MqttConnection, Notices]:
    """A connection that is on its way up."""
    notices = Notices()
    settings = MqttSettings(parse_mqtt_url(broker.url), "me", keepalive)
    connection = MqttConnection(io, NetworkConfig(), settings, notices.emit)
    connection.ask_connect()
    return connection, notices


def test_a_silent_broker_is_asked(io: IoThread) -> None:
    with RawBroker() as broker:
        _, notices = connect(io, broker, 0.1)
        broker.wait("PINGREQ", 3)
        assert notices.all == [Connected()]


def test_a_broker_that_does_not_answer_is_given_up(io: IoThread) -> None:
    with RawBroker(mute=("PINGREQ",)) as broker:
        _, notices = connect(io, broker, 0.1)
        found = notices.wait(lambda all: len(all) == 3)
        text = f"127.0.0.1:{broker.port} does not answer any more (keep-alive)"
        assert found == [Connected(), Down(), Lost(-1, text)]


def test_no_keep_alive(io: IoThread) -> None:
    with RawBroker() as broker:
        _, notices = connect(io, broker, 0)
        notices.wait(lambda all: len(all) == 1)
        assert broker.connects[0][8:10] == b"\x00\x00"


def test_who_only_hears_is_heard_too(io: IoThread) -> None:
    """A broker drops clients that send nothing, however much it has sent to them."""
    with RawBroker() as broker:
        _, notices = connect(io, broker, 0.2)
        notices.wait(lambda all: len(all) == 1)
        stop = threading.Event()

        def chatter() -> None:
            while not stop.wait(0.01):
                broker.publish("t", b"m")

        thread = threading.Thread(target=chatter)
        thread.start()
        try:
            broker.wait("PINGREQ", 2)
        finally:
            stop.set()
            thread.join()


def test_the_broker_is_not_read_while_the_script_is_busy(io: IoThread) -> None:
    with RawBroker(mute=("PINGREQ",)) as broker:
        connection, notices = connect(io, broker, 0.2)
        notices.wait(lambda all: len(all) == 1)
        total = 600
        packets = [publish_packet(b"t", str(number).encode().ljust(10000)) for number in range(total)]
        sender = threading.Thread(target=broker.send, args=(b"".join(packets),))
        sender.start()
        # Nobody takes them, nothing is read any more, and yet the broker hears from us; its silence means nothing.
        broker.wait("PINGREQ", 5)
        assert 100 < len(notices.wait(lambda all: len(all) > 100)) < 200
        for count in range(1, total + 1):
            notice = notices.wait(lambda all, count=count: len(all) > count)[count]  # type: ignore[misc]
            assert isinstance(notice, Arrived)
            assert notice.payload.rstrip() == str(count - 1).encode()
            connection.taken(notice)
            io.flush()
        sender.join()


def test_reading_goes_on_for_the_goodbye(io: IoThread) -> None:
    with RawBroker() as broker:
        connection, notices = connect(io, broker)
        notices.wait(lambda all: len(all) == 1)
        broker.send(publish_packet(b"t", b"m") * 200)
        notices.wait(lambda all: len(all) >= 101)
        connection.ask_close()
        assert notices.wait(lambda all: Closed() in all)[-1] == Closed()
        broker.wait("DISCONNECT")


def test_calls_on_a_connection_that_is_lost(io: IoThread) -> None:
    with RawBroker() as broker:
        connection, notices = connect(io, broker)
        notices.wait(lambda all: len(all) == 1)
        broker.hang_up()
        notices.wait(lambda all: len(all) == 3)
        connection.ask_publish(1, "t", b"m", 0, False)
        connection.ask_publish(2, "t", b"m", 1, False)
        connection.ask_subscribe(3, [("t", 0)])
        connection.ask_unsubscribe(4, ["t"])
        connection.ask_close()
        connection.desert()
        io.flush()
        found = notices.wait(lambda all: len(all) == 7)
        assert found[3:] == [Done(1, -3), Done(2, -3), Subscribed(3, -3, ()), Done(4, -1)]


def test_calls_before_the_connection_is_there(io: IoThread) -> None:
    with RawBroker(mute=("CONNECT",)) as broker:
        connection, notices = connect(io, broker)
        broker.wait("CONNECT me")
        connection.ask_publish(1, "t", b"m", 0, False)
        connection.ask_close()
        assert notices.wait(lambda all: len(all) == 2) == [Done(1, -3), Closed()]
        broker.wait("EOF")


def test_the_end_of_the_io_thread_says_goodbye(io: IoThread) -> None:
    with RawBroker() as broker:
        _, notices = connect(io, broker)
        notices.wait(lambda all: len(all) == 1)
        io.stop(2.0)
        assert broker.wait("EOF") == ["CONNECT me", "DISCONNECT", "EOF"]


def test_the_end_of_the_io_thread_while_connecting(io: IoThread) -> None:
    with RawBroker(mute=("CONNECT",)) as broker:
        _, notices = connect(io, broker)
        broker.wait("CONNECT me")
        io.stop(2.0)
        assert not any(isinstance(notice, Refused) for notice in notices.all)


@pytest.mark.slow
def test_identifiers_that_are_still_in_use_are_left_out(io: IoThread) -> None:
    """After 65535 others the counter of the identifiers comes by again."""
    with RawBroker(mute=("PUBLISH",)) as broker:
        connection, notices = connect(io, broker)
        notices.wait(lambda all: len(all) == 1)
        connection.ask_publish(1, "held", b"", 1, False)
        count = 65535
        for number in range(2, count + 2):
            connection.ask_publish(number, "t", b"", 0, False)
        connection.ask_publish(count + 2, "last", b"", 1, False)
        io.flush()
        broker.wait("PUBLISH last q1")
        broker.send(b"\x40\x02\x00\x01")
        broker.send(b"\x40\x02\x00\x02")
        notices.wait(lambda all: Done(count + 2, 0) in all)
        assert Done(1, 0) in notices.all


@pytest.mark.parametrize("seed", range(60))
def test_nonsense_never_gets_further_than_the_connection(
    io: IoThread, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Packets with good headers and any content: they are taken, or the connection is given up with a reason."""
    random = Random(seed)
    with RawBroker() as broker:
        connection, notices = connect(io, broker)
        notices.wait(lambda all: len(all) == 1)
        connection.ask_publish(1, "t", b"m", 2, False)
        connection.ask_subscribe(2, [("t", 0)])
        data = b""
        for _ in range(20):
            kind = random.choice([0x30, 0x32, 0x34, 0x3D, 0x40, 0x50, 0x62, 0x70, 0x90, 0xB0, 0xD0])
            length = random.choice([0, 2, 2, 2, 3, 4, 12, 40])
            body = bytes(random.choice([0, 0, 1, 2, 128, random.randrange(256)]) for _ in range(length))
            data += bytes([kind, length]) + body
        # Given up in the middle, it resets the connection.
        with contextlib.suppress(OSError):
            broker.send(data)
            broker.publish("the end", b"")

        def ended(found: list[Notice]) -> bool:
            return isinstance(found[-1], Lost) or any(
                isinstance(notice, Arrived) and notice.topic == "the end" for notice in found
            )

        found = notices.wait(ended)
        if isinstance(found[-1], Lost):
            assert found[-1].code in (-3, -4), found[-1]
    assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []
