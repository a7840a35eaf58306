"""The written forms of events."""

from __future__ import annotations

import json

from proton import Delivery

from imp_runtime.broker import BrokerEvent, BrokerThread
from tests.imp_runtime.broker.amqp_client import Connect, EventLog


def test_a_line_reads_well() -> None:
    event = BrokerEvent(1516642713.537, "message-settled", "c1", "my link", "q", 7, None, "accepted", "a note")
    assert event.line() == (
        '2018-01-22T17:38:33.537Z c1 message-settled link="my link" address=q message=7 outcome=accepted (a note)'
    )


def test_an_object_a_line() -> None:
    event = BrokerEvent(1516642713.537, "message-settled", "c1", "my link", "q", 7, None, "accepted")
    assert json.loads(event.json_line()) == {
        "time": "2018-01-22T17:38:33.537Z",
        "event": "message-settled",
        "connection": "c1",
        "link": "my link",
        "address": "q",
        "message": 7,
        "outcome": "accepted",
    }


def test_events_show_no_secret() -> None:
    url = "amqp://u:hunter2" + "x" * 400 + "@hub.example"
    event = BrokerEvent(0, "link-refused", "c1", "SharedAccessKey=hunter2", url, detail=f"no node {url}")
    for text in (event.line(), event.json_line()):
        assert "hunter2" not in text
        assert "amqp://u:***@hub.example" in text


def test_a_peer_cannot_forge_or_flood_the_log() -> None:
    event = BrokerEvent(0, "link-attached", "c1", 'a\n"b\x1b[31m\u202e\x9b', "x" * 10_000)
    line = event.line()
    assert line.isprintable()
    assert len(line) < 1000
    assert "\n" not in event.json_line()


def test_what_happens_to_a_message_can_be_followed(broker: BrokerThread, connect: Connect, log: EventLog) -> None:
    client = connect(container="my container")
    client.send_and_wait(client.sender("q", name="out"), "a")
    receiver = client.receiver("q", name="in", credit=2)
    [(delivery, _)] = client.receive(receiver)
    client.settle(delivery, int(Delivery.RELEASED))
    [(delivery, _)] = client.receive(receiver)
    client.settle(delivery)
    log.wait("message-settled", outcome="accepted")
    client.close()
    log.wait("disconnected")
    story = [(event.event, event.link, event.outcome) for event in log.events if event.message is not None]
    assert story == [
        ("message-received", "out", "accepted"),
        ("message-delivered", "in", None),
        ("message-settled", "in", "released"),
        ("message-delivered", "in", None),
        ("message-settled", "in", "accepted"),
    ]
    kinds = [event.event for event in log.events]
    assert kinds[:6] == ["listening", "connected", "authenticated", "opened", "queue-created", "link-attached"]
    assert kinds[-1] == "disconnected"
    assert log.wait("opened").detail == "container my container"
    assert {event.connection for event in log.events[1:] if event.event != "queue-created"} == {"c1"}
    assert all(event.time > 0 for event in log.events)
