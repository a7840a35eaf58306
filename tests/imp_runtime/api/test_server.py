"""The ``server`` object (core sheet, section 4)."""

from __future__ import annotations

import pytest

from tests.in_process import run


def test_anything_can_be_logged() -> None:
    ran = run(
        "server.log(1); server.log(1.5); server.log(null); server.log(true); server.log(blob(2).len());\n"
        'local b = blob(); b.writestring("bytes"); server.log(b);\n'
        'server.log(class { function _tostring() { return "instance" } }());'
    )
    assert ran.lines == ["1", "1.5", "(null : (nil))", "true", "2", "bytes", "instance"]


def test_results_and_prefix() -> None:
    ran = run('local a = server.log("x"); local b = server.error("y"); server.log(a + b);')
    assert ran.lines == ["x", "ERROR: y", "0"]


def test_a_tostring_that_throws_is_the_scripts_error() -> None:
    ran = run('try { server.log(class { function _tostring() { throw "mine" } }()) } catch (e) { server.log(e) }')
    assert ran.lines == ["mine"]


@pytest.mark.parametrize("name", ["save", "load", "restart", "onshutdown"])
def test_what_comes_later_names_itself(name: str) -> None:
    ran = run(f'server.log("{name}" in server); try {{ server.{name}(); }} catch (e) {{ server.log(e); }}')
    assert ran.lines == ["true", f"server.{name} is not available in this version of impsim"]


def test_device_only_members_are_absent() -> None:
    ran = run('try { server.isconnected(); } catch (e) { server.log(e); } server.log("bless" in server);')
    assert ran.lines == ["the index 'isconnected' does not exist", "false"]


def test_print_and_error_go_to_the_log() -> None:
    assert run('print("a"); print("b\\n"); print(1); error("c");').lines == ["a", "b", "1", "c"]
