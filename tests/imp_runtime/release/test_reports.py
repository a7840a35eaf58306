"""Reports of open handles: which only a cycle keeps open, which cycle that is, and what holds the others."""

from __future__ import annotations

import gc
import threading
import types

import pytest

from imp_runtime.handles.frames import Place, calling_place
from imp_runtime.handles.references import References
from imp_runtime.status import ExitStatus
from squirrel.nodes.base import Frame
from squirrel.values.base import Value, WeakRef
from squirrel.values.classes import Class
from squirrel.values.function import Cell
from tests.imp_runtime.amqp.agent_run import PATIENCE, AgentRun
from tests.imp_runtime.amqp.raw_peer import RawPeer, text_message

# `scenario()` runs when a session is open; its first line is line 2. `victim()` opens the handle.
SCRIPT = """\
function scenario() {
%s
}
function victim() { return sess.opensender("victim"); }
function onEvent(event, detail) {
    if (event == "CONNECTION_OPEN") sess <- conn.opensession();
    if (event == "SESSION_OPEN") { scenario(); server.log("ready"); }
}
conn <- amqp.openconnection(URL, onEvent);
"""
VICTIM = "sender to 'victim' (opened at agent.nut:4)"

CYCLES = {
    "table": ("local t = { v = victim() }; t.me <- t;", "table .me -> table .v -> sender"),
    "table with other keys": (
        'local t = { [1] = victim(), ["two words"] = null, [true] = null }; t["two words"] = t;',
        'table ["two words"] -> table [1] -> sender',
    ),
    "array": ("local a = [null, victim()]; a[0] = a;", "array [0] -> array [1] -> sender"),
    "array and table": (
        "local a = [], t = { a = a, v = victim() }; a.append(t);",
        "table .a -> array [0] -> table .v -> sender",
    ),
    "far from the cycle": (
        "local t = { far = [{ v = victim() }] }; t.me <- t;",
        "table .me -> table .far -> array [0] -> table .v -> sender",
    ),
    "delegate": (
        "local t = { v = victim() }, d = { t = t }; t.setdelegate(d);",
        "table delegate -> table .t -> table .v -> sender",
    ),
    "closure": (
        "local v = victim(), f; f = function() { f(); return v; };",
        "function (agent.nut:2) outer variable 'f' -> function (agent.nut:2) outer variable 'v' -> sender",
    ),
    "named local function": (
        "local v = victim(), t = {};\nlocal function f() { return [t, v]; }\nt.f <- f;",
        "function f (agent.nut:3) outer variable 't' -> table .f -> "
        "function f (agent.nut:3) outer variable 'v' -> sender",
    ),
    "its own callback": (
        'local v;\nv = sess.opensender("victim", function(event, detail) { v.isopen(); });',
        "sender callback -> function (agent.nut:3) outer variable 'v' -> sender",
    ),
    "a callback within a callback": (
        'local v; v = sess.opensender("victim", function(e, d) { local f = function() { return v; }; t.f <- f; });',
        "sender callback -> function (agent.nut:2) outer variable 'v' -> sender",
    ),
    "a closure in a closure": (
        "local v = victim(), t = {};\n(function() {\nt.f <- function() { return [v, t]; };\n})();",
        "function (agent.nut:4) outer variable 't' -> table .f -> function (agent.nut:4) outer variable 'v' -> sender",
    ),
    "bound environment": (
        "local t = { v = victim() }; t.f <- (function() { }).bindenv(t);",
        "table .f -> function (agent.nut:2) bound this -> table .v -> sender",
    ),
    "bound native function": (
        "local t = { v = victim() }; t.f <- format.bindenv(t);",
        "table .f -> function bound this -> table .v -> sender",
    ),
    "default value": (
        "local t = { }; t.f <- function(a = t, v = victim()) { };",
        "function (agent.nut:2) default value -> table .f -> function (agent.nut:2) default value -> sender",
    ),
    "instance": (
        "local C = class { v = null; me = null; }; local i = C(); i.v = victim(); i.me = i;",
        "instance .me -> instance .v -> sender",
    ),
    "class": (
        "local C; C = class { static v = victim(); function f() { return C; } };",
        "class .f -> function f (agent.nut:2) outer variable 'C' -> class .v -> sender",
    ),
    "base class": (
        "local v = victim(); local B = class { }; local C = class extends B { };\nB.c <- C; B.v <- v;",
        "class .c -> class base -> class .v -> sender",
    ),
    "class attributes": (
        "local t = { v = victim() }; t.c <- class </ t = t /> { };",
        "table .c -> class attributes -> table .t -> table .v -> sender",
    ),
    "member attributes": (
        "local t = { v = victim() }; t.c <- class { </ t = t /> x = 1; };",
        "table .c -> class attributes of .x -> table .t -> table .v -> sender",
    ),
    "constructor": (
        "local v = victim(), C; C = class { constructor() { return [C, v]; } };",
        "function constructor (agent.nut:2) outer variable 'C' -> class .constructor -> "
        "function constructor (agent.nut:2) outer variable 'v' -> sender",
    ),
    "metamethod": (
        "local v = victim(), C; C = class { function _add(other) { return [C, v]; } };",
        "function _add (agent.nut:2) outer variable 'C' -> class ._add -> "
        "function _add (agent.nut:2) outer variable 'v' -> sender",
    ),
    "generator not started": (
        "local t = { }; t.g <- (function(t, v) { yield [t, v]; })(t, victim());",
        "generator argument -> table .g -> generator argument -> sender",
    ),
    "generator that waits": (
        "local t = { }; t.g <- (function(t) { local v = victim(); yield 1; yield [t, v]; })(t); resume t.g;",
        "generator local 't' -> table .g -> generator local 'v' -> sender",
    ),
    "generator's this": (
        "local t = { v = victim(), function g() { yield 1; } }; t.made <- t.g(); resume t.made;",
        "table .made -> generator this -> table .v -> sender",
    ),
    "key of a table": (
        "local t = { v = victim() }; t.u <- { [t] = 1 };",
        "table .u -> table key -> table .v -> sender",
    ),
    "transfer's message and sender are not held": (
        "local t = { v = victim() }; t.x <- t.v.createtransfer(amqp.createmessage(``)); t.me <- t;",
        "table .me -> table .v -> sender",
    ),
}


