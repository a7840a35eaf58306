"""Bytes into packets, however they come in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imp_runtime.net.mqtt_packets import MOST_PAYLOAD, MalformedError, OversizedError, PacketReader
from tests.imp_runtime.mqtt.raw_broker import publish_packet

PACKETS = [
    b"\x20\x02\x00\x00",
    b"\x40\x02\x00\x01",
    b"\x62\x02\x00\x01",
    b"\x90\x03\x00\x01\x00",
    b"\xd0\x00",
    publish_packet(b"t", b""),
    publish_packet(b"a/b", b"x" * 300, 1),
    publish_packet(b"t", b"y" * 20000, 2, 9),
]


@given(st.lists(st.sampled_from(PACKETS), max_size=6), st.lists(st.integers(1, 400), max_size=8))
def test_packets_are_found_however_they_are_cut(packets: list[bytes], cuts: list[int]) -> None:
    reader = PacketReader()
    data = b"".join(packets)
    found: list[bytes] = []
    for cut in cuts:
        found += reader.feed(data[:cut])
        data = data[cut:]
    found += reader.feed(data)
    assert found == packets
    assert list(reader.feed(b"")) == []


@given(st.binary(max_size=200), st.integers(0, 200))
def test_any_bytes_are_packets_or_malformed(data: bytes, cut: int) -> None:
    """The same packets and the same verdict at once and in two parts."""

    def read(parts: list[bytes]) -> tuple[list[bytes], str]:
        reader = PacketReader()
        found: list[bytes] = []
        try:
            for part in parts:
                for packet in reader.feed(part):
                    found.append(packet)
        except MalformedError:
            return found, "malformed"
        except OversizedError:
            return found, "oversized"
        return found, "good"

    assert read([data]) == read([data[:cut], data[cut:]])
    assert b"".join(read([data])[0]) == data[: sum(map(len, read([data])[0]))]


def test_the_longest_message() -> None:
    packet = publish_packet(b"t" * 65535, bytes(MOST_PAYLOAD), 1)
    assert list(PacketReader().feed(packet)) == [packet]
    with pytest.raises(OversizedError):
        next(PacketReader().feed(packet[:1] + b"\xe4\xff\x7f"))
