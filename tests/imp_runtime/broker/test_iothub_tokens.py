"""Shared access signatures, and what `$cbs` of the IoT hub says to them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proton import Message

from imp_runtime.broker.iothub.sas import MalformedToken, create_token, decode_key, parse_token
from tests.imp_runtime.broker.amqp_client import EventLog
from tests.imp_runtime.broker.conftest import StartHub
from tests.imp_runtime.broker.hub_client import EVENTS, HOST, KEY, OTHER_KEY, POLICY_KEY, TOKEN_TYPE, Hub, token

EXPIRY = 4_000_000_000


def signed(signed_resource: str, expiry: int = EXPIRY, key: str = KEY, rest: str = "") -> str:
    """A token made by hand: the resource is signed and sent as it is given."""
    digest = hmac.new(base64.b64decode(key), f"{signed_resource}\n{expiry}".encode(), hashlib.sha256).digest()
    encoded = quote(base64.b64encode(digest).decode(), safe="")
    return f"SharedAccessSignature sr={signed_resource}&sig={encoded}&se={expiry}{rest}"


def test_a_token_is_what_the_specification_says() -> None:
    assert create_token("my-hub.example/devices/d1", KEY, EXPIRY) == signed("my-hub.example%2Fdevices%2Fd1")
    # Computed with openssl.
    assert "sig=hWPBtXkl2Z%2BRL4EKAS%2F0gYipBSd73HkOP%2F1LXIN4eoA%3D&" in create_token(
        "my-hub.example/devices/d1", KEY, EXPIRY
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "begin with"),
        ("Bearer x", "begin with"),
        ("SharedAccessSignature sig=QUJD&se=1", "'sr' is missing"),
        ("SharedAccessSignature sr=&sig=QUJD&se=1", "'sr' is missing"),
        ("SharedAccessSignature sr=a&se=1", "'sig' is missing"),
        ("SharedAccessSignature sr=a&sig=QUJD", "'se' is missing"),
        ("SharedAccessSignature sr=a&sig=QUJD&se=-1", "'se' must be"),
        ("SharedAccessSignature sr=a&sig=QUJD&se=1e9", "'se' must be"),
        ("SharedAccessSignature sr=a&sig=QUJD&se=" + "9" * 400, "'se' must be"),
        ("SharedAccessSignature sr=a&sig=QUJD&se=\u0661", "'se' must be"),
        ("SharedAccessSignature sr=a&sig=%ff&se=1", "Base64"),
        ("SharedAccessSignature sr=a&sig=Q U&se=1", "Base64"),
        ("SharedAccessSignature sr=a&sr=b&sig=QUJD&se=1", "'sr' occurs twice"),
        ("SharedAccessSignature sr=a&sig=QUJD&se=1&x=1&x=2", "a field occurs twice"),
        ("SharedAccessSignature sr=" + "a" * 5000 + "&sig=QUJD&se=1", "longer"),
    ],
)
def test_what_is_no_token(text: str, reason: str) -> None:
    with pytest.raises(MalformedToken, match=reason):
        parse_token(text)


@given(st.one_of(st.text(), st.text().map("SharedAccessSignature sr={0}&sig={0}&se=1".format)))
def test_any_text_is_a_token_or_malformed(text: str) -> None:
    try:
        read = parse_token(text)
    except MalformedToken as error:
        assert str(error)
    else:
        assert not read.is_signed_with(b"0123456789abcdef")
        assert read.covers([HOST]) in (True, False)


@pytest.mark.parametrize(
    ("resource", "path", "covered"),
    [
        ("hub/devices/d1", ["hub", "devices", "d1"], True),
        ("HUB/devices/d1", ["hub", "devices", "d1"], True),
        ("hub%2Fdevices%2fd1", ["hub", "devices", "d1"], True),
        ("hub/devices/a%40b", ["hub", "devices", "a@b"], True),
        ("hub%2Fdevices%2Fa%2540b", ["hub", "devices", "a@b"], True),
        ("hub%2Fdevices%2Fa%2540b", ["hub", "devices", "a%40b"], True),
        ("hub/devices", ["hub", "devices", "d1"], True),
        ("hub/", ["hub", "devices", "d1"], True),
        ("hub/devices/d", ["hub", "devices", "d1"], False),
        ("hub/devices/D1", ["hub", "devices", "d1"], False),
        ("hub/devices/d1/messages", ["hub", "devices", "d1"], False),
        ("other/devices/d1", ["hub", "devices", "d1"], False),
        ("%00", ["hub"], False),
    ],
)
def test_what_a_token_covers(resource: str, path: list[str], covered: bool) -> None:
    assert parse_token(f"SharedAccessSignature sr={resource}&sig=QUJD&se=1").covers(path) is covered


@pytest.mark.parametrize(("size", "good"), [(15, False), (16, True), (32, True), (64, True), (65, False)])
def test_sizes_of_keys(size: int, good: bool) -> None:
    assert (decode_key(base64.b64encode(bytes(size)).decode()) is not None) is good


def test_tokens_and_keys_are_not_shown() -> None:
    read = parse_token(token())
    assert repr(read.signature) not in repr(read)


def test_a_good_token_opens_the_device(hub: Hub, log: EventLog) -> None:
    device = hub.device()
    assert device.put_token(token()) == (200, "OK")
    device.client.sender(EVENTS)
    event = log.wait("put-token")
    assert (event.outcome, event.detail) == ("200", f"OK; for {HOST}/devices/d1, {TOKEN_TYPE}")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(signed(f"{HOST}/devices/d1"), id="as agents sign: slashes as they are"),
        pytest.param(signed(f"{HOST}%2Fdevices%2Fd1"), id="encoded as a whole"),
        pytest.param(signed(f"{HOST}%2fdevices%2fd1"), id="in lower case"),
        pytest.param(signed(f"{HOST.upper()}/devices/d1"), id="host in upper case"),
        pytest.param(token(HOST, POLICY_KEY, policy="owner"), id="a policy for the whole hub"),
        pytest.param(token(policy="owner", key=POLICY_KEY), id="a policy for the device"),
        pytest.param(f"{token()}&skn=", id="an empty policy is none"),
    ],
)
def test_ways_to_sign(hub: Hub, text: str) -> None:
    assert hub.device().put_token(text) == (200, "OK")


@pytest.mark.parametrize("audience", [f"{HOST.upper()}/devices/d1", f"{HOST}%2Fdevices%2Fd1", f"{HOST}/devices/d1/"])
def test_ways_to_name_the_audience(hub: Hub, audience: str) -> None:
    device = hub.device()
    assert device.put_token(token(), audience) == (200, "OK")
    device.client.sender(EVENTS)


@pytest.mark.parametrize(
    ("text", "audience", "status", "reason"),
    [
        (token(key=OTHER_KEY), None, 401, "the signature does not match the keys of the device d1"),
        (token(life=-60), None, 401, "the token expired at "),
        (token(f"{HOST}/devices/d2"), None, 401, "the token is for another resource"),
        (token("other.example/devices/d1"), None, 401, "the token is for another resource"),
        (token(f"{HOST}/devices/d2"), f"{HOST}/devices/d2", 401, "no such device"),
        (token(), "other.example/devices/d1", 401, f"this hub is {HOST}, not other.example"),
        (token(HOST), HOST, 401, "must be signed with the key of a policy"),
        (token(HOST, POLICY_KEY, policy="nobody"), HOST, 401, "no such policy: nobody"),
        (token(HOST, KEY, policy="owner"), HOST, 401, "does not match the key of the policy owner"),
        (token(policy="owner"), None, 401, "does not match the key of the policy owner"),
        ("password", None, 400, "no shared access signature"),
        (b"SharedAccessSignature", None, 400, "must be a string"),
        (None, None, 400, "must be a string"),
    ],
)
def test_tokens_that_are_refused(
    hub: Hub, log: EventLog, text: object, audience: str | None, status: int, reason: str
) -> None:
    device = hub.device()
    code, description = device.put_token(text, audience or f"{HOST}/devices/d1")
    assert (code, reason in description) == (status, True), description
    assert log.wait("put-token").outcome == str(status)
    condition, _ = device.refused(device.sending(EVENTS))
    assert condition == "amqp:unauthorized-access"


def test_a_signature_for_another_expiry(hub: Hub) -> None:
    good = signed(f"{HOST}/devices/d1", EXPIRY)
    longer = good.replace(str(EXPIRY), str(EXPIRY + 1))
    assert hub.device().put_token(longer)[0] == 401


def test_another_type_of_token(hub: Hub) -> None:
    status, description = hub.device().put_token(token(), kind="jwt")
    assert (status, description) == (400, f"a token must be of type {TOKEN_TYPE}")
    assert hub.device().put_token(token(), kind="servicebus.windows.net:sastoken")[0] == 200


def test_a_bad_token_does_not_end_a_good_one(hub: Hub) -> None:
    device = hub.device()
    device.put_token(token())
    assert device.put_token(token(key=OTHER_KEY))[0] == 401
    device.client.sender(EVENTS)


def test_tokens_hold_for_their_connection_only(hub: Hub) -> None:
    hub.device().put_token(token())
    other = hub.device()
    assert other.refused(other.sending(EVENTS))[0] == "amqp:unauthorized-access"


def test_an_answer_goes_nowhere_else(hub: Hub) -> None:
    assert hub.device().put_token(token(), reply_to="somewhere")[0] == 200
    assert hub.broker.peek("somewhere") == []


def test_no_key_and_no_token_in_the_log(hub: Hub, log: EventLog) -> None:
    good = token()
    hub.device().put_token(good)
    hub.device().put_token(token(key=OTHER_KEY))
    log.wait("put-token", count=2)
    signature = good.partition("sig=")[2].partition("&")[0]
    for secret in (KEY, OTHER_KEY, POLICY_KEY, signature):
        assert secret not in log.text()


def test_ids_that_look_encoded(start_hub: StartHub) -> None:
    names = ["a%41", "a@b", "100%", "a=b"]
    hub = start_hub(devices=dict.fromkeys(names, KEY))
    for name in names:
        device = hub.device()
        # As agents do it: the name as it is, the resource with the name encoded.
        assert device.put_token(signed(f"{HOST}/devices/{quote(name, safe='')}"), f"{HOST}/devices/{name}")[0] == 200
        sender = device.client.sender(f"/devices/{name}/messages/events")
        device.client.send_and_wait(sender, Message(name))
    assert [entry["deviceId"] for entry in hub.ask("GET", "/messages/events")[1]] == names


def test_an_expiry_far_away(hub: Hub) -> None:
    assert hub.device().put_token(create_token(f"{HOST}/devices/d1", KEY, 99_999_999_999))[0] == 200


def test_a_token_expires_when_it_says(hub: Hub, log: EventLog) -> None:
    device = hub.device()
    begin = time.time()
    device.put_token(token(life=2))
    sender = device.client.sender(EVENTS)
    assert device.wait_for_end(sender) == [("amqp:unauthorized-access", "Token Invalid.")]
    assert time.time() >= int(begin + 1)
    assert log.wait("token-expired").address == f"{HOST}/devices/d1"
