"""Bodies and properties through a connection: what a peer sends as a script sees it, and the other way round.

Core sheet, section 1.8; decisions A8, A9, A16 and A17. The codec by itself is tested in ``test_amqp_messages.py``.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from proton import (
    UNDESCRIBED,
    Array,
    Data,
    Described,
    Message,
    byte,
    char,
    decimal32,
    decimal64,
    decimal128,
    float32,
    int32,
    short,
    symbol,
    timestamp,
    ubyte,
    uint,
    ulong,
    ushort,
)

from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.raw_peer import RawPeer

# Shows values with their types, bytes in hexadecimal, containers with what is in them.
SHOW = r"""
function hex(text) { local s = ""; foreach (c in text) s += format("%02x", c); return s; }
function show(value) {
    switch (typeof value) {
        case "string": return "string:" + hex(value);
        case "blob": return "blob:" + hex(value.tostring());
        case "array": return "[" + value.map(show).reduce(@(a, b) a + " " + b) + "]";
        case "table":
            local keys = [];
            foreach (key, _ in value) keys.append(key);
            keys.sort();
            return "{" + keys.map(@(k) k + "=" + show(value[k])).reduce(@(a, b) a + " " + b) + "}";
    }
    return typeof value + ":" + value;
}
"""
RECEIVE = (
    SHOW
    + """
