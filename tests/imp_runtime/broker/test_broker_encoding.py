"""Looks into encoded messages, checked against Proton's encoder."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proton import Message

from imp_runtime.broker.encoding import MalformedMessage, destination, with_delivery_count
from tests.imp_runtime.broker.amqp_client import decoded


def encoded(**fields: object) -> bytes:
    return bytes(Message("body", **fields).encode())


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"durable": True},
        {"priority": 9, "ttl": 60.0, "first_acquirer": True},
        {"delivery_count": 250},
        {"id": "m", "annotations": {"a": [1, 2]}, "properties": {"x": 1}},
    ],
)
def test_delivery_count_is_all_that_changes(fields: dict[str, object]) -> None:
    raw = encoded(**fields)
    changed = decoded(with_delivery_count(raw, 10))
    original = decoded(raw)
    assert changed.delivery_count == original.delivery_count + 10
    changed.delivery_count = original.delivery_count
    assert changed.encode() == original.encode()


def test_no_failure_no_change() -> None:
    raw = encoded(durable=True)
    assert with_delivery_count(raw, 0) is raw


def test_a_message_without_a_header_gets_one() -> None:
    body = b"\x00\x53\x77\xa1\x01x"
    assert with_delivery_count(body, 2).endswith(body)
    assert decoded(with_delivery_count(body, 2)).delivery_count == 2


def test_headers_of_other_encodings() -> None:
    body = b"\x00\x53\x77\xa1\x01x"
    long_descriptor = b"\x00\x80" + (0x70).to_bytes(8, "big")
    symbol = b"\x00\xa3\x10amqp:header:list"
    for descriptor in (b"\x00\x53\x70", long_descriptor, symbol):
        for fields in (b"\x45", b"\xc0\x02\x01\x41", b"\xd0\x00\x00\x00\x05\x00\x00\x00\x01\x41", b"\xc0\x01\x00"):
            assert decoded(with_delivery_count(descriptor + fields + body, 3)).delivery_count == 3


def test_the_count_does_not_overflow() -> None:
    assert decoded(with_delivery_count(encoded(delivery_count=0xFFFFFFFF), 3)).delivery_count == 0xFFFFFFFF


def test_destination() -> None:
    assert destination(encoded(address="/q ü")) == "/q ü"
    assert destination(encoded(address="q" * 300, id=b"\x00" * 300, annotations={"a": {"b": 1}}, durable=True)) == (
        "q" * 300
    )
    assert destination(encoded(id="only an id")) is None
    assert destination(b"\x00\x53\x77\xa1\x01x") is None
    assert destination(b"") is None


@given(st.binary(max_size=60), st.integers(1, 5))
def test_any_bytes_are_handled(raw: bytes, failures: int) -> None:
    for data in (raw, b"\x00\x53\x70" + raw, b"\x00\x53\x73\xc0" + raw):
        assert isinstance(with_delivery_count(data, failures), bytes)
        with contextlib.suppress(MalformedMessage):
            assert isinstance(destination(data), str | None)
