"""The nodes of the IoT hub: who may attach, telemetry, messages to devices, expiry."""

from __future__ import annotations

import pytest
from proton import Delivery, Link, Message, Receiver, Terminus

from tests.imp_runtime.broker.amqp_client import EventLog
from tests.imp_runtime.broker.conftest import StartHub
from tests.imp_runtime.broker.hub_client import (
    DEVICEBOUND,
    EVENTS,
    HOST,
    KEY,
    POLICY_KEY,
    Device,
    Hub,
    body_of,
    properties_of,
    token,
)

INVALID = ("amqp:unauthorized-access", "Token Invalid.")


@pytest.fixture
def device(hub: Hub) -> Device:
    """A device that has put a good token."""
    device = hub.device()
    assert device.put_token(token()) == (200, "OK")
    return device


def post(hub: Hub, body: str) -> str:
    """Send a message to the device; its id."""
    status, answer = hub.ask("POST", DEVICEBOUND, body)
    assert status == 201
    return str(answer["messageId"])


def outcomes(hub: Hub, count: int) -> list[tuple[str, str]]:
    """The ids and outcomes of `count` messages to devices, in the order in which they ended."""
    feedback: list[tuple[str, str]] = []
    number = 0
    while len(feedback) < count:
        _, answer = hub.ask("GET", f"/messages/feedback?after={number}&wait=10")
        assert answer
        feedback += [(entry["originalMessageId"], entry["description"]) for entry in answer]
        number = answer[-1]["number"]
    return feedback


def test_without_a_token_nothing_is_open(hub: Hub, log: EventLog) -> None:
    device = hub.device()
    for link in (device.sending(EVENTS), device.receiving(DEVICEBOUND)):
        condition, description = device.refused(link)
        assert condition == "amqp:unauthorized-access"
        assert description == f"no valid token for {HOST}/devices/d1; put one to $cbs first"
        # AMQP 1.0 part 2.6.3: a refused attach has no terminus.
        terminus = link.remote_source if isinstance(link, Receiver) else link.remote_target
        assert terminus.type == Terminus.UNSPECIFIED
    assert log.wait("link-refused").outcome == "amqp:unauthorized-access"


@pytest.mark.parametrize(
    ("address", "condition", "text"),
    [
        (None, "amqp:not-allowed", "no anonymous relay"),
        ("queue", "amqp:not-found", "no such node: queue"),
        ("/devices/d1/messages", "amqp:not-found", "no such node"),
        ("/devices/d1/messages/events/more", "amqp:not-found", "no such node"),
        ("/devices/d1/files/events", "amqp:not-found", "no such node"),
        ("/devices/d2/messages/events", "amqp:unauthorized-access", "no valid token"),
        ("/devices//messages/events", "amqp:unauthorized-access", "no valid token"),
        (DEVICEBOUND, "amqp:not-allowed", f"sends to {EVENTS}"),
        ("/devices/d1/messages/twin", "amqp:not-allowed", f"sends to {EVENTS}"),
    ],
)
def test_what_a_device_cannot_send_to(device: Device, address: str | None, condition: str, text: str) -> None:
    code, description = device.refused(device.sending(address))
    assert (code, text in description) == (condition, True), description


def test_what_a_device_cannot_receive_from(device: Device) -> None:
    assert device.refused(device.receiving(EVENTS))[0] == "amqp:not-allowed"
    assert device.refused(device.receiving("queue"))[0] == "amqp:not-found"
    assert device.refused(device.receiving(None, dynamic=True))[0] == "amqp:not-allowed"
    assert device.refused(device.receiving(None))[0] == "amqp:invalid-field"


def test_no_dynamic_targets_no_transactions(device: Device) -> None:
    assert device.refused(device.sending(None, dynamic=True))[0] == "amqp:not-allowed"
    link = device.sending(EVENTS)
    link.target.type = Terminus.COORDINATOR
    assert device.refused(link)[0] == "amqp:not-implemented"


def test_no_anonymous_relay_is_offered(hub: Hub) -> None:
    assert "ANONYMOUS-RELAY" not in (hub.device().client.connection.remote_offered_capabilities or [])


@pytest.mark.parametrize(
    "address", [EVENTS[1:], f"amqps://{HOST}{EVENTS}", EVENTS + "/", "/devices/d1/messages/Events"]
)
def test_ways_to_write_an_address(hub: Hub, device: Device, address: str) -> None:
    assert device.client.send_and_wait(device.client.sender(address), "x") == [Delivery.ACCEPTED]
    assert len(hub.ask("GET", EVENTS)[1]) == 1


