"""Sending, receiving, credit and outcomes."""

from __future__ import annotations

import pytest
from proton import Condition, Delivery, Link, Message, Receiver, Terminus

from imp_runtime.broker import BrokerConfig, BrokerThread
from tests.imp_runtime.broker.amqp_client import Client, Connect, EventLog, StartBroker, decoded


def bodies(received: list[tuple[Delivery, Message]]) -> list[object]:
    return [message.body for _, message in received]


def waiting(broker: BrokerThread, address: str) -> list[object]:
    return [decoded(raw).body for raw in broker.peek(address)]


def attach_expecting_refusal(client: Client, link: Link) -> Condition:
    link.open()
    client.wait(lambda: bool(link.state & Link.REMOTE_CLOSED), "refusal")
    condition = link.remote_condition
    assert condition is not None
    return condition


def test_messages_arrive_in_order_and_unchanged(broker: BrokerThread, connect: Connect) -> None:
    client = connect()
    messages = [Message(f"m{n}", id=n, subject="s", properties={"n": n, "f": 1.5}) for n in range(250)]
    raw = [bytes(message.encode()) for message in messages]
    assert set(client.send_and_wait(client.sender("q"), *raw)) == {Delivery.ACCEPTED}
    assert broker.peek("q") == raw
    receiver = client.receiver("q", credit=250)
    client.wait(lambda: len(client.arrived.get(receiver, [])) == 250, "250 messages")
    assert [data for _, data in client.arrived[receiver]] == raw


def test_addresses_are_opaque_and_case_sensitive(broker: BrokerThread, connect: Connect) -> None:
    client = connect()
    for address in ("/devices/d/messages/events", "Q", "q", "amqp://elsewhere/q", "ü €", "$management"):
        client.send_and_wait(client.sender(address), address)
    for address in ("/devices/d/messages/events", "Q", "q", "amqp://elsewhere/q", "ü €", "$management"):
        assert waiting(broker, address) == [address]


def test_a_receiver_may_wait_before_a_sender_exists(connect: Connect) -> None:
    client, other = connect(), connect()
    receiver = client.receiver("later")
    other.send_and_wait(other.sender("later"), "x")
    assert bodies(client.receive(receiver)) == ["x"]


def test_presettled_transfers_are_taken(broker: BrokerThread, connect: Connect, log: EventLog) -> None:
    client = connect()
    sender = client.sender("q", mode=Link.SND_SETTLED)
    for n in range(3):
        client.send(sender, f"m{n}", settled=True)
    log.wait("message-received", 3)
    assert waiting(broker, "q") == ["m0", "m1", "m2"]


def test_presettled_delivery_is_final(broker: BrokerThread, connect: Connect, log: EventLog) -> None:
    client = connect()
    client.send_and_wait(client.sender("q"), "x")
    receiver = client.receiver("q", mode=Link.SND_SETTLED)
    assert bodies(client.receive(receiver)) == ["x"]
    client.vanish()
    log.wait("disconnected")
    assert broker.queue_depth("q") == 0


def test_no_delivery_beyond_the_credit_of_a_receiver(broker: BrokerThread, connect: Connect) -> None:
    client = connect()
    client.send_and_wait(client.sender("q"), "a", "b", "c")
    receiver = client.receiver("q", credit=2)
    received = client.receive(receiver, 2)
    for delivery, _ in received:
        client.settle(delivery)
    # The answer to this proves that the broker has handled the settlements, and had the chance to send more.
    client.send_and_wait(client.sender("other"), "x")
    assert not client.arrived[receiver]
    assert waiting(broker, "q") == ["c"]
    receiver.flow(1)
    assert bodies(client.receive(receiver)) == ["c"]


def test_drained_receiver_gets_what_there_is_and_loses_its_credit(connect: Connect) -> None:
    client = connect()
    client.send_and_wait(client.sender("q"), "a")
    receiver = client.receiver("q", credit=0)
    receiver.drain(10)
    client.wait(lambda: not receiver.draining(), "drained")
    assert bodies(client.receive(receiver)) == ["a"]
    assert receiver.credit == 0


def test_sender_credit_is_replenished(start_broker: StartBroker, connect: Connect) -> None:
    broker = start_broker(BrokerConfig(credit_window=10))
    client = connect(broker.port)
    sender = client.sender("q")
    assert sender.credit == 10
    for n in range(100):
        client.wait(lambda: sender.credit > 0, "credit")
        client.send(sender, f"m{n}")
    client.wait(lambda: broker.queue_depth("q") == 100, "100 messages")