function onEvent(event, detail) {
    if (event == "CONNECTION_OPEN") session <- conn.opensession();
    if (event == "SESSION_OPEN") receiver <- session.openreceiver("r", null, function(deliveries) {
        foreach (delivery in deliveries) CODE
    });
}
conn <- amqp.openconnection(URL, onEvent);
"""
)


def array_of(kind: Any, *items: Any) -> Array:
    undescribed: Any = UNDESCRIBED
    return Array(undescribed, kind, *items)


def encoded(body: Any = None, *, inferred: bool = False, properties: dict[str, Any] | None = None) -> bytes:
    raw: bytes = Message(body, inferred=inferred, properties=properties).encode()
    return raw


# One or more for each row of the table of section 1.8, and for what it does not have.
RECEIVED = {
    "null": (encoded(None), "null:(null : (nil))"),
    "boolean": (encoded(True), "bool:true"),
    "ubyte": (encoded(ubyte(255)), "integer:255"),
    "byte": (encoded(byte(-128)), "integer:-128"),
    "ushort": (encoded(ushort(65535)), "integer:65535"),
    "short": (encoded(short(-32768)), "integer:-32768"),
    "uint": (encoded(uint(2147483647)), "integer:2147483647"),
    "uint that overflows": (encoded(uint(4294967295)), "integer:-1"),
    "int": (encoded(int32(-2147483648)), "integer:-2147483648"),
    "ulong": (encoded(ulong(300)), "integer:300"),
    "ulong that overflows": (encoded(ulong(0x1_8000_0000)), "integer:-2147483648"),
    "long": (encoded(-7), "integer:-7"),
    "long that overflows": (encoded(-(2**63) + 5), "integer:5"),
    "float": (encoded(float32(0.5)), "float:0.5"),
    "double": (encoded(2.25), "float:2.25"),
    "double beyond single precision": (encoded(16777217.0), "float:1.67772e+07"),
    "binary": (encoded(b"\x00\xff\x80"), "blob:00ff80"),
    "data section": (encoded(b"\x00\xff\x80", inferred=True), "blob:00ff80"),
    "string": (encoded("a\x00\u00e9"), "string:6100c3a9"),
    "string that is no UTF-8": (b"\x00\x53\x77\xa1\x04a\x00\xff\xfe", "string:6100fffe"),
    "symbol": (encoded(symbol("sym")), "string:73796d"),
    "array": (encoded(array_of(Data.INT, 1, -2)), "[integer:1 integer:-2]"),
    "list": (encoded([1, "a", None]), "[integer:1 string:61 null:(null : (nil))]"),
    "list in a list": (encoded([[True]]), "[[bool:true]]"),
    "map": (encoded({"a": 1, "b": {"c": b"x"}}), "{a=integer:1 b={c=blob:78}}"),
    "sequence section": (encoded([1, 2], inferred=True), "[integer:1 integer:2]"),
    "two data sections": (b"\x00\x53\x75\xa0\x01a\x00\x53\x75\xa0\x01b", "blob:6162"),
    "no body": (b"", "null:(null : (nil))"),
}
UNHANDLED = {
    "char": encoded(char("x")),
    "timestamp": encoded(timestamp(1)),
    "uuid": encoded(uuid.UUID(int=1)),
    "decimal32": encoded(decimal32(1)),
    "decimal64": encoded(decimal64(1)),
    "decimal128": encoded(decimal128(bytes(16))),
    "described": encoded(Described(symbol("x"), "y")),
}


def test_bodies_of_a_peer() -> None:
    with (
        RawPeer() as peer,
        AgentRun(RECEIVE.replace("CODE", "server.log(show(delivery.message().body()));"), URL=peer.url) as run,
    ):
        peer.wait("flow receiver r 100")
        peer.send("r", *[raw for raw, _ in RECEIVED.values()])
        lines = run.wait_lines(len(RECEIVED))
        assert dict(zip(RECEIVED, lines, strict=True)) == {name: shown for name, (_, shown) in RECEIVED.items()}


def test_bodies_that_squirrel_has_no_type_for() -> None:
    with (
        RawPeer() as peer,
        AgentRun(RECEIVE.replace("CODE", "server.log(delivery.message().body());"), URL=peer.url) as run,
    ):
        peer.wait("flow receiver r 100")
        peer.send("r", *UNHANDLED.values())
        assert run.wait_lines(len(UNHANDLED)) == [
            f"Unhandled message body type amqp_{name.upper()}" for name in UNHANDLED
        ]


def test_properties_of_a_peer() -> None:
    properties = {
        "status-code": int32(200),
        "status-description": "OK",
        "f": float32(0.5),
        "b": False,
        "n": None,
        "u": ulong(2**63 + 1),
        "bin": b"\x00\xff",
        "t": timestamp(1),
        "id": uuid.UUID(int=1),
    }
    with (
        RawPeer() as peer,
        AgentRun(RECEIVE.replace("CODE", "server.log(show(delivery.message().properties()));"), URL=peer.url) as run,
    ):
        peer.wait("flow receiver r 100")
        peer.send("r", encoded("x", properties=properties))
        # Those without a Squirrel type are left out.
        assert run.wait_lines(1) == [
            "{b=bool:false bin=blob:00ff f=float:0.5 n=null:(null : (nil)) status-code=integer:200 "
            "status-description=string:4f4b u=integer:1}"
        ]


def test_properties_are_a_copy_and_empty_without_any() -> None:
    code = """{
        local message = delivery.message();
        message.properties().mine <- 1;
        server.log(typeof message.properties() + message.properties().len());
    }"""
    with RawPeer() as peer, AgentRun(RECEIVE.replace("CODE", code), URL=peer.url) as run:
        peer.wait("flow receiver r 100")
        peer.send("r", encoded("x"), encoded("x", properties={"a": 1}))
        assert run.wait_lines(2) == ["table0", "table1"]


SEND = (
    SHOW
    + """