def test_a_policy_opens_every_device(start_hub: StartHub) -> None:
    hub = start_hub(devices={"d1": KEY, "d2": KEY})
    service = hub.device()
    assert service.put_token(token(HOST, POLICY_KEY, policy="owner"), HOST) == (200, "OK")
    service.client.sender(EVENTS)
    service.client.receiver("/devices/d2/messages/devicebound")
    assert service.refused(service.sending("/devices/d3/messages/events")) == ("amqp:not-found", "no such device: d3")


def test_telemetry(hub: Hub, device: Device, log: EventLog) -> None:
    sender = device.client.sender(EVENTS)
    messages = [
        Message("text", properties={"alert": False, "n": 3}),
        Message(b'{"t": 21.5}', inferred=True),
        Message(b"\xff\x00", inferred=True),
        Message([1, 2.5, {"k": None}]),
        Message(float("nan")),
    ]
    assert device.client.send_and_wait(sender, *messages) == [Delivery.ACCEPTED] * 5
    status, events = hub.ask("GET", EVENTS)
    assert status == 200
    assert [event["number"] for event in events] == [1, 2, 3, 4, 5]
    assert {event["deviceId"] for event in events} == {"d1"}
    assert events[0]["properties"] == {"alert": False, "n": 3}
    assert events[1]["properties"] == {}
    bodies = [event["body"] for event in events]
    assert bodies == ["text", '{"t": 21.5}', {"base64": "/wA="}, [1, 2.5, {"k": None}], "nan"]
    received = log.wait("message-received", count=5)
    assert (received.address, received.outcome) == (EVENTS, "accepted")


def test_telemetry_that_cannot_be_decoded(hub: Hub, device: Device) -> None:
    # A string that is not UTF-8 is kept as it came; what is no message at all is refused.
    sender = device.client.sender(EVENTS)
    not_utf8 = b"\x00\x53\x77\xa1\x02\xff\xfe"
    assert device.client.send_and_wait(sender, not_utf8) == [Delivery.ACCEPTED]
    assert device.client.send_and_wait(sender, b"\xde\xad") == [Delivery.REJECTED]
    [event] = hub.ask("GET", EVENTS)[1]
    assert event["undecodable"] == "AFN3oQL//g=="


def test_telemetry_never_runs_out_of_credit(start_hub: StartHub) -> None:
    hub = start_hub(kept_telemetry=10)
    device = hub.device()
    device.put_token(token())
    sender = device.client.sender(EVENTS)
    for _ in range(5):
        device.client.send_and_wait(sender, *["x"] * 100)
    numbers = [event["number"] for event in hub.ask("GET", EVENTS)[1]]
    assert numbers == list(range(491, 501))


def test_telemetry_is_bounded_in_bytes(start_hub: StartHub) -> None:
    hub = start_hub(kept_telemetry_size=100_000)
    device = hub.device()
    device.put_token(token())
    device.client.send_and_wait(device.client.sender(EVENTS), *["x" * 30_000] * 5)
    assert [event["number"] for event in hub.ask("GET", EVENTS)[1]] == [3, 4, 5]


def test_a_message_that_is_too_big(device: Device) -> None:
    sender = device.client.sender(EVENTS)
    assert sender.remote_max_message_size == 256 * 1024
    device.client.send(sender, "x" * (300 * 1024))
    assert device.wait_for_end(sender)[0][0] == "amqp:link:message-size-exceeded"


def test_a_message_to_a_device(hub: Hub, device: Device) -> None:
    receiver = device.client.receiver(DEVICEBOUND)
    headers = {"iothub-app-Level": "3", "IoTHub-App-where": "Küche".encode(), "iothub-correlationid": "c1"}
    status, answer = hub.ask("POST", DEVICEBOUND, "open", {"iothub-messageid": "m1", **headers})  # type: ignore[dict-item]
    assert (status, answer) == (201, {"messageId": "m1"})
    [(delivery, message)] = device.client.receive(receiver)
    assert (body_of(message), message.inferred) == (b"open", True)
    assert properties_of(message) == {"Level": "3", "where": "Küche"}
    assert (message.id, message.correlation_id, message.address) == ("m1", "c1", DEVICEBOUND)
    assert message.delivery_count == 0
    device.client.settle(delivery)
    assert outcomes(hub, 1) == [("m1", "Success")]