def test_full_queue_withholds_credit_and_says_so(start_broker: StartBroker, connect: Connect, log: EventLog) -> None:
    broker = start_broker(BrokerConfig(max_queue_length=5))
    client = connect(broker.port)
    sender = client.sender("q")
    assert sender.credit == 5
    client.send_and_wait(sender, "a", "b", "c", "d", "e")
    assert sender.credit == 0
    log.wait("credit-withheld", address="q")
    with pytest.raises(OverflowError):
        broker.put("q", b"x")
    receiver = client.receiver("q", credit=1)
    [(delivery, _)] = client.receive(receiver)
    client.send_and_wait(client.sender("other"), "x")
    assert sender.credit == 0, "a message that is not settled takes its place still"
    client.settle(delivery)
    client.wait(lambda: sender.credit == 1, "credit")
    log.wait("credit-granted", address="q")


def test_two_senders_share_the_room_of_a_queue(start_broker: StartBroker, connect: Connect) -> None:
    broker = start_broker(BrokerConfig(max_queue_length=5, credit_window=4))
    client = connect(broker.port)
    first = client.sender("q", name="first")
    second = client.sender("q", name="second")
    assert (first.credit, second.credit) == (4, 1)


def test_accepted_removes(broker: BrokerThread, connect: Connect, log: EventLog) -> None:
    client = connect()
    client.send_and_wait(client.sender("q"), "a")
    [(delivery, _)] = client.receive(client.receiver("q"))
    client.settle(delivery, Delivery.ACCEPTED)
    log.wait("message-settled", outcome="accepted")
    client.close()
    log.wait("disconnected")
    assert broker.queue_depth("q") == 0


def test_rejected_drops_and_logs_the_reason(broker: BrokerThread, connect: Connect, log: EventLog) -> None:
    client = connect()
    client.send_and_wait(client.sender("q"), "a")
    [(delivery, _)] = client.receive(client.receiver("q"))
    delivery.local.condition = Condition("app:bad", "not for me")
    client.settle(delivery, Delivery.REJECTED)
    assert log.wait("message-settled", outcome="rejected").detail == "app:bad: not for me"
    client.close()
    log.wait("disconnected")
    assert broker.queue_depth("q") == 0


def test_released_comes_again_first_without_a_count(connect: Connect) -> None:
    client = connect()
    client.send_and_wait(client.sender("q"), "a", "b")
    receiver = client.receiver("q", credit=1)
    [(delivery, message)] = client.receive(receiver)
    assert message.delivery_count == 0
    client.settle(delivery, Delivery.RELEASED)
    receiver.flow(2)
    again = client.receive(receiver, 2)
    assert bodies(again) == ["a", "b"]
    assert [message.delivery_count for _, message in again] == [0, 0]


def test_messages_released_together_keep_their_order(connect: Connect) -> None:
    client = connect()
    names = [f"m{n}" for n in range(40)]
    client.send_and_wait(client.sender("q"), *names)
    receiver = client.receiver("q", credit=40)
    for delivery, _ in client.receive(receiver, 40):
        delivery.update(Delivery.RELEASED)
        delivery.settle()
    receiver.flow(40)
    assert bodies(client.receive(receiver, 40)) == names


def test_modified_counts_the_failure(connect: Connect) -> None:
    client = connect()
    client.send_and_wait(client.sender("q"), Message("a", durable=True, priority=7, delivery_count=2))
    receiver = client.receiver("q", credit=1)
    for expected in (2, 3, 4):
        [(delivery, message)] = client.receive(receiver)
        assert (message.delivery_count, message.body, message.durable, message.priority) == (expected, "a", True, 7)
        delivery.local.failed = True
        receiver.flow(1)
        client.settle(delivery, Delivery.MODIFIED)


def test_modified_without_failure_counts_nothing(connect: Connect) -> None:
    client = connect()
    client.send_and_wait(client.sender("q"), "a")
    receiver = client.receiver("q", credit=2)
    [(delivery, _)] = client.receive(receiver)
    client.settle(delivery, Delivery.MODIFIED)
    assert [message.delivery_count for _, message in client.receive(receiver)] == [0]


def test_undeliverable_here_goes_to_another(connect: Connect) -> None:
    client, other = connect(), connect()
    client.send_and_wait(client.sender("q"), "a", "b")
    receiver = client.receiver("q", credit=1)
    [(delivery, _)] = client.receive(receiver)
    delivery.local.undeliverable = True
    client.settle(delivery, Delivery.MODIFIED)
    receiver.flow(5)
    assert bodies(client.receive(receiver)) == ["b"], "the message after it is not held up"
    assert bodies(other.receive(other.receiver("q"))) == ["a"]
    assert not client.arrived[receiver]


