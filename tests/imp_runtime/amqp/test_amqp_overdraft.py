"""A peer that sends more messages than it has credit for, as RabbitMQ 3 does now and then, by some."""

from __future__ import annotations

from tests.imp_runtime.amqp import wire
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.raw_peer import text_message
from tests.imp_runtime.amqp.wire_peer import WireConnection, WirePeer, transfer

# Keeps all messages, then lets go of them in three portions.
KEEP = """
kept <- [];
function onEvent(event, error) {
    if (error) server.log(event + ": " + error);
    if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
    if (event == "SESSION_OPEN") receiver <- session.openreceiver("r", onEvent, onMessages);
}
function onMessages(deliveries) {
    kept.extend(deliveries);
    if (kept.len() == 150) {
        server.log("all");
        letGo(20);
        imp.wakeup(0.05, function() {
            letGo(60);
            imp.wakeup(0.05, function() {
                letGo(70);
                connection = null;
            });
        });
    }
}
function letGo(count) {
    while (count-- > 0) kept.remove(0);
}
connection <- amqp.openconnection(URL, onEvent);
"""


def number(field: bytes) -> int:
    """An uint in any of its encodings."""
    return int.from_bytes(field[1:], "big")


def test_credit_is_given_again_when_the_peer_is_within_it_again() -> None:
    granted: list[tuple[int, int]] = []

    def behave(peer: WireConnection) -> None:
        peer.open()
        peer.begin()
        peer.attach()
        assert number(peer.read(wire.FLOW).fields[6]) == 100
        peer.write(*(transfer(0, count, text_message("x")) for count in range(150)))
        while (frame := peer.read(wire.FLOW, wire.CLOSE)).code == wire.FLOW:
            granted.append((number(frame.fields[5]), number(frame.fields[6])))
        peer.put(wire.CLOSE)
        peer.until_hangup()

    with WirePeer(behave) as peer, AgentRun(KEEP, URL=peer.url) as run:
        # The link lives, and all messages reach the script.
        assert run.end() == ["all"]
    # Delivery count and credit: of the 50 that came without, 20 are not enough to grant anything.
    assert granted[-1][0] == 150
    credit = [credit for _, credit in granted]
    assert credit == sorted(credit)
    assert max(credit) <= 100
    assert 30 in credit