def test_messages_wait_for_their_device(hub: Hub) -> None:
    post(hub, "first")
    post(hub, "second")
    device = hub.device()
    device.put_token(token())
    received = device.client.receive(device.client.receiver(DEVICEBOUND), 2)
    assert [body_of(message) for _, message in received] == [b"first", b"second"]


def test_outcomes(hub: Hub, device: Device, log: EventLog) -> None:
    sent = {post(hub, body): body for body in ("complete", "reject", "abandon")}
    receiver = device.client.receiver(DEVICEBOUND, credit=20)
    given = {"complete": Delivery.ACCEPTED, "reject": Delivery.REJECTED, "abandon": Delivery.RELEASED}
    counts = []
    for _ in range(12):
        [(delivery, message)] = device.client.receive(receiver)
        body = body_of(message).decode()
        if body == "abandon":
            counts.append(message.delivery_count)
        device.client.settle(delivery, int(given[body]))
    ends = {sent[message_id]: end for message_id, end in outcomes(hub, 3)}
    assert ends == {"complete": "Success", "reject": "Rejected", "abandon": "DeliveryCountExceeded"}
    # Ten deliveries, the last with nine behind it.
    assert counts == list(range(10))
    [device_now] = hub.ask("GET", "/devices")[1]
    assert (device_now["cloudToDeviceMessageCount"], device_now["deadLetterCount"]) == (0, 2)
    assert log.wait("message-dead-lettered", outcome="Rejected").detail == "failed deliveries so far: 0"
    assert log.wait("message-dead-lettered", outcome="DeliveryCountExceeded").detail == "failed deliveries so far: 10"
    assert log.wait("message-delivered", detail="failed deliveries so far: 9").address == DEVICEBOUND


def test_modified_counts_once(hub: Hub, device: Device) -> None:
    post(hub, "x")
    receiver = device.client.receiver(DEVICEBOUND)
    [(delivery, _)] = device.client.receive(receiver)
    delivery.local.failed = True
    device.client.settle(delivery, int(Delivery.MODIFIED))
    [(_, message)] = device.client.receive(receiver)
    assert message.delivery_count == 1


def test_an_abandoned_message_keeps_its_place(hub: Hub, device: Device) -> None:
    for body in ("1", "2"):
        post(hub, body)
    receiver = device.client.receiver(DEVICEBOUND, credit=1)
    [(delivery, _)] = device.client.receive(receiver)
    device.client.settle(delivery, int(Delivery.RELEASED))
    receiver.flow(2)
    again = device.client.receive(receiver, 2)
    assert [(body_of(message), message.delivery_count) for _, message in again] == [(b"1", 1), (b"2", 0)]


def test_presettled_deliveries_are_completed(hub: Hub, device: Device) -> None:
    message_id = post(hub, "x")
    device.client.receive(device.client.receiver(DEVICEBOUND, mode=Link.SND_SETTLED))
    assert outcomes(hub, 1) == [(message_id, "Success")]
    assert hub.ask("GET", "/devices")[1][0]["cloudToDeviceMessageCount"] == 0


def test_a_device_that_goes_away_counts_as_a_failed_delivery(hub: Hub, device: Device, log: EventLog) -> None:
    post(hub, "x")
    device.client.receive(device.client.receiver(DEVICEBOUND))
    device.client.vanish()
    log.wait("disconnected")
    again = hub.device()
    again.put_token(token())
    [(_, message)] = again.client.receive(again.client.receiver(DEVICEBOUND))
    assert message.delivery_count == 1


def test_unsettled_messages_count_as_waiting(hub: Hub, device: Device) -> None:
    post(hub, "x")
    [(delivery, _)] = device.client.receive(device.client.receiver(DEVICEBOUND))
    assert hub.ask("GET", "/devices")[1][0]["cloudToDeviceMessageCount"] == 1
    device.client.settle(delivery)
    outcomes(hub, 1)
    assert hub.ask("GET", "/devices")[1][0]["cloudToDeviceMessageCount"] == 0


def test_a_mailbox_is_bounded(start_hub: StartHub) -> None:
    hub = start_hub(mailbox_size=2)
    post(hub, "1")
    post(hub, "2")
    status, answer = hub.ask("POST", DEVICEBOUND, "3")
    assert (status, answer) == (403, {"Message": "2 messages wait for the device d1; it takes no more"})