def test_settled_without_an_outcome_comes_again_with_a_count(connect: Connect) -> None:
    client = connect()
    client.send_and_wait(client.sender("q"), "a")
    receiver = client.receiver("q", credit=2)
    [(delivery, _)] = client.receive(receiver)
    delivery.settle()
    assert [message.delivery_count for _, message in client.receive(receiver)] == [1]


def test_detach_requeues_what_is_unsettled(broker: BrokerThread, connect: Connect, log: EventLog) -> None:
    client = connect()
    client.send_and_wait(client.sender("q"), "a", "b", "c")
    receiver = client.receiver("q", credit=2)
    client.receive(receiver, 2)
    receiver.close()
    client.wait(lambda: bool(receiver.state & Link.REMOTE_CLOSED), "detach")
    assert waiting(broker, "q") == ["a", "b", "c"]
    assert [decoded(raw).delivery_count for raw in broker.peek("q")] == [1, 1, 0]
    log.wait("message-requeued", 2)


def test_detach_without_close_is_answered_in_kind(broker: BrokerThread, connect: Connect) -> None:
    client = connect()
    client.send_and_wait(client.sender("q"), "a")
    receiver = client.receiver("q", credit=1)
    client.receive(receiver)
    receiver.detach()
    client.send_and_wait(client.sender("other"), "x")
    assert waiting(broker, "q") == ["a"]


def test_session_end_and_socket_loss_requeue(broker: BrokerThread, connect: Connect, log: EventLog) -> None:
    broker.put("q", Message("a"))
    client, other = connect(), connect()
    client.receive(client.receiver("q"))
    client.session.close()
    client.wait(lambda: bool(client.session.state & Link.REMOTE_CLOSED), "end")
    assert waiting(broker, "q") == ["a"]
    other.receive(other.receiver("q"))
    assert waiting(broker, "q") == []
    other.vanish()
    log.wait("disconnected", outcome="lost")
    assert waiting(broker, "q") == ["a"]


def test_competing_consumers_take_turns(broker: BrokerThread, connect: Connect) -> None:
    clients = [connect() for _ in range(3)]
    receivers: list[tuple[Client, Receiver]] = [(client, client.receiver("q", credit=10)) for client in clients]
    # Each of these has been answered once the broker knows the credit of that client.
    for client in clients:
        client.send_and_wait(client.sender("other"), "x")
    sender = clients[0].sender("q")
    clients[0].send_and_wait(sender, *(f"m{n}" for n in range(9)))
    shares = [bodies(client.receive(receiver, 3)) for client, receiver in receivers]
    assert sorted(str(body) for share in shares for body in share) == [f"m{n}" for n in range(9)]


def test_a_consumer_without_credit_holds_nobody_up(broker: BrokerThread, connect: Connect) -> None:
    idle, busy = connect(), connect()
    idle.receiver("q", credit=0)
    receiver = busy.receiver("q", credit=5)
    for n in range(5):
        broker.put("q", Message(n))
    assert bodies(busy.receive(receiver, 5)) == list(range(5))


def test_big_messages_cross_many_frames(broker: BrokerThread, connect: Connect) -> None:
    client = connect()
    big = bytes(range(256)) * (5 * 4096)
    assert (
        client.send_and_wait(client.sender("q"), Message(big), Message("small"), Message(big))
        == [Delivery.ACCEPTED] * 3
    )
    received = client.receive(client.receiver("q"), 3)
    assert [message.body for _, message in received] == [big, "small", big]


def test_a_message_over_the_limit_ends_the_link_only(start_broker: StartBroker, connect: Connect) -> None:
    broker = start_broker(BrokerConfig(max_message_size=100_000))
    client = connect(broker.port)
    sender = client.sender("q")
    assert sender.remote_max_message_size == 100_000
    client.send(sender, Message(bytes(200_000)))
    client.wait(lambda: bool(sender.state & Link.REMOTE_CLOSED), "detach")
    assert sender.remote_condition is not None
    assert sender.remote_condition.name == "amqp:link:message-size-exceeded"
    assert client.send_and_wait(client.sender("other"), "x") == [Delivery.ACCEPTED]


def test_an_aborted_message_leaves_nothing(broker: BrokerThread, connect: Connect) -> None:
    client = connect()
    sender = client.sender("q")
    delivery = sender.delivery("half")
    sender.stream(bytes(100_000))
    client.push()
    delivery.abort()
    client.send_and_wait(sender, "whole")
    assert waiting(broker, "q") == ["whole"]


