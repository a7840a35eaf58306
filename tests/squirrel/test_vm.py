"""The VM as hosts use it."""

from __future__ import annotations

import pytest

from squirrel import VM, CompileError, Interrupted, SquirrelError


def test_run_returns_what_the_script_returns() -> None:
    assert VM().run("return 6 * 7") == 42


def test_a_text_is_its_utf8_bytes() -> None:
    assert VM().run('return "\u00e9".len()') == 2
    assert VM().run('return "\u20ac"') == "\u20ac".encode().decode("latin-1")


def test_bytes_are_taken_as_they_are() -> None:
    assert VM().run(b'return "\xe9"[0]') == 0xE9


def test_print_gets_the_bytes() -> None:
    printed: list[str] = []
    VM(print_function=printed.append).run('print("a\u00e9")')
    assert "".join(printed).encode("latin-1") == "a\u00e9".encode()


def test_constants_are_known_to_scripts() -> None:
    assert VM(constants={"LIMIT": 3}).run("return LIMIT + 1") == 4


def test_defined_values_are_root_slots() -> None:
    vm = VM()
    vm.define("answer", 42)
    assert vm.run("return ::answer") == 42


def test_errors_say_where() -> None:
    with pytest.raises(CompileError) as compile_error:
        VM().run("local = 1", "a.nut")
    assert (compile_error.value.file, compile_error.value.line) == ("a.nut", 1)
    with pytest.raises(SquirrelError) as error:
        VM().run("function f() { throw 1 }\nf()", "a.nut")
    assert [(entry.function, entry.file, entry.line) for entry in error.value.trace] == [
        ("f", "a.nut", 1),
        ("main", "a.nut", 2),
    ]


def test_locals_of_a_trace() -> None:
    with pytest.raises(SquirrelError) as error:
        VM().run("local a = 1\n{ local gone = 2 }\nlocal f = function(b) {\n local c = @() b\n throw a }\nf(3)")
    locals_of = [dict(entry.locals()) for entry in error.value.trace]
    assert locals_of[0]["b"] == 3
    assert set(locals_of[0]) == {"b", "c"}
    assert locals_of[1]["a"] == 1
    assert set(locals_of[1]) == {"a", "f"}


def test_a_script_can_be_called_from_the_host_and_stopped() -> None:
    vm = VM()
    vm.run("function add(a, b) { return a + b }\nfunction forever() { while (true) {} }")
    assert vm.call(vm.run("return add"), vm.machine.root, 1, 2) == 3
    vm.interrupt()
    with pytest.raises(Interrupted):
        vm.run("try { forever() } catch (e) { }")


def test_collectgarbage_counts_what_it_released() -> None:
    assert (
        VM().run("collectgarbage(); local t = {}; t.me <- t; local u = [t]; t = u = null; return collectgarbage()") == 1
    )
