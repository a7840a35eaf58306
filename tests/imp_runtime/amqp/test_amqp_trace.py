"""The frame trace: what it shows of a connection, and what it must never show."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proton import Condition, Data, char, int32, symbol, timestamp, ubyte, ulong

from imp_runtime.broker import BrokerConfig, BrokerThread
from imp_runtime.config import NetworkConfig
from imp_runtime.net.amqp_frames import FrameReader, frame_text
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.certificates import Authority
from tests.imp_runtime.amqp.raw_peer import RawPeer, text_message

EXCHANGE = """
function onEvent(event, detail) {
    if (event == "CONNECTION_OPEN") session <- conn.opensession();
    if (event == "SESSION_OPEN") receiver <- session.openreceiver("r", null, function(deliveries) {
        deliveries[0].reject();
        sender <- session.opensender("s");
    });
    if (event == "SENDER_OPEN") {
        local message = amqp.createmessage("top secret", { operation = "put-token" });
        sender.createtransfer(message).sendasync(function() { conn = null; });
    }
}
conn <- amqp.openconnection(URL, onEvent);
"""


def traced(url: str, peer: RawPeer, network: NetworkConfig | None = None) -> list[str]:
    """The frames of the exchange."""
    frames: list[str] = []
    with AgentRun(EXCHANGE, network, trace=frames.append, URL=url) as run:
        peer.wait("flow receiver r 100")
        peer.send("r", text_message("hello"))
        run.end()
    return frames


def test_frames_of_a_run_in_both_directions() -> None:
    with RawPeer() as peer:
        frames = traced(peer.url, peer)
    assert all(frame.startswith(("#1 -> ", "#1 <- ")) for frame in frames)
    sent = [frame.removeprefix("#1 -> ") for frame in frames if frame.startswith("#1 -> ")]
    came = [frame.removeprefix("#1 <- ") for frame in frames if frame.startswith("#1 <- ")]
    # When credit is given back is nobody's promise.
    assert [name for frame in sent if (name := frame.split(" ")[0]) != "flow"] == [
        *("header", "sasl-init", "header", "open", "begin", "attach", "disposition", "attach"),
        *("transfer", "detach", "detach", "end", "close"),
    ]
    assert [frame.split(" ")[0] for frame in came] == [
        *("header", "sasl-mechanisms", "sasl-outcome", "header", "open", "begin", "attach", "transfer", "attach"),
        *("flow", "disposition", "detach", "detach", "end", "close"),
    ]
    assert sent[0] == "header SASL 1.0.0"
    assert sent[1] == "sasl-init mechanism=ANONYMOUS initial-response=***"
    assert sent[2] == "header AMQP 1.0.0"
    assert sent[3].startswith('open container-id="impsim-')
    assert ' hostname="127.0.0.1" ' in sent[3]
    assert "attach channel=0 name=" in sent[5]
    assert " role=receiver " in sent[5]
    assert ' source(address="r" ' in sent[5]
    assert sent[6].endswith(" handle=0 delivery-count=0 link-credit=100 drain=false")
    assert "disposition channel=0 role=receiver first=0 settled=true state=rejected" in sent
    assert came[7].startswith("transfer channel=0 handle=0 delivery-id=0 delivery-tag=b")
    assert came[7].endswith(f" {len(text_message('hello'))} bytes")
    assert sent[-4] == "detach channel=0 handle=0 closed=true"
    assert came[-1] == "close"


def test_connections_are_numbered() -> None:
    script = """
    function onEvent(event, detail) { if (--waiting == 0) conns.clear(); }
    waiting <- 2;
    conns <- [amqp.openconnection(URL, onEvent), amqp.openconnection(URL, onEvent)];
    """
    frames: list[str] = []
    with RawPeer() as peer, AgentRun(script, trace=frames.append, URL=peer.url) as run:
        run.end()
    assert {frame[:2] for frame in frames} == {"#1", "#2"}


def test_frames_under_tls() -> None:
    authority = Authority()
    with RawPeer(tls=authority.server("hub.example.net")) as peer:
        network = NetworkConfig(
            redirects={("hub.example.net", 5671): ("127.0.0.1", peer.port)}, ca_pem=(authority.pem,)
        )
        frames = traced("amqps://hub.example.net", peer, network)
    assert any(' hostname="hub.example.net" ' in frame for frame in frames)
    assert frames[-1] == "#1 <- close"


def test_error_of_the_peer() -> None:
    frames: list[str] = []
    script = "conn <- amqp.openconnection(URL, function(event, detail) { server.log(event); });"
    refusal = Condition("amqp:resource-limit-exceeded", "full \x1b[1m")
    with RawPeer(close_with=refusal) as peer, AgentRun(script, trace=frames.append, URL=peer.url) as run:
        run.end()
    assert '#1 <- close error(condition=amqp:resource-limit-exceeded description="full \\x1b[1m")' in frames


def test_heartbeats() -> None:
    frames: list[str] = []
    script = "conn <- amqp.openconnection(URL, function(event, detail) { });"
    with RawPeer(idle_timeout=0.2) as peer, AgentRun(script, trace=frames.append, URL=peer.url):
        peer.wait("heartbeat")
        assert "#1 -> heartbeat" in frames


def test_what_is_no_frame() -> None:
    reader = FrameReader()
    assert list(reader.lines(b"AMQP\x00\x01\x00\x00HTTP/1.1 400 ")) == [
        "header AMQP 1.0.0",
        "(these bytes are no AMQP frame: 48 54 54 50 2f 31 2e 31 20 34 30 30 20 ...)",
    ]
    assert list(reader.lines(b"AMQP\x00\x01\x00\x00")) == []


# Secrets.

PASSWORD = "s3cret]) [" + "x" * 3000


@pytest.fixture
def broker() -> Iterator[BrokerThread]:
    with BrokerThread(BrokerConfig(users={"me": PASSWORD}, allow_anonymous=False), lambda _: None) as broker:
        yield broker


def test_passwords_and_contents_are_hidden(broker: BrokerThread) -> None:
    frames: list[str] = []
    script = (
        EXCHANGE.replace(
            'receiver <- session.openreceiver("r", null, function(deliveries) {', "receiver <- (function(unused = 0) {"
        )
        .replace("        deliveries[0].reject();\n", "")
        .replace('("s");\n    });', '("s");\n    })();')
    )
    url = f"amqp://me:{quote(PASSWORD, safe='')}@127.0.0.1:{broker.port}"
    with AgentRun(script, trace=frames.append, URL=url) as run:
        run.end()
    text = "\n".join(frames)
    assert "sasl-init mechanism=PLAIN initial-response=***" in text
    assert "-> transfer " in text
    for secret in ("s3cret", "xxx", "top secret", "put-token"):
        assert secret not in text


def described(code: int, *fields: object) -> bytes:
    """An encoded described list."""
    data = Data()
    data.put_described()
    data.enter()
    data.put_ulong(code)
    data.put_list()
    data.enter()
    for field in fields:
        data.put_object(field)
    data.exit()
    data.exit()
    encoded: bytes = data.encode()
    return encoded


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        (
            1,
            described(0x41, symbol("PLAIN"), b"\0me\0pw", "host"),
            'sasl-init mechanism=PLAIN initial-response=*** hostname="host"',
        ),
        (1, described(0x42, b"challenge"), "sasl-challenge challenge=***"),
        (1, described(0x43, b"response"), "sasl-response response=***"),
        (1, described(0x44, ubyte(1), b"more"), "sasl-outcome code=1 additional-data=***"),
        (
            0,
            described(0x10, "c", None, None, None, None, None, None, None, None, {symbol("sas-token"): "abc", "n": 1}),
            'open container-id="c" properties={sas-token=*** "n"=1}',
        ),
        (
            0,
            described(0x12, "n?sig=abc&x", None, False, None, None),
            'attach channel=3 name="n?sig=***&x" role=sender',
        ),
        (
            0,
            described(0x12, "x" * 195 + "?sig=abcdefgh"),
            f'attach channel=3 name="{"x" * 195}?sig="... (208 bytes)',
        ),
        (0, described(0x14, ulong(0)) + b"put-token", "transfer channel=3 handle=0 9 bytes"),
    ],
)
def test_secrets_of_frames(kind: int, body: bytes, text: str) -> None:
    assert frame_text(kind, 3, body) == text


# Values.


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (int32(-5), "-5"),
        (ulong(2**63), "9223372036854775808"),
        (-1, "-1"),
        (1.5, "1.5"),
        (float("nan"), "nan"),
        (b'a"\x00\xe9', 'b"a\\"\\x00\\xe9"'),
        ('a"\\\n\u00e9\u2028', '"a\\"\\\\\\x0a\u00e9\\u{2028}"'),
        (symbol("amqp:not-found"), "amqp:not-found"),
        (symbol("two words"), '"two words"'),
        (symbol(""), '""'),
        ([1, None, "x"], '[1 null "x"]'),
        ([], "[]"),
        ({"k": [1]}, '{"k"=[1]}'),
        (timestamp(5), "5"),
        (char("x"), "0x00000078"),
        (list(range(51)), f"[{' '.join(str(n) for n in range(50))} ... 51 in all]"),
        ("y" * 300, f'"{"y" * 200}"... (300 bytes)'),
    ],
)
def test_values(value: Any, text: str) -> None:
    assert frame_text(0, 0, described(0x17, value)) == f"end channel=0 error={text}"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "heartbeat"),
        (b"\x00\x53\x18\x45", "close"),
        (b"\x00\x80\0\0\0\0\0\0\0\x18\x45", "close"),
        (b"\x00\xa3\x0famqp:close:list\x45", "close"),
        (b"\x00\x53\x99\x45", "@153 channel=7 []"),
        (b"\x00\x53\x18\xc0\x03\x02\x40\x43", "close field-1=0"),
        (b"\x01", "(frame of 1 bytes that cannot be read: it does not begin with a descriptor)"),
        (b"\x00\x53", "(frame of 2 bytes that cannot be read: it is cut short)"),
        (b"\x00\x53\x18\xc0\x01\xff", "(frame of 6 bytes that cannot be read: it is cut short)"),
        (b"\x00\x53\x18\xc0\x02\x01\x3f", "(frame of 7 bytes that cannot be read: there is no type 0x3f)"),
        (b"\x00\x53\x18\xc0\x02\x01" + b"\x00\x53\x1d\xc0\x7f\x01" * 30, None),
        (b"\x00" * 1000, None),
    ],
)
def test_frames_of_strange_peers(body: bytes, text: str | None) -> None:
    shown = frame_text(0, 7, body)
    if text is None:
        assert "cannot be read" in shown
    else:
        assert shown == text


def test_frames_are_cut_out_of_any_pieces() -> None:
    frames = [b"AMQP\x00\x01\x00\x00", frame(described(0x10, "a")), frame(b""), frame(described(0x18))]
    stream = b"".join(frames)
    expected = ["header AMQP 1.0.0", 'open container-id="a"', "heartbeat", "close"]
    for size in (1, 2, 3, 7, 8, 9, 100):
        reader = FrameReader()
        pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
        assert [line for piece in pieces for line in reader.lines(piece)] == expected


def frame(body: bytes, kind: int = 0, channel: int = 0) -> bytes:
    """A whole frame."""
    return struct.pack(">IBBH", 8 + len(body), 2, kind, channel) + body


@given(st.binary(max_size=200))
def test_no_bytes_break_the_trace(raw: bytes) -> None:
    for body in (raw, b"\x00\x53\x10\xc0" + raw, b"\x00\x53\x14" + raw, b"\x00\x53\x41\xd0" + raw):
        assert "\n" not in frame_text(0, 0, body)
    list(FrameReader().lines(raw))
    list(FrameReader().lines(frame(raw)))


@given(st.lists(st.none() | st.booleans() | st.text() | st.binary() | st.lists(st.text()), max_size=8))
def test_every_list_of_fields_can_be_read(fields: list[object]) -> None:
    shown = frame_text(0, 0, described(0x11, *fields))
    assert shown.startswith("begin channel=0")
    assert shown.isprintable()