def test_a_peer_that_vanishes_in_mid_message_leaves_nothing(
    broker: BrokerThread, connect: Connect, log: EventLog
) -> None:
    client = connect()
    sender = client.sender("q")
    sender.delivery("half")
    sender.stream(bytes(100_000))
    client.push()
    client.vanish()
    log.wait("disconnected", outcome="lost")
    assert broker.queue_depth("q") == 0


def test_slow_reader_is_not_drowned(broker: BrokerThread, connect: Connect, log: EventLog) -> None:
    for _ in range(40):
        broker.put("q", Message(bytes(1_000_000)))
    client = connect()
    receiver = client.receiver("q", credit=40)
    # Another peer is served while the first one does not read.
    other = connect()
    assert other.send_and_wait(other.sender("other"), "x") == [Delivery.ACCEPTED]
    assert len(log.named("message-delivered")) < 40
    assert len(client.receive(receiver, 40)) == 40


def test_dynamic_source_gets_an_address_that_ends_with_the_link(
    broker: BrokerThread, connect: Connect, log: EventLog
) -> None:
    client, other = connect(), connect()
    link = client.session.receiver("replies")
    link.source.dynamic = True
    link.flow(1)
    link.open()
    client.wait(lambda: client.remote_active(link), "attach")
    address = link.remote_source.address
    assert address
    other.send_and_wait(other.sender(address), "answer")
    assert bodies(client.receive(link)) == ["answer"]
    link.close()
    client.wait(lambda: bool(link.state & Link.REMOTE_CLOSED), "detach")
    log.wait("queue-deleted", address=address)


def test_anonymous_relay_routes_by_to(broker: BrokerThread, connect: Connect) -> None:
    client = connect()
    relay = client.sender(None)
    messages = [Message("1", address="x"), Message("2", address="y", annotations={"a": 1}, durable=True)]
    assert client.send_and_wait(relay, *messages) == [Delivery.ACCEPTED] * 2
    assert (waiting(broker, "x"), waiting(broker, "y")) == (["1"], ["2"])


@pytest.mark.parametrize(
    ("raw", "condition"),
    [
        (Message("nowhere").encode(), "amqp:invalid-field"),
        (b"not a message", "amqp:decode-error"),
        (b"\x00\x53\x73\xd0\xff\xff\xff\xff\x00\x00\x00\x01", "amqp:decode-error"),
    ],
)
def test_anonymous_relay_rejects_what_it_cannot_route(connect: Connect, raw: bytes, condition: str) -> None:
    client = connect()
    delivery = client.send(client.sender(None), raw)
    client.wait(lambda: delivery.settled, "outcome")
    assert delivery.remote_state == Delivery.REJECTED
    assert delivery.remote.condition is not None
    assert delivery.remote.condition.name == condition


def test_relay_to_a_full_queue_rejects(start_broker: StartBroker, connect: Connect) -> None:
    broker = start_broker(BrokerConfig(max_queue_length=1))
    client = connect(broker.port)
    outcomes = client.send_and_wait(client.sender(None), Message("1", address="q"), Message("2", address="q"))
    assert outcomes == [Delivery.ACCEPTED, Delivery.REJECTED]


def test_attach_without_any_address_is_refused(connect: Connect) -> None:
    client = connect()
    sender = client.session.sender("no target")
    sender.target.type = Terminus.UNSPECIFIED
    assert attach_expecting_refusal(client, sender).name == "amqp:invalid-field"
    assert sender.remote_target.type == Terminus.UNSPECIFIED
    receiver = client.session.receiver("no source")
    assert attach_expecting_refusal(client, receiver).name == "amqp:invalid-field"
    assert receiver.remote_source.type == Terminus.UNSPECIFIED
    assert client.send_and_wait(client.sender("q"), "still well") == [Delivery.ACCEPTED]


def test_what_the_broker_cannot_do_is_refused(connect: Connect) -> None:
    client = connect()
    coordinator = client.session.sender("transactions")
    coordinator.target.type = Terminus.COORDINATOR
    assert attach_expecting_refusal(client, coordinator).name == "amqp:not-implemented"
    browser = client.session.receiver("browser")
    browser.source.address = "q"
    browser.source.distribution_mode = Terminus.DIST_MODE_COPY
    assert attach_expecting_refusal(client, browser).name == "amqp:not-implemented"


def test_put_and_peek(broker: BrokerThread, connect: Connect) -> None:
    assert broker.queue_depth("q") == 0
    assert broker.peek("q") == []
    broker.put("q", Message("a"))
    broker.put("q", Message("b").encode())
    assert broker.queue_depth("q") == 2
    assert waiting(broker, "q") == ["a", "b"]
    client = connect()
    assert bodies(client.receive(client.receiver("q"), 2)) == ["a", "b"]
    assert broker.queue_depth("q") == 0
