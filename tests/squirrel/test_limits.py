"""Depth and size: large programs and values work, or end in an error that a script can catch. The process survives."""

from __future__ import annotations

import pytest

from imp_runtime.testing.language import with_large_stack


def output_of(source: str) -> str:
    outcome = with_large_stack(source)
    assert outcome.compile_error is None, outcome.compile_error
    assert outcome.error is None, outcome.error
    return outcome.output


def test_twenty_thousand_nested_calls() -> None:
    source = "function down(n) { return n == 0 ? 0 : 1 + down(n - 1) } print(down(20000))"
    assert output_of(source) == "20000"


RECURSIONS = {
    "a plain call": "function f() { f() } f()",
    "a method": "class A { function m() { this.m() } } A().m()",
    "a constructor": "class A { constructor() { A() } } A()",
    "a closure": "local f = null; f = @() f(); f()",
    "call": "function f() { f.call(this) } f()",
    "acall": "function f() { f.acall([this]) } f()",
    "_get": "local d = { function _get(k) { return this.missing } }; local t = {}; t.setdelegate(d); t.x",
    "_tostring": 'local d = { function _tostring() { return "" + this } }; local t = {}; t.setdelegate(d); "" + t',
    "_cmp": "class A { function _cmp(o) { return this < o ? 1 : 0 } } A() < A()",
    "_call": "class A { function _call(...) { return this() } } A()()",
    "a sort callback": "function f(a, b) { [2, 1].sort(f); return 0 } [2, 1].sort(f)",
    "a map callback": "function f(v) { [1].map(f) } [1].map(f)",
    "generators": "function g() { foreach (v in g()) yield v } foreach (v in g()) {}",
    "default values": "function f(a = null) { f(a); f() } f()",
    "nested expressions": "function f() { return " + "1 + (" * 300 + "f()" + ")" * 300 + " } f()",
}


@pytest.mark.parametrize("recursion", RECURSIONS.values(), ids=RECURSIONS.keys())
def test_endless_recursion_can_be_caught(recursion: str) -> None:
    source = f'try {{ {recursion} }} catch (e) {{ print(e.find("stack overflow") != null) }} print(" alive")'
    outcome = with_large_stack(source.replace('e.find("stack', 'e.tolower().find("stack'))
    assert (outcome.output, outcome.error) == ("true alive", None)


def test_a_source_of_a_megabyte() -> None:
    line = "x = x + 1; // and a comment to fill the line up\n"
    count = 1_000_000 // len(line)
    assert output_of("x <- 0;\n" + line * count + "print(x)") == str(count)


@pytest.mark.parametrize(("left", "right"), [("(", ")"), ("[", "]"), ("{a=", "}")])
def test_fifty_thousand_nested_brackets(left: str, right: str) -> None:
    outcome = with_large_stack("local x = " + left * 50_000 + "1" + right * 50_000)
    assert outcome.compile_error is not None
    assert outcome.compile_error.message == "nesting too deep"


def test_a_literal_of_a_hundred_thousand_elements() -> None:
    assert output_of("local a = [" + "1," * 100_000 + "]; print(a.len())") == "100000"
    assert output_of("local t = {" + "".join(f"k{i}={i}," for i in range(100_000)) + "}; print(t.len())") == "100000"


def test_a_chain_of_a_hundred_thousand_terms() -> None:
    assert output_of("local one = 1; print(one" + " + one" * 100_000 + ")") == "100001"
    assert output_of("local no = false; print(no" + " || no" * 100_000 + ")") == "false"


def test_a_long_chain_of_else_if() -> None:
    chain = "".join(f"if (n == {i}) print({i}) \n else " for i in range(1500))
    assert output_of(f"local n = 1499; {chain} print(-1)") == "1499"
    outcome = with_large_stack(f"local n = 1499; {chain * 10} print(-1)")
    assert outcome.compile_error is not None
    assert outcome.compile_error.message == "nesting too deep"


def test_a_string_of_ten_megabytes() -> None:
    source = (
        'local s = "0123456789"; while (s.len() < 10000000) s += s;'
        'print(s.len() + " " + s.find("9", 9999999) + " " + s.slice(-3) + " " + split(s, "5").len())'
    )
    length = 10
    while length < 10_000_000:
        length *= 2
    assert output_of(source) == f"{length} 9999999 789 {length // 10 + 1}"


def test_a_list_of_a_million_links_is_dropped() -> None:
    assert output_of("local t = null; for (local i = 0; i < 1000000; i++) t = { n = t }; t = null; print(1)") == "1"


def test_ten_thousand_suspended_generators() -> None:
    source = (
        "function g() { yield 1; yield 2 } local all = [];"
        "for (local i = 0; i < 10000; i++) { local x = g(); resume x; all.append(x) }"
        "local sum = 0; foreach (x in all) sum += resume x; all.clear(); print(sum)"
    )
    assert output_of(source) == "20000"