def test_the_lines_of_the_script() -> None:
    assert SCRIPT.split("\n")[3] == 'function victim() { return sess.opensender("victim"); }'


@pytest.mark.parametrize(("code", "path"), CYCLES.values(), ids=CYCLES.keys())
def test_cycle(code: str, path: str) -> None:
    script = SCRIPT % code.replace("`", '"')
    line = 4 + code.count("\n")
    opened = 2 + code[: code.find('sess.opensender("victim"')].count("\n") if "sess.opensender" in code else line
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("ready")
        assert run.stop() == [f"sender to 'victim' (opened at agent.nut:{opened}) is kept open only by a cycle: {path}"]
        # The end of the run closes it all the same.
        peer.wait("detach sender victim")


HELD = {
    "root table": ("::v <- victim();", "root table .v -> sender"),
    "table of the root table": ("::t <- { u = { v = victim() } };", "root table .t -> table .u -> table .v -> sender"),
    "cycle that the root table holds": ("::t <- { v = victim() }; t.me <- t;", "root table .t -> table .v -> sender"),
    "timer": (
        "local v = victim(); imp.wakeup(60, function() { v; });",
        "timer -> function (agent.nut:2) outer variable 'v' -> sender",
    ),
    "named timer": (
        "local v = victim(); imp.wakeup(60, function() { v; }, `name`);",
        "timer -> function (agent.nut:2) outer variable 'v' -> sender",
    ),
    "transfer under way": (
        "local v = victim(); v.createtransfer(amqp.createmessage(``)).sendasync(function() { v; });",
        "transfer under way -> amqptransfer callback -> function (agent.nut:2) outer variable 'v' -> sender",
    ),
    "callback of another handle": (
        "local v = victim(); ::other <- sess.opensession(function(event, detail) { v; });".replace(
            "sess.opensession(", "conn.opensession("
        ),
        "root table .other -> session callback -> function (agent.nut:2) outer variable 'v' -> sender",
    ),
    "message callback": (
        "local v = victim(); ::other <- sess.openreceiver(`r`, null, function(deliveries) { v; });",
        "root table .other -> receiver message callback -> function (agent.nut:2) outer variable 'v' -> sender",
    ),
    "exception handler": (
        "local v = victim(); imp.onunhandledexception(function(text) { v; });",
        "handler of imp.onunhandledexception -> function (agent.nut:2) outer variable 'v' -> sender",
    ),
    "table of a module": (
        "imp.configparams.v <- victim();",
        "root table .imp -> imp configparams -> table .v -> sender",
    ),
    "generator": (
        "::g <- (function() { local v = victim(); yield 1; yield v; })(); resume g;",
        "root table .g -> generator local 'v' -> sender",
    ),
}


