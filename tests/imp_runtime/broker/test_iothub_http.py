"""The two HTTP APIs of the IoT hub: the one for a desk, and the registry of devices."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from typing import Any

import pytest
from proton import Delivery

from imp_runtime.broker import BrokerConfig, BrokerThread
from imp_runtime.broker.iothub import HubConfig, IotHub
from tests.imp_runtime.broker.amqp_client import PATIENCE, EventLog
from tests.imp_runtime.broker.conftest import StartHub
from tests.imp_runtime.broker.hub_client import (
    DEVICEBOUND,
    EVENTS,
    HOST,
    KEY,
    OTHER_KEY,
    POLICY_KEY,
    Device,
    Hub,
    body_of,
    token,
)

D2 = "/devices/d2"


@pytest.fixture
def device(hub: Hub) -> Device:
    """A device that has put a good token."""
    device = hub.device()
    device.put_token(token())
    return device


@pytest.fixture
def registry(start_hub: StartHub) -> Hub:
    """A hub with a registry."""
    return start_hub(registry_port=0)


def raw(port: int | None, data: bytes) -> bytes:
    """Send bytes to a port; whatever comes back until the other end closes."""
    assert port is not None
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(data)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


# The API for a desk.


def test_devices(hub: Hub, log: EventLog) -> None:
    here = {"deviceId": "d1", "enabled": True, "cloudToDeviceMessageCount": 0, "deadLetterCount": 0}
    assert hub.ask("GET", "/devices") == (200, [{**here, "connected": False}])
    device = hub.device()
    device.put_token(token())
    assert hub.ask("GET", "/devices") == (200, [{**here, "connected": True}])
    device.client.close()
    log.wait("disconnected")
    assert hub.ask("GET", "/devices") == (200, [{**here, "connected": False}])


def test_keys_are_not_shown_without_a_token(hub: Hub) -> None:
    assert KEY not in json.dumps(hub.ask("GET", "/devices"))


def test_reading_on_from_a_number(hub: Hub, device: Device) -> None:
    device.client.send_and_wait(device.client.sender(EVENTS), "1", "2", "3")
    assert [event["body"] for event in hub.ask("GET", f"{EVENTS}?after=1")[1]] == ["2", "3"]
    assert hub.ask("GET", f"{EVENTS}?after=3") == (200, [])
    assert [event["number"] for event in hub.ask("GET", "/messages/events?after=2")[1]] == [3]


def test_waiting_for_telemetry(hub: Hub, device: Device, log: EventLog) -> None:
    sender = device.client.sender(EVENTS)
    answers: list[Any] = []
    reader = threading.Thread(target=lambda: answers.append(hub.ask("GET", f"{EVENTS}?wait=30")))
    reader.start()
    # It may wait already or not yet; both must do.
    device.client.send_and_wait(sender, "x")
    reader.join(PATIENCE)
    [(status, [event])] = answers
    assert (status, event["body"]) == (200, "x")


def test_waiting_in_vain(hub: Hub) -> None:
    begin = time.monotonic()
    assert hub.ask("GET", f"{EVENTS}?wait=0.2") == (200, [])
    assert time.monotonic() - begin >= 0.2


def test_events_of_one_device_or_of_all(start_hub: StartHub) -> None:
    hub = start_hub(devices={"d1": KEY, "d2": KEY})
    for name in ("d1", "d2"):
        device = hub.device()
        device.put_token(token(f"{HOST}/devices/{name}"), f"{HOST}/devices/{name}")
        device.client.send_and_wait(device.client.sender(f"/devices/{name}/messages/events"), name)
    assert [event["body"] for event in hub.ask("GET", "/devices/d2/messages/events")[1]] == ["d2"]
    assert [event["body"] for event in hub.ask("GET", "/messages/events")[1]] == ["d1", "d2"]


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=nan", "wait=inf", "wait=61", "wait="])
def test_wrong_numbers(hub: Hub, query: str) -> None:
    status, answer = hub.ask("GET", f"{EVENTS}?{query}")
    assert status == 400
    assert answer["Message"].startswith(query.partition("=")[0])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/devices/d1", 404),
        ("DELETE", "/devices/d1", 404),
        ("GET", DEVICEBOUND, 404),
        ("POST", EVENTS, 404),
        ("POST", "/devices/d2/messages/devicebound", 404),
        ("GET", "/devices/d2/messages/events", 404),
    ],
)
def test_what_is_not_there(hub: Hub, log: EventLog, method: str, path: str, status: int) -> None:
    code, answer = hub.ask(method, path)
    assert code == status
    assert answer["Message"]
    assert log.wait("http-request").outcome == str(status)


def test_a_message_of_any_bytes_and_size(hub: Hub, device: Device) -> None:
    receiver = device.client.receiver(DEVICEBOUND)
    for body in (b"", bytes(range(256)), b"x" * 256 * 1024):
        assert hub.ask("POST", DEVICEBOUND, body)[0] == 201
        [(delivery, message)] = device.client.receive(receiver)
        assert body_of(message) == body
        device.client.settle(delivery)


def test_a_body_that_is_too_large(hub: Hub) -> None:
    status, answer = hub.ask("POST", DEVICEBOUND, b"x" * (256 * 1024 + 1))
    assert (status, answer) == (413, {"Message": "the body is larger than 262144 bytes"})


def test_a_property_that_is_not_utf8(hub: Hub) -> None:
    status, answer = hub.ask("POST", DEVICEBOUND, "x", {"iothub-app-a": b"\xff"})  # type: ignore[dict-item]
    assert (status, answer) == (400, {"Message": "the values of headers must be UTF-8"})


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Host": "evil:80"}])
def test_web_pages_are_kept_out(hub: Hub, headers: dict[str, str]) -> None:
    assert hub.ask("POST", DEVICEBOUND, "x", headers)[0] == 403
    assert hub.broker.queue_depth(DEVICEBOUND) == 0


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8080", "127.0.0.1", "[::1]:80", "[::1]"])
def test_names_of_this_machine(hub: Hub, host: str) -> None:
    assert hub.ask("GET", "/devices", headers={"Host": host})[0] == 200


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        (b"\x16\x03\x01\x00\x00\r\n\r\n", 400),
        (b"GET /devices\r\n\r\n", 400),
        (b"GET /devices HTTP/2.0\r\n\r\n", 400),
        (b"GET http://[x/ HTTP/1.1\r\n\r\n", 400),
        (b"GET /devices HTTP/1.1\r\n" + b"x: y\r\n" * 200 + b"\r\n", 431),
        (b"GET /devices HTTP/1.1\r\nx: " + b"y" * 100_000 + b"\r\n\r\n", 431),
        (b"POST /devices HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"POST /devices HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /devices HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n", 400),
        (b"POST /devices HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"GET /devices HTTP/1.0\r\n\r\n", 200),
    ],
)
def test_odd_requests(hub: Hub, log: EventLog, request_text: bytes, status: int) -> None:
    answer = raw(hub.profile.admin_port, request_text)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert log.wait("http-request").outcome == str(status)


def test_a_peer_that_asks_before_it_sends(hub: Hub) -> None:
    head = f"POST {DEVICEBOUND} HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    assert hub.profile.admin_port is not None
    with socket.create_connection(("127.0.0.1", hub.profile.admin_port), timeout=PATIENCE) as connection:
        connection.sendall(head.encode())
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"hi")
        assert connection.recv(100).startswith(b"HTTP/1.1 201 ")


def test_peers_that_go_away(hub: Hub) -> None:
    assert hub.profile.admin_port is not None
    for text in (
        b"",
        b"GET",
        b"POST /x HTTP/1.1\r\nContent-Length: 5\r\n\r\nab",
        b"GET /messages/events?wait=9 HTTP/1.1\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", hub.profile.admin_port)) as connection:
            connection.sendall(text)
    assert hub.ask("GET", "/devices")[0] == 200


def test_the_broker_stops_while_somebody_waits_and_somebody_says_nothing(start_hub: StartHub) -> None:
    hub = start_hub()
    assert hub.profile.admin_port is not None
    silent = socket.create_connection(("127.0.0.1", hub.profile.admin_port), timeout=PATIENCE)
    waiting = socket.create_connection(("127.0.0.1", hub.profile.admin_port), timeout=PATIENCE)
    waiting.sendall(b"GET /messages/events?wait=60 HTTP/1.1\r\n\r\n")
    # The broker answers in order of arrival: when this is answered, the other one waits.
    assert hub.ask("GET", "/devices")[0] == 200
    hub.broker.stop(PATIENCE)
    with silent, waiting:
        assert waiting.recv(1000).endswith(b"[]\n")
        with contextlib.suppress(ConnectionResetError):
            assert silent.recv(1) == b""


def test_a_port_that_is_taken(hub: Hub) -> None:
    settings = HubConfig(devices={"d1": KEY}, admin_port=hub.profile.admin_port)
    with pytest.raises(OSError, match=r"cannot listen on 127\.0\.0\.1:\d+: address already in use"):
        BrokerThread(BrokerConfig(), lambda event: None, IotHub(settings)).start()


# The registry.


def test_the_life_of_a_device(registry: Hub, log: EventLog) -> None:
    status, created = registry.registry("PUT", D2, {"deviceId": "d2"})
    assert (status, created["deviceId"], created["status"]) == (200, "d2", "enabled")
    assert log.wait("device-created").address == D2
    key = created["authentication"]["symmetricKey"]["primaryKey"]
    assert (len(key), key[-2:].count("=")) == (44, 1)
    assert registry.registry("GET", f"{D2}?api-version=2016-11-14") == (200, created)

    device = registry.device()
    assert device.put_token(token(f"{HOST}/devices/d2", key), f"{HOST}/devices/d2") == (200, "OK")
    sender = device.client.sender("/devices/d2/messages/events")
    registry.ask("POST", "/devices/d2/messages/devicebound", "hello")
    now = registry.registry("GET", D2)[1]
    assert (now["connectionState"], now["cloudToDeviceMessageCount"]) == ("Connected", 1)

    assert registry.registry("DELETE", D2, If_Match="*") == (204, None)
    assert device.wait_for_end(sender) == [("amqp:not-found", "the device d2 was deleted")]
    assert registry.registry("GET", D2)[0] == 404
    assert device.put_token(token(f"{HOST}/devices/d2", key), f"{HOST}/devices/d2")[0] == 401
    [feedback] = registry.ask("GET", "/messages/feedback?wait=10")[1]
    assert (feedback["deviceId"], feedback["description"]) == ("d2", "Purged")
    assert log.wait("device-deleted").address == D2


def test_a_device_of_the_same_name_is_another(registry: Hub) -> None:
    first = registry.registry("PUT", D2, {"deviceId": "d2"})[1]
    registry.ask("POST", f"{D2}/messages/devicebound", "for the first")
    registry.registry("DELETE", D2)
    second = registry.registry("PUT", D2, {"deviceId": "d2"})[1]
    assert first["generationId"] != second["generationId"]
    assert second["cloudToDeviceMessageCount"] == 0


def test_keys_can_be_given(registry: Hub) -> None:
    keys = {"primaryKey": KEY, "secondaryKey": OTHER_KEY}
    _, created = registry.registry("PUT", D2, {"deviceId": "d2", "authentication": {"symmetricKey": keys}})
    assert created["authentication"]["symmetricKey"] == keys
    for key in (KEY, OTHER_KEY):
        assert registry.device().put_token(token(f"{HOST}/devices/d2", key), f"{HOST}/devices/d2")[0] == 200


def test_what_agents_send_to_create_a_device(registry: Hub) -> None:
    body = {
        "deviceId": "d2",
        "etag": None,
        "status": "Enabled",
        "cloudToDeviceMessageCount": 0,
        "authentication": {"symmetricKey": {"primaryKey": None, "secondaryKey": None}},
    }
    assert registry.registry("PUT", f"{D2}?api-version=2016-11-14", body)[0] == 200
    assert [device["deviceId"] for device in registry.registry("GET", "/devices/?api-version=1")[1]] == ["d1", "d2"]


def test_disabling_a_device(registry: Hub) -> None:
    device = registry.device()
    device.put_token(token())
    sender = device.client.sender(EVENTS)
    status, updated = registry.registry("PUT", "/devices/d1", {"deviceId": "d1", "status": "disabled"}, If_Match="*")
    assert (status, updated["status"], updated["etag"]) == (200, "disabled", "2")
    # What is not in the request stays.
    assert updated["authentication"]["symmetricKey"]["primaryKey"] == KEY
    assert device.wait_for_end(sender) == [("amqp:unauthorized-access", "the device d1 is disabled")]
    assert device.put_token(token()) == (401, "Unauthorized: the device d1 is disabled")
    service = registry.device()
    service.put_token(token(HOST, POLICY_KEY, policy="owner"), HOST)
    assert service.refused(service.sending(EVENTS)) == ("amqp:unauthorized-access", "the device d1 is disabled")
    registry.registry("PUT", "/devices/d1", {"deviceId": "d1", "status": "enabled"}, If_Match="*")
    assert device.put_token(token()) == (200, "OK")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "text"),
    [
        ("GET", "/devices/d9", None, 404, "ErrorCode:DeviceNotFound"),
        ("DELETE", "/devices/d9", None, 404, "ErrorCode:DeviceNotFound"),
        ("PUT", "/devices/d1", {"deviceId": "d1"}, 409, "ErrorCode:DeviceAlreadyExists"),
        ("PUT", "/devices/d9", {"deviceId": "d8"}, 400, "not the one in the address"),
        ("PUT", "/devices/d9", {}, 400, "deviceId must be"),
        ("PUT", "/devices/a%20b", {"deviceId": "a b"}, 400, "deviceId must be"),
        ("PUT", "/devices/d9", {"deviceId": 9}, 400, "deviceId must be"),
        ("PUT", "/devices/d9", [], 400, "JSON object"),
        ("PUT", "/devices/d9", "{", 400, "must be JSON"),
        ("PUT", "/devices/d9", "[" * 100_000, 400, "must be JSON"),
        ("PUT", "/devices/d9", b"\xff", 400, "must be JSON"),
        ("PUT", "/devices/d9", None, 400, "must be JSON"),
        ("PUT", "/devices/d9", {"deviceId": "d9", "authentication": 1}, 400, "authentication must be an object"),
        (
            "PUT",
            "/devices/d9",
            {"deviceId": "d9", "authentication": {"symmetricKey": {"primaryKey": "short"}}},
            400,
            "primaryKey must be",
        ),
        ("POST", "/devices/d1", None, 404, "there are"),
    ],
)
def test_requests_that_are_refused(registry: Hub, method: str, path: str, body: object, status: int, text: str) -> None:
    code, answer = registry.registry(method, path, body)
    assert code == status
    assert text in answer["Message"]
    assert [device["deviceId"] for device in registry.registry("GET", "/devices")[1]] == ["d1"]


def test_an_update_of_nothing(registry: Hub) -> None:
    assert registry.registry("PUT", "/devices/d9", {"deviceId": "d9"}, If_Match="*")[0] == 404


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic eDp5",
        token(HOST, OTHER_KEY, policy="owner"),
        token(HOST, POLICY_KEY, policy="nobody"),
        token(HOST, POLICY_KEY, life=-10, policy="owner"),
        token("other.example", POLICY_KEY, policy="owner"),
        token(f"{HOST}/devices/d1", KEY),
        token(HOST, KEY),
    ],
)
def test_who_may_not_use_the_registry(registry: Hub, authorization: str) -> None:
    status, answer = registry.registry("DELETE", "/devices/d1", authorization=authorization)
    assert status == 401
    assert answer["Message"].startswith("ErrorCode:IotHubUnauthorizedAccess;")
    assert registry.registry("GET", "/devices/d1")[0] == 200


def test_deleting_a_device_that_holds_a_message(registry: Hub) -> None:
    registry.ask("POST", DEVICEBOUND, "x")
    device = registry.device()
    device.put_token(token())
    receiver = device.client.receiver(DEVICEBOUND)
    [(late, _)] = device.client.receive(receiver)
    registry.registry("DELETE", "/devices/d1")
    device.wait_for_end(receiver)
    device.client.settle(late, int(Delivery.ACCEPTED))
    [feedback] = registry.ask("GET", "/messages/feedback?wait=10")[1]
    assert feedback["description"] == "Purged"


def test_plain_http_to_the_registry(registry: Hub) -> None:
    assert raw_or_reset(registry.profile.registry_port) == b""
    assert registry.registry("GET", "/devices")[0] == 200


def raw_or_reset(port: int | None) -> bytes:
    try:
        return raw(port, b"GET /devices HTTP/1.1\r\n\r\n")
    except ConnectionResetError:
        return b""


def test_where_they_listen(registry: Hub, log: EventLog) -> None:
    addresses = [event.address for event in log.named("listening")]
    assert addresses[2:] == [
        f"http://127.0.0.1:{registry.profile.admin_port}",
        f"https://127.0.0.1:{registry.profile.registry_port}",
    ]
