"""Receiving: batches, credit, settlement on the wire (core sheet, sections 1.3, 1.7, 1.12; decision A11)."""

from __future__ import annotations

from proton import Message, int32

from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.raw_peer import RawPeer, text_message

RECEIVE = """
function onEvent(event, detail) {
    if (detail) server.error(detail);
    if (event == "CONNECTION_OPEN") session <- conn.opensession();
    if (event == "SESSION_OPEN") receiver <- session.openreceiver("r", null, %s);
}
conn <- amqp.openconnection(URL, onEvent);
"""


def test_messages_that_came_together_are_one_fresh_array() -> None:
    script = (
        RECEIVE % "onMessages"
        + """
    last <- null;
    function onMessages(deliveries) {
        server.log(typeof deliveries + " " + deliveries.len() + " " + (deliveries == last));
        last = deliveries;
        foreach (d in deliveries) server.log(d.message().body());
        while (deliveries.len() > 0) deliveries.remove(0).accept();
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("flow receiver r 100")
        peer.send("r", text_message("a"), text_message("b"), text_message("c"))
        assert run.wait_lines(4) == ["array 3 false", "a", "b", "c"]
        peer.send("r", text_message("d"))
        assert run.wait_lines(6)[4:] == ["array 1 false", "d"]
        peer.wait("accepted 3")


def test_messages_that_come_while_the_agent_is_busy_are_one_array() -> None:
    script = (
        RECEIVE % "onMessages"
        + """
    function onMessages(deliveries) {
        server.log(deliveries.len());
        if (deliveries.len() == 1) { gate <- session.opensender("gate"); while (!gate.isopen()) { } }
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("flow receiver r 100")
        peer.mute = {"attach"}
        peer.send("r", text_message("a"))
        peer.wait("attach sender gate")
        peer.send("r", text_message("b"))
        peer.send("r", text_message("c"))
        peer.answer_attach("gate")
        assert run.wait_lines(2) == ["1", "2"]


def test_credit_is_replenished_when_messages_are_settled() -> None:
    script = (
        RECEIVE % "onMessages"
        + """
    kept <- [];
    function onMessages(deliveries) {
        kept.extend(deliveries);
        server.log(kept.len());
        deliveries.clear();
        if (kept.len() == 100) go <- session.opensender("go", function(event, detail) {
            while (kept.len() > 0) kept.remove(0).accept();
        });
    }"""
    )
    with RawPeer(mute={"begin"}) as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("begin")
        peer.mute = {"attach"}
        peer.run(peer.open_first_session)
        peer.wait("attach receiver r")
        peer.answer_attach("r")
        peer.wait("flow receiver r 100")
        peer.send("r", *[text_message(str(number)) for number in range(150)])
        run.wait_line("100")
        # A hundred are unsettled: the rest waits at the peer until the agent settles some.
        before = len(peer.wait("attach sender go"))
        assert "150" not in run.lines
        peer.answer_attach("go")
        peer.wait_until(lambda: any(frame.startswith("flow receiver r ") for frame in peer.frames[before:]), "credit")
        run.wait_line("50")


def test_without_a_message_callback_messages_are_accepted_and_discarded() -> None:
    with RawPeer() as peer, AgentRun(RECEIVE % "null", URL=peer.url):
        peer.wait("flow receiver r 100")
        peer.send("r", *[text_message(str(number)) for number in range(250)])
        peer.wait("accepted 249")
        assert "detach receiver r" not in peer.frames


def test_messages_reach_only_their_own_callback() -> None:
    script = """
    function onEvent(event, detail) {
        server.log(event);
        if (event == "CONNECTION_OPEN") session <- conn.opensession(onEvent);
        if (event != "SESSION_OPEN") return;
        one <- session.openreceiver("1", onEvent, function(ds) { server.log("one " + ds[0].message().body()); });
        two <- session.openreceiver("2", onEvent, function(ds) { server.log("two " + ds[0].message().body()); });
    }
    conn <- amqp.openconnection(URL, onEvent);
    """
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("flow receiver 2 100")
        run.wait_lines(4)
        peer.send("2", text_message("b"))
        peer.send("1", text_message("a"))
        assert run.wait_lines(6)[4:] == ["two b", "one a"]


def test_properties_after_settlement() -> None:
    """As a token exchange does: accept first, then look."""
    script = (
        RECEIVE % "onMessages"
        + """
    function onMessages(deliveries) {
        foreach (d in deliveries) {
            d.accept();
            local p = d.message().properties();
            server.log(p["status-code"] + " " + typeof p["status-code"] + " " + p["status-description"]);
        }
    }"""
    )
    answer = Message("", properties={"status-code": int32(200), "status-description": "OK"}).encode()
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("flow receiver r 100")
        peer.send("r", answer)
        assert run.wait_lines(1) == ["200 integer OK"]


def test_type_name_and_arguments_of_a_delivery() -> None:
    script = (
        RECEIVE % "onMessages"
        + """
    function attempt(f) { try f() catch (e) server.log(e); }
    function onMessages(deliveries) {
        local d = deliveries[0];
        server.log(typeof d + " " + type(d) + " " + typeof d.message());
        foreach (method in ["message", "accept", "reject", "release"]) {
            local name = method;
            attempt(@() d[name](1));
            attempt(@() d[name].call(receiver));
        }
        attempt(@() d.modify());
        server.log((d.accept() == null) + " " + (d.reject() == null) + " " + (d.release() == null));
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("flow receiver r 100")
        peer.send("r", text_message("x"))
        assert run.wait_lines(11) == [
            "amqpdelivery meta amqpmessage",
            *[
                "wrong number of parameters",
                "parameter 0 has an invalid type 'meta' ; expected: 'amqpdelivery'",
            ]
            * 4,
            "the index 'modify' does not exist",
            "true true true",
        ]
        peer.wait("accepted 0")


def test_malformed_message_is_an_error_that_can_be_caught() -> None:
    script = (
        RECEIVE % "onMessages"
        + """
    function onMessages(deliveries) {
        try { deliveries[0].message().body(); } catch (e) { server.log(e); }
        deliveries[0].reject();
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("flow receiver r 100")
        peer.send("r", b"rubbish")
        assert run.wait_lines(1) == ["malformed AMQP message: a section must begin with a descriptor"]
        peer.wait("rejected 0")


def test_aborted_delivery_is_not_told_and_gives_its_credit_back() -> None:
    script = (
        RECEIVE % "onMessages"
        + """
    function onMessages(deliveries) { foreach (d in deliveries) server.log(d.message().body()); }
    """
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("flow receiver r 100")

        def begin() -> None:
            link = peer.link("r")
            link.delivery("half")
            link.stream(b"x" * 100_000)

        peer.run(begin)
        peer.run(lambda: peer.link("r").current.abort())
        peer.send("r", text_message("whole"))
        assert run.wait_lines(1) == ["whole"]
        peer.wait("accepted 1")


def test_presettled_messages() -> None:
    script = (
        RECEIVE % "onMessages"
        + """
    function onMessages(deliveries) { foreach (d in deliveries) { server.log(d.message().body()); d.accept(); } }
    """
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("flow receiver r 100")

        def send() -> None:
            link = peer.link("r")
            for number in range(100):
                delivery = link.delivery(str(number))
                link.stream(text_message(str(number)))
                link.advance()
                delivery.settle()

        peer.run(send)
        peer.run(send)
        assert run.wait_lines(200) == [str(number) for number in range(100)] * 2


def test_presettled_messages_take_credit_until_the_script_is_done_with_them() -> None:
    script = (
        RECEIVE % "onMessages"
        + """
    kept <- [];
    function onMessages(deliveries) {
        kept.extend(deliveries);
        server.log(kept.len());
        if (kept.len() == 100) go <- session.opensender("go", function(event, detail) { kept.clear(); });
    }"""
    )
    with RawPeer(mute={"begin"}) as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("begin")
        peer.mute = {"attach"}
        peer.run(peer.open_first_session)
        peer.wait("attach receiver r")
        peer.answer_attach("r")
        peer.wait("flow receiver r 100")

        def send() -> None:
            link = peer.link("r")
            for number in range(150):
                delivery = link.delivery(str(number))
                link.stream(text_message(str(number)))
                link.advance()
                delivery.settle()

        peer.run(send)
        run.wait_line("100")
        # Nothing limits what waits for a slow script if credit is given back before the script is done.
        frames = peer.wait("attach sender go")
        assert len([frame for frame in frames if frame.startswith("flow receiver r ")]) == 1
        peer.answer_attach("go")
        run.wait_line("50")


def test_message_without_any_bytes() -> None:
    script = (
        RECEIVE % "onMessages"
        + """
    function onMessages(deliveries) {
        foreach (d in deliveries) server.log(d.message().body() == null && d.message().properties().len() == 0);
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("flow receiver r 100")
        peer.send("r", b"", text_message("x"))
        assert run.wait_lines(2) == ["true", "false"]
        peer.wait("accepted 1")
