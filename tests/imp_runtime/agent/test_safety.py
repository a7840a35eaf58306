"""Scripts reach nothing of the machine: no file, no environment, no Python object by any way."""

from __future__ import annotations

import pytest

from imp_runtime.agent import Agent
from imp_runtime.status import ExitStatus
from tests.in_process import run

NAMES = [
    "__class__",
    "__dict__",
    "__init__",
    "__globals__",
    "__builtins__",
    "__subclasses__",
    "__code__",
    "body",
    "member",
    "set_member",
    "native_name",
    "host_name",
    "text",
    "anchor",
    "machine",
    "environment_",
    "code",
    "slots",
    "_agent",
    "_functions",
    "_log",
    "timer",
    "args",
    "with_traceback",
]
OBJECTS = [
    "server",
    "imp",
    "amqp",
    "server.log",
    "imp.wakeup",
    "imp.wakeup(0, @() 0)",
    "imp.configparams",
    "blob(1)",
    'regexp("a")',
    "function() {}",
    "(class {})",
    "(class {})()",
    "[]",
    "{}",
    '"text"',
    "1",
    "1.5",
    "null",
    "true",
    "getroottable()",
    "({}).weakref()",
    "(function() { yield 1 })()",
]


@pytest.mark.parametrize("target", OBJECTS)
def test_python_names_are_no_members(target: str) -> None:
    names = ", ".join(f'"{name}"' for name in NAMES)
    ran = run(
        f"local target = {target};\n"
        f"foreach (name in [{names}]) {{\n"
        '    try { local found = target[name]; server.log("reached " + name + ": " + found); }\n'
        '    catch (e) { if (e != "the index \'" + name + "\' does not exist") server.log(name + ": " + e); }\n'
        '    if (typeof target == "table" || typeof target == "class") continue;\n'
        '    try { target[name] = 1; server.log("set " + name); } catch (e) {}\n'
        "}"
    )
    assert ran.lines == []


@pytest.mark.parametrize(
    "source",
    [
        "nosuch",
        "server.nosuch",
        "server.log()",
        "imp.wakeup(1)",
        "imp.cancelwakeup(1)",
        "imp.wakeup(-1, @() 0)",
        "http.x",
        "blob(1)[5]",
        "null()",
        '"a" - 1',
        "[1][5]",
        "1 / 0",
        '"x".tointeger()',
        "imp.x = 1",
        'regexp("(")',
        'amqp.openconnection("x", @(a, b) 0)',
    ],
)
def test_errors_are_strings(source: str) -> None:
    ran = run(f'try {{ {source}; server.log("no error") }} catch (e) {{ server.log(type(e)); e[0]; }}')
    assert ran.lines == ["string"]


@pytest.mark.parametrize(
    "name",
    [
        "open", "file", "io", "stdin", "stdout", "system", "remove", "rename", "getenv", "loadfile", "dofile",
        "writeclosure", "compilestring", "setdebughook", "seterrorhandler", "getstackinfos", "setroottable",
        "getconsttable",
        "newthread", "suspend", "import", "eval", "exec", "os", "sys",
    ],
)  # fmt: skip
def test_dangerous_globals_are_absent(name: str) -> None:
    assert run(f'server.log("{name}" in getroottable());').lines == ["false"]


def test_no_member_of_a_native_is_enumerable() -> None:
    ran = run(
        "foreach (target in [server, imp, amqp, imp.wakeup(0, @() 0)]) {\n"
        '    try { foreach (k, v in target) server.log("found " + k); } catch (e) { server.log(e); }\n'
        '    try { local copy = clone target; server.log("cloned"); } catch (e) { server.log(e); }\n'
        "}"
    )
    assert ran.lines == [line for name in ("server", "imp", "amqp", "timer") for line in (
        "cannot iterate meta", f"cannot clone {name}")]  # fmt: skip


def test_natives_cannot_be_given_a_foreign_this() -> None:
    ran = run(
        "local timer = imp.wakeup(0, @() 0);\n"
        "try { imp.cancelwakeup.call({}, server); } catch (e) { server.log(e); }\n"
        "try { blob(1).writen.call(server, 1, 'b'); } catch (e) { server.log(\"refused\"); }\n"
        'try { blob(1).len.bindenv({})(); server.log("accepted"); } catch (e) { server.log("refused"); }'
    )
    assert ran.lines == [
        "parameter 1 has an invalid type 'meta' ; expected: 'null|string|timer'",
        "refused",
        "refused",
    ]


LONG = """
local s = "0123456789abcdef";
while (s.len() < 4000000) s += s;
local message = amqp.createmessage(s);
for (local round = 0; round < ROUNDS; round++) CALL;
"""


@pytest.mark.parametrize(
    "call",
    [
        "server.log(s)",
        "server.error(s)",
        "print(s)",
        "amqp.createmessage(s)",
        "amqp.createbinarymessage(s)",
        'amqp.createmessage("", { a = s })',
        "message.body()",
        "message.properties()",
        "s.toupper()",
        'split(s, "a")',
    ],
)
def test_each_call_with_a_long_string_lets_others_run_and_stop_it(call: str) -> None:
    def pauses(rounds: int) -> int:
        count = 0

        def pause() -> None:
            nonlocal count
            count += 1

        def prepare(agent: Agent) -> None:
            agent.machine.pause = pause

        script = LONG.replace("ROUNDS", str(rounds)).replace("CALL", call)
        assert run(script, prepare).status is ExitStatus.OK
        return count

    assert pauses(5) >= pauses(0) + 5