@pytest.mark.parametrize(("code", "path"), HELD.values(), ids=HELD.keys())
def test_what_holds_a_handle(code: str, path: str) -> None:
    with RawPeer(credit=0) as peer, AgentRun(SCRIPT % code.replace("`", '"'), leaks=True, URL=peer.url) as run:
        run.wait_line("ready")
        lines = run.stop()[0].split("\n")
        assert f"  {VICTIM}: held by {path}" in lines
        assert lines[0] == f"{len(lines) - 1} open handles:"
        assert (
            f"  connection to 127.0.0.1:{peer.port} (opened at agent.nut:9): held by root table .conn -> connection"
            in lines
        )
        assert "  session (opened at agent.nut:6): held by root table .sess -> session" in lines


@pytest.mark.parametrize(("code", "path"), HELD.values(), ids=HELD.keys())
def test_what_is_held_is_not_reported_as_a_cycle(code: str, path: str) -> None:
    with RawPeer(credit=0) as peer, AgentRun(SCRIPT % code.replace("`", '"'), URL=peer.url) as run:
        run.wait_line("ready")
        assert run.stop() == []


def test_closed_handles_are_not_reported() -> None:
    code = "local t = { v = victim() }; t.me <- t; t.v.close(); local u = { v = victim() }; u.me <- u;"
    script = SCRIPT.replace("onEvent(event, detail) {", "onEvent(event, detail) { server.log(event);")
    with RawPeer() as peer, AgentRun(script % code, URL=peer.url) as run:
        run.wait_line("SENDER_OPEN")
        peer.detach("victim")
        run.wait_line("SENDER_CLOSED")
        assert run.stop() == []


def test_equal_lines_are_told_once() -> None:
    code = "for (local i = 0; i < 3; i++) { local t = { v = victim() }; t.me <- t; }"
    with RawPeer() as peer, AgentRun(SCRIPT % code, URL=peer.url) as run:
        run.wait_line("ready")
        [line] = run.stop()
        assert line == f"{VICTIM} is kept open only by a cycle: table .me -> table .v -> sender (3 times)"


def test_deliveries_that_are_not_settled() -> None:
    code = '::r <- sess.openreceiver("r", null, function(ds) { ds.append(ds); server.log("got"); });'
    with RawPeer() as peer, AgentRun(SCRIPT % code, URL=peer.url) as run:
        peer.wait("flow receiver r 100")
        peer.send("r", text_message("x"), text_message("y"))
        run.wait_line("got")
        assert run.stop() == [
            "delivery is kept open only by a cycle: array [2] -> array [0] -> delivery",
            "delivery is kept open only by a cycle: array [2] -> array [1] -> delivery",
        ]


def test_run_that_ends_by_itself_says_nothing() -> None:
    with RawPeer() as peer, AgentRun(SCRIPT % "local v = victim(); conn = null;", URL=peer.url) as run:
        run.end()
        assert run.diagnoses == []


def test_with_leaks_the_end_tells_that_nothing_is_open() -> None:
    with RawPeer() as peer, AgentRun(SCRIPT % "conn = null;", leaks=True, URL=peer.url) as run:
        run.end()
        assert run.diagnoses == ["no open handles"]


def test_uncaught_error_reports_too() -> None:
    code = 'local t = { v = victim() }; t.me <- t; throw "x";'
    with RawPeer() as peer, AgentRun(SCRIPT % code, URL=peer.url) as run:
        assert run.end_status() is ExitStatus.RUNTIME_ERROR
        assert run.diagnoses == [f"{VICTIM} is kept open only by a cycle: table .me -> table .v -> sender"]


def test_secrets_of_names_are_hidden() -> None:
    code = 'sess.opensender("x?sig=abcdef"); local s = sess.opensender("y?sig=abcdef"), t = { s = s }; t.me <- t;'
    with RawPeer() as peer, AgentRun(SCRIPT % code, URL=peer.url) as run:
        run.wait_line("ready")
        [line] = run.stop()
        assert line.startswith("sender to 'y?sig=***' (opened at agent.nut:2) is kept open")


