"""The `$cbs` node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from proton import Delivery, Message, int32, ulong

from imp_runtime.broker import AcceptAnyToken, BrokerThread, PutToken, TokenAnswer
from imp_runtime.broker.cbs import answer_request
from tests.imp_runtime.broker.amqp_client import Client, Connect, EventLog, decoded

TOKEN = "SharedAccessSignature sr=hub&sig=very-secret-signature&se=1"
REQUEST = {"operation": "put-token", "type": "azure-devices.net:sastoken", "name": "hub/devices/d"}
GRANTED = {"status-code": 200, "status-description": "OK"}


def put_token(client: Client, message: Message) -> Any:
    """Send a request as the AzureIoTHub library does: the receiver first, then the sender."""
    receiver = client.receiver("$cbs")
    assert client.send_and_wait(client.sender("$cbs"), message) == [Delivery.ACCEPTED]
    [(delivery, answer)] = client.receive(receiver)
    client.settle(delivery)
    return answer


def test_put_token_is_answered_with_200_ok(connect: Connect, log: EventLog) -> None:
    answer = put_token(connect(), Message(TOKEN, id="request-1", properties=dict(REQUEST)))
    assert answer.properties == GRANTED
    assert isinstance(answer.properties["status-code"], int32)
    assert answer.correlation_id == "request-1"
    event = log.wait("put-token")
    assert event.outcome == "200"
    assert event.detail == "OK; for hub/devices/d, azure-devices.net:sastoken"


def test_message_ids_of_other_types_come_back(connect: Connect) -> None:
    answer = put_token(connect(), Message(TOKEN, id=ulong(7), properties=dict(REQUEST)))
    assert answer.correlation_id == ulong(7)


def test_no_message_id_no_correlation_id(connect: Connect) -> None:
    answer = put_token(connect(), Message(TOKEN, properties=dict(REQUEST)))
    assert answer.correlation_id is None


@pytest.mark.parametrize(
    "properties",
    [
        None,
        {"operation": "delete-everything", "type": "t", "name": "n"},
        {"operation": "put-token", "name": "n"},
        {"operation": "put-token", "type": "t", "name": 3},
    ],
)
def test_a_wrong_request_is_answered_with_400(connect: Connect, properties: dict[str, object] | None) -> None:
    answer = put_token(connect(), Message(TOKEN, id="x", properties=properties))
    assert answer.properties["status-code"] == 400
    assert "put-token" in answer.properties["status-description"]
    assert answer.correlation_id == "x"


def test_rubbish_is_rejected(connect: Connect) -> None:
    client = connect()
    assert client.send_and_wait(client.sender("$cbs"), b"\xff\xfe\xfd") == [Delivery.REJECTED]
    assert client.send_and_wait(client.sender("$cbs", name="again"), Message(1, properties=dict(REQUEST))) == [
        Delivery.ACCEPTED
    ]


def test_an_answer_waits_for_the_receiver(connect: Connect) -> None:
    client = connect()
    client.send_and_wait(client.sender("$cbs"), Message(TOKEN, properties=dict(REQUEST)))
    [(_, answer)] = client.receive(client.receiver("$cbs"))
    assert answer.properties == GRANTED


def test_answers_stay_on_their_connection(connect: Connect) -> None:
    first, second = connect(), connect()
    other = second.receiver("$cbs")
    put_token(first, Message(TOKEN, properties=dict(REQUEST)))
    second.send_and_wait(second.sender("q"), "x")
    assert other not in second.arrived


def test_reply_to_the_target_address_of_the_cbs_receiver(connect: Connect) -> None:
    client = connect()
    receiver = client.session.receiver("replies")
    receiver.source.address = "$cbs"
    receiver.target.address = "cbs"
    receiver.open()
    receiver.flow(1)
    client.send_and_wait(client.sender("$cbs"), Message(TOKEN, reply_to="cbs", properties=dict(REQUEST)))
    [(_, answer)] = client.receive(receiver)
    assert answer.properties == GRANTED


def test_reply_to_a_queue(broker: BrokerThread, connect: Connect) -> None:
    client = connect()
    client.send_and_wait(client.sender("$cbs"), Message(TOKEN, reply_to="my answers", properties=dict(REQUEST)))
    [answer] = broker.peek("my answers")
    assert decoded(answer).properties == GRANTED


def test_over_the_anonymous_relay(connect: Connect) -> None:
    client = connect()
    receiver = client.receiver("$cbs")
    client.send_and_wait(client.sender(None), Message(TOKEN, address="$cbs", properties=dict(REQUEST)))
    [(_, answer)] = client.receive(receiver)
    assert answer.properties == GRANTED


def test_the_token_is_nowhere_in_the_log(connect: Connect, log: EventLog) -> None:
    put_token(connect(), Message(TOKEN, id="x", properties=dict(REQUEST)))
    log.wait("message-settled")
    assert "put-token" in log.text()
    assert "very-secret" not in log.text()


class Refusing:
    """A policy that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[PutToken] = []

    def put_token(self, request: PutToken) -> TokenAnswer:
        self.asked.append(request)
        return TokenAnswer(401, "Unauthorized")


@pytest.fixture
def refusing() -> Iterator[Refusing]:
    policy = Refusing()
    yield policy
    assert len(policy.asked) == 1


def test_a_policy_decides(refusing: Refusing) -> None:
    raw = bytes(Message(TOKEN, id=1, reply_to="r", properties=dict(REQUEST)).encode())
    exchange = answer_request(raw, refusing, "user", "container")
    assert exchange is not None
    assert decoded(exchange.reply).properties == {"status-code": 401, "status-description": "Unauthorized"}
    [request] = refusing.asked
    assert (request.name, request.type, request.token) == ("hub/devices/d", "azure-devices.net:sastoken", TOKEN)
    assert (request.user, request.container) == ("user", "container")
    assert "very-secret" not in repr(request)
    assert "very-secret" not in repr(exchange)


def test_a_message_that_breaks_the_decoder_is_no_request() -> None:
    # An application-properties map whose key is a list: fine on the wire, unhashable in Python.
    raw = b"\x00\x53\x74\xc1\x04\x02\x45\x52\x01"
    assert answer_request(raw, AcceptAnyToken(), None, None) is None