function onEvent(event, detail) {
    if (event == "CONNECTION_OPEN") session <- conn.opensession();
    if (event == "SESSION_OPEN") sender <- session.opensender("s");
    if (event == "SENDER_OPEN") sender.createtransfer(make()).sendasync(function() { server.log("sent"); });
}
function make() { return MESSAGE; }
conn <- amqp.openconnection(URL, onEvent);
"""
)


def sent(expression: str) -> bytes:
    """The bytes of a message that a script makes, as they arrive at the peer."""
    with RawPeer() as peer, AgentRun(SEND.replace("MESSAGE", expression), URL=peer.url) as run:
        run.wait_line("sent")
        [(_, raw)] = peer.messages
        return raw


def decoded(raw: bytes) -> Any:
    message = Message()
    message.decode(raw)
    return message


@pytest.mark.parametrize(("text", "body"), [("hé", "hé"), ("", ""), ("a\\x00z", "a\x00z")])
def test_text_body_is_a_value(text: str, body: str) -> None:
    message = decoded(sent(f'amqp.createmessage("{text}")'))
    assert (message.body, message.inferred) == (body, False)
    assert message.properties is None


def test_text_body_that_is_no_utf8_goes_out_as_it_is() -> None:
    assert sent('amqp.createmessage("\\xff\\x00\\xfe")') == b"\x00\x53\x77\xa1\x03\xff\x00\xfe"


def test_binary_body_is_data() -> None:
    message = decoded(sent('amqp.createbinarymessage("\\xff\\x00\\xfe")'))
    assert (message.body, message.inferred) == (b"\xff\x00\xfe", True)


def test_properties_of_a_script() -> None:
    numbers = "i = -5, f = 0.5, b = true, big = 2147483647"
    others = 's = "x", z = "a\\x00z", n = null, a = [1], t = {}, l = blob(1)'
    properties = decoded(sent(f'amqp.createbinarymessage("", {{ {numbers}, {others} }})')).properties
    texts = {name: properties.pop(name) for name in ("n", "a", "t", "l")}
    assert properties == {"i": -5, "f": 0.5, "b": True, "s": "x", "z": "a\x00z", "big": 2147483647}
    assert isinstance(properties["i"], int32)
    assert isinstance(properties["f"], float32)
    assert texts["n"] == "(null : (nil))"
    assert texts["a"].startswith("(array : 0x")
    assert texts["t"].startswith("(table : 0x")
    assert texts["l"] == "\x00"


def test_message_does_not_change_with_the_table_it_was_made_of() -> None:
    expression = "(function() { local t = { a = 1 }, m = amqp.createmessage(``, t); t.a = 2; t.b <- 3; return m; })()"
    assert decoded(sent(expression.replace("`", '"'))).properties == {"a": 1}


def test_local_messages_read_as_they_would_from_the_wire() -> None:
    script = (
        SHOW
        + """
    foreach (make in [amqp.createmessage, amqp.createbinarymessage]) {
        local message = make("a\\x00\\xff", { i = 1, n = null });
        server.log(show(message.body()) + " " + show(message.properties()));
        message.properties().i = 7;
        server.log(message.properties().i + " " + make("").properties().len());
    }
    """
    )
    nothing = b"(null : (nil))".hex()
    with AgentRun(script) as run:
        assert run.end() == [
            f"string:6100ff {{i=integer:1 n=string:{nothing}}}",
            "1 0",
            f"blob:6100ff {{i=integer:1 n=string:{nothing}}}",
            "1 0",
        ]


LARGE = """
text <- "";
for (local i = 0; i < 256; i++) text += format("%c", i);
while (text.len() < 1048576) text += text;
part <- text.slice(0, 100000);
function listen() {
    receiver <- session.openreceiver("r", null, function(deliveries) {
        local message = deliveries[0].message(), body = message.body();
        server.log(typeof body + " " + (body.tostring() == text) + " " + (message.properties().part == part));
    });
}
"""


@pytest.mark.parametrize(("maker", "kind"), [("createmessage", "string"), ("createbinarymessage", "blob")])
def test_large_bodies_both_ways(maker: str, kind: str) -> None:
    """A body of 1 MB with every byte in it comes back as it went."""
    script = LARGE + SEND.replace("MESSAGE", f"amqp.{maker}(text, {{ part = part }})")
    with RawPeer() as peer, AgentRun(script.replace('log("sent")', 'log("sent"); listen()'), URL=peer.url) as run:
        run.wait_line("sent")
        peer.wait("flow receiver r 100")
        [(_, raw)] = peer.messages
        assert len(raw) > 1048576 + 100000
        peer.send("r", raw)
        run.wait_line(f"{kind} true true")