def test_names_stay_on_one_line() -> None:
    code = 'local t = { s = sess.opensender("a\\nb\\x1b[1m"), ["x\\ny"] = null }; t["x\\ny"] = t;'
    with RawPeer() as peer, AgentRun(SCRIPT % code, URL=peer.url) as run:
        run.wait_line("ready")
        assert run.stop() == [
            r"sender to 'a\x0ab\x1b[1m' (opened at agent.nut:2) is kept open only by a cycle: "
            r'table ["x\x0ay"] -> table .s -> sender'
        ]


def test_there_is_no_place_where_no_script_runs() -> None:
    """A native function may be called straight from a timer."""
    places: list[Place | None] = []
    asked = threading.Event()
    with RawPeer() as peer, AgentRun(SCRIPT % "::g <- (function() { yield 1; })(); resume g;", URL=peer.url) as run:
        run.wait_line("ready")

        def ask() -> None:
            places.append(calling_place(run.agent.machine))
            asked.set()

        run.post(ask)
        assert asked.wait(PATIENCE)
    assert places == [None]


# The walk along references misses nothing: what it finds is what Python's collector sees.

EVERYTHING = """
class Base </ a = {} /> {
    </ b = [] /> x = {};
    static y = [1];
    constructor(z = [2]) { x = z; }
    function m() { return x; }
}
class Derived extends Base { function _add(other) { return [other]; } function m() { return base.m(); } }
table <- { a = [[], {}], [1.5] = {}, [true] = {}, d = Derived(), weak = {}.weakref() };
table.setdelegate({ e = {} });
local captured = {}, again = [captured];
closures <- [function(p = {}) { return captured; }, @() again];
bound <- [(@() 1).bindenv({ env = 1 }), strip.bindenv({ env = 2 })];
function generate(a) { local b = [a]; yield b; local c = {}; yield c; }
generators <- [generate({}), generate({}), generate({})];
resume generators[1];
resume generators[2];
resume generators[2];
instances <- { [Base()] = Derived({}) };
blobs <- [blob(3), regexp("a")];
connection <- amqp.openconnection(URL, function(event, detail) { captured; });
session <- connection.opensession(function(event, detail) { again; });
receiver <- session.openreceiver("r", null, function(deliveries) { instances; });
transfer <- session.opensender("s").createtransfer(amqp.createmessage("x"));
imp.configparams.mine <- {};
server.log("made");
imp.wakeup(60, @() null);
"""


def seen_by_collector(root: Value) -> dict[int, Value]:
    """All values that are reachable in Python, weak references apart."""
    found: dict[int, Value] = {}
    seen: set[int] = set()
    pending: list[object] = [root]
    while pending:
        part = pending.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, Value):
            if isinstance(part, WeakRef):
                continue
            found[id(part)] = part
        elif not isinstance(part, (list, dict, Cell, Frame, types.CellType, types.MethodType)):
            continue
        pending.extend(gc.get_referents(part))
    return found


def test_walk_finds_what_the_collector_finds() -> None:
    with RawPeer() as peer, AgentRun(EVERYTHING, URL=peer.url) as run:
        run.wait_line("made")
        compared = threading.Event()
        missed: list[Value] = []
        counts: list[int] = []

        def compare() -> None:
            root = run.agent.machine.root
            references = References(None)
            walked: dict[int, Value] = {id(root): root}
            pending: list[Value] = [root]
            while pending:
                for _, value in references.of(pending.pop()):
                    if id(value) not in walked:
                        walked[id(value)] = value
                        pending.append(value)
            seen = seen_by_collector(root)
            # Not values of the script: where a class's members are.
            inner = {id(value.members) for value in seen.values() if isinstance(value, Class)}
            missed.extend(value for number, value in seen.items() if number not in walked and number not in inner)
            counts.append(len(seen))
            compared.set()

        run.post(compare)
        assert compared.wait(PATIENCE)
        assert [type(value).__name__ for value in missed] == []
        assert counts[0] > 100


# While the run goes on.


def test_asked_while_the_agent_waits() -> None:
    with RawPeer() as peer, AgentRun(SCRIPT % "::v <- victim();", URL=peer.url) as run:
        run.wait_line("ready")
        first = run.ask_for_handles()
        assert f"  {VICTIM}: held by root table .v -> sender" in first
        assert run.ask_for_handles() == first