def test_expiry_detaches_the_links_and_only_them(start_hub: StartHub, log: EventLog) -> None:
    hub = start_hub(token_life=0.2)
    device = hub.device()
    device.put_token(token())
    links = (device.client.sender(EVENTS), device.client.receiver(DEVICEBOUND))
    assert device.wait_for_end(*links) == [INVALID, INVALID]
    for link in links:
        link.close()
    assert log.wait("token-expired").address == f"{HOST}/devices/d1"
    assert log.wait("link-detached", address=EVENTS).detail == "amqp:unauthorized-access: Token Invalid."
    # The session and the $cbs links live on: that is how agents renew.
    assert device.refused(device.sending(EVENTS))[0] == "amqp:unauthorized-access"
    assert device.put_token(token()) == (200, "OK")
    again = device.client.session.sender("again")
    again.target.address = EVENTS
    again.open()
    device.client.wait(lambda: again.credit > 0, "credit")
    assert device.client.send_and_wait(again, "x") == [Delivery.ACCEPTED]


def test_a_new_token_in_time_prolongs(start_hub: StartHub, log: EventLog) -> None:
    hub = start_hub(devices={"d1": KEY, "d2": KEY})
    device = hub.device()
    device.put_token(token(life=2))
    sender = device.client.sender(EVENTS)
    device.put_token(token(life=3600))
    # Another device's token with the same end tells when the first would have ended.
    other = hub.device()
    other.put_token(token(f"{HOST}/devices/d2", life=3), f"{HOST}/devices/d2")
    other.wait_for_end(other.client.sender("/devices/d2/messages/events"))
    assert device.client.send_and_wait(sender, "x") == [Delivery.ACCEPTED]
    assert len(log.named("token-expired")) == 1


def test_an_unsettled_message_survives_the_expiry(start_hub: StartHub) -> None:
    hub = start_hub(token_life=0.2)
    post(hub, "x")
    device = hub.device()
    device.put_token(token())
    receiver = device.client.receiver(DEVICEBOUND)
    [(late, _)] = device.client.receive(receiver)
    device.wait_for_end(receiver)
    # An outcome that comes too late is nothing.
    device.client.settle(late)
    receiver.close()
    device.put_token(token())
    again = device.client.receiver(DEVICEBOUND, name="again")
    [(_, message)] = device.client.receive(again)
    assert (body_of(message), message.delivery_count) == (b"x", 1)


def test_each_device_of_a_connection_by_itself(start_hub: StartHub) -> None:
    hub = start_hub(devices={"d1": KEY, "d2": KEY})
    gateway = hub.device()
    gateway.put_token(token(life=2))
    gateway.put_token(token(f"{HOST}/devices/d2"), f"{HOST}/devices/d2")
    first = gateway.client.sender(EVENTS)
    second = gateway.client.sender("/devices/d2/messages/events")
    gateway.wait_for_end(first)
    assert gateway.client.send_and_wait(second, "x") == [Delivery.ACCEPTED]


def test_a_policy_outlasts_a_device_token(hub: Hub, log: EventLog) -> None:
    device = hub.device()
    device.put_token(token(life=2))
    device.put_token(token(HOST, POLICY_KEY, policy="owner"), HOST)
    sender = device.client.sender(EVENTS)
    log.wait("token-expired")
    assert device.client.send_and_wait(sender, "x") == [Delivery.ACCEPTED]


def test_the_expiry_of_a_policy_ends_everything(start_hub: StartHub) -> None:
    hub = start_hub(token_life=0.2)
    device = hub.device()
    device.put_token(token(HOST, POLICY_KEY, policy="owner"), HOST)
    assert device.wait_for_end(device.client.sender(EVENTS)) == [INVALID]


def test_expiry_after_the_connection_is_gone(start_hub: StartHub, log: EventLog) -> None:
    hub = start_hub(token_life=0.3)
    device = hub.device()
    device.put_token(token())
    device.client.close()
    log.wait("disconnected")
    other = hub.device()
    other.put_token(token())
    other.wait_for_end(other.client.sender(EVENTS))
    assert len(log.named("token-expired")) == 1


def test_expiry_while_messages_arrive(start_hub: StartHub) -> None:
    hub = start_hub(token_life=0.1)
    device = hub.device()
    device.put_token(token())
    sender = device.client.sender(EVENTS)
    sent = []
    while not sender.state & Link.REMOTE_CLOSED:
        sent.append(device.client.send(sender, "x"))
        device.client.wait(lambda: bool(sender.credit or sender.state & Link.REMOTE_CLOSED), "credit")
    accepted = sum(delivery.remote_state == Delivery.ACCEPTED for delivery in sent)
    device.client.send_and_wait(device.client.sender("$cbs", name="mark"), "a word after everything else")
    kept = hub.ask("GET", "/messages/events")[1]
    assert accepted <= len(kept) <= len(sent)