@pytest.mark.parametrize("busy", ["while (true) { mine; }", "imp.sleep(60);", "while (true) [3, 1, 2].sort();"])
def test_asked_while_the_agent_is_busy(busy: str) -> None:
    code = f'local mine = victim(); server.log("busy"); {busy}'
    with RawPeer() as peer, AgentRun(SCRIPT % code, URL=peer.url) as run:
        run.wait_line("busy")
        lines = run.ask_for_handles()
        assert f"  {VICTIM}: held by local 'mine' of function scenario (agent.nut:2) -> sender" in lines


def test_asked_many_times_at_once() -> None:
    with RawPeer() as peer, AgentRun(SCRIPT % 'server.log("busy"); imp.sleep(60);', URL=peer.url) as run:
        run.wait_line("busy")
        askers = [threading.Thread(target=run.ask_for_handles) for _ in range(20)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join(PATIENCE)
        assert len(run.diagnoses) == 20


def test_looking_does_not_keep_a_handle() -> None:
    with RawPeer() as peer, AgentRun(SCRIPT % "::v <- victim();", URL=peer.url) as run:
        run.wait_line("ready")
        for _ in range(3):
            run.ask_for_handles()
        run.post(lambda: run.agent.vm.define("v", None))
        peer.wait("detach sender victim")


def test_a_cycle_can_be_collected_after_it_was_reported() -> None:
    code = "local t = { v = victim() }; t.me <- t; ::collect <- function() { server.log(collectgarbage() > 0); };"
    with RawPeer() as peer, AgentRun(SCRIPT % code, URL=peer.url) as run:
        run.wait_line("ready")
        assert f"  {VICTIM}: held only by a cycle: table .me -> table .v -> sender" in run.ask_for_handles()
        agent = run.agent

        def collect() -> None:
            agent.vm.call(agent.machine.root.get("collect"), agent.machine.root)

        run.post(collect)
        run.wait_line("true")
        peer.wait("detach sender victim")
        assert run.ask_for_handles()[0] == "2 open handles:"


# Where a handle was opened.


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ('::v <- sess.opensender("victim");', 2),
        ('local f = @() sess.opensender("victim");\n::v <- f();', 2),
        ('local g = (function() { yield 1; })();\nresume g;\n::v <- sess.opensender("victim");', 4),
        ('local g = (function() {\nyield sess.opensender("victim");\n})();\n::v <- resume g;', 3),
        ('collectgarbage();\n::v <- sess.opensender("victim");', 3),
        ('[1].map(function(x) {\n::v <- sess.opensender("victim");\n});', 3),
        ('[1].map(function(x) {\ncollectgarbage();\n::v <- sess.opensender("victim");\n});', 4),
        ('local f = function() {\n::v <- sess.opensender("victim");\n};\ncollectgarbage();\nf();', 3),
        ('#line 70 "other.nut"\n::v <- sess.opensender("victim");', 70),
    ],
)
def test_place_of_opening(code: str, line: int) -> None:
    file = "other.nut" if "#line" in code else "agent.nut"
    with RawPeer() as peer, AgentRun(SCRIPT % code, leaks=True, URL=peer.url) as run:
        run.wait_line("ready")
        assert f"  sender to 'victim' (opened at {file}:{line}): held by root table .v -> sender" in run.stop()[
            0
        ].split("\n")


# The collector.


def test_python_collects_nothing_by_itself() -> None:
    """However much garbage the script makes, a cycle keeps its handle."""
    code = """local t = { v = victim() }; t.me <- t; t = null;
    for (local i = 0; i < 20000; i++) { local a = []; a.append(a); }
    ::marker <- sess.opensender("marker");"""
    with RawPeer() as peer, AgentRun(SCRIPT % code, URL=peer.url) as run:
        run.wait_line("ready")
        assert not gc.isenabled()
        assert "detach sender victim" not in peer.before("attach sender marker")
        [line] = run.stop()
        assert line.endswith("is kept open only by a cycle: table .me -> table .v -> sender")


def test_collector_stays_off_while_another_agent_runs() -> None:
    with RawPeer() as peer, AgentRun(SCRIPT % "", URL=peer.url) as first:
        first.wait_line("ready")
        with AgentRun(SCRIPT % "", URL=peer.url) as second:
            second.wait_line("ready")
            first.stop()
            assert not gc.isenabled()
    assert gc.isenabled()
