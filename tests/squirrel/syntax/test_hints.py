"""Hints: what to write instead of what does not compile."""

from __future__ import annotations

from pathlib import Path

import pytest

from squirrel import VM, CompileError
from squirrel.syntax.hints import hint

PROGRAMS = Path(__file__).resolve().parents[2] / "lang" / "syntax"

CASES = [
    ("var x = 1", "declare a variable with 'local': local x"),
    ("let x = 1;", "declare a variable with 'local': local x"),
    ("int x = 5", "variables have no type: declare one with 'local': local x"),
    (
        "const x = foo();",
        "a constant is an integer, a float or a string, written out; use a global slot for others: NAME <- value",
    ),
    ("const A = 1 + 2", "a constant is one number or string, no expression; use a global slot: NAME <- value"),
    ("for (local i = 0, i < 5 ; i++) {}", "separate the three parts of 'for' by ';': for (local i = 0; i < 10; i++)"),
    ("for (local i = 0; i < 5, i++) {}", "separate the three parts of 'for' by ';': for (local i = 0; i < 10; i++)"),
    ("for (var i = 0; i < 5; i++) {}", "declare a variable with 'local': local i"),
    ("for (local i in [1]) {}", "write 'foreach (value in container)' or 'foreach (key, value in container)'"),
    ("foreach (x : list) {}", "write 'foreach (value in container)' or 'foreach (key, value in container)'"),
    ("foreach (local x in list) {}", "write 'foreach' without 'local': it declares its variables itself"),
    ("foreach x in list {}", "what follows 'foreach' stands in parentheses: foreach (...)"),
    ("for each (x in list) {}", "write 'foreach (value in container)' or 'foreach (key, value in container)'"),
    ("x = ;", "a value is missing after '='"),
    ("x =", "a value is missing after '='"),
    ("return ;x = ]", "a value is missing after '='"),
    ("f(1, );", "leave out the ',' before the ')'"),
    ("x = 5 % \n", "a value is missing after '%'"),
    ("[1,,2]", "a value is missing before the ','"),
    ('@include "lib.nut"', "'@include' is a directive of the Builder preprocessor: run the file through Builder first"),
    (
        "@if DEBUG\nfoo()\n@endif",
        "'@if' is a directive of the Builder preprocessor: run the file through Builder first",
    ),
    ("local a = @{VAR};", "'@{...}' is an expression of the Builder preprocessor: run the file through Builder first"),
    ("local t = {class=5}", 'a reserved word as a key is written ["class"] = value'),
    ("local t = {a=1, function=5}", 'a reserved word as a key is written ["function"] = value'),
    ("t.class = 5", '"class" is a reserved word: write ["class"] in place of .class'),
    ("local class = 5", "'class' is a reserved word, which cannot be a name"),
    ('local t = {"a" = 1}', 'write "key": value, or ["key"] = value'),
    ("local t = {a: 1}", 'write a = value, or "a": value'),
    ("local t = {'a': 1}", 'keys are in double quotes: "key": value'),
    ("local t = {1: 2}", "a key that is a number is written [1] = value"),
    ("local a = 1 local b = 2", "end the statement before 'local' with ';' or a new line"),
    ("foo() bar()", "end the statement before 'bar' with ';' or a new line"),
    ("if (a) { b() } elseif (c) { d() }", "write 'else if'"),
    ("if (a) b()\nelif (c) d()", "write 'else if'"),
    ("if a == b { c() }", "what follows 'if' stands in parentheses: if (...)"),
    ("if (a) then b()", "write 'if (condition) statement' without 'then'"),
    ("if (x): y", "blocks are written in braces: { ... }"),
    ("function f(a = 1, ...) {}", "leave out the default values, or the '...'"),
    ("function f(a = 1, b) {}", "a parameter after one with a default value needs one too: b = null"),
    ("function f(...args) {}", "'...' has no name: the arguments are in 'vargv'"),
    ("function f(int a) {}", "parameters have no types: write only the name"),
    ("def f(x) { }", "write 'function f(...)'"),
    ("function A.b() {}", "write 'function A::b()'"),
    ("function () {}", "a function needs a name here; without one it is a value: local f = function() { ... }"),
    ("function f { }", "write 'function f()'"),
    ("local x = function f() {}", "a function that is a value has no name: write 'function(...)'"),
    (
        "local f = (x) => x + 1",
        "a lambda is written '@(a, b) expression'; for statements write 'function(a, b) { ... }'",
    ),
    ("list.map(x => x)", "a lambda is written '@(a, b) expression'; for statements write 'function(a, b) { ... }'"),
    ("local f = () => 1", "a lambda is written '@(a, b) expression'; for statements write 'function(a, b) { ... }'"),
    (
        "x = @(a) { return a }",
        "a lambda is written '@(a, b) expression'; for statements write 'function(a, b) { ... }'",
    ),
    ("@(x) return x", "the body of a lambda is an expression, without 'return'"),
    ("a &&= b", "write it out: a = a && b"),
    ("a ** b", "powers are 'math.pow(x, y)'"),
    ("a === b", "equality is '=='"),
    ("a !== b", "inequality is '!='"),
    ("a ?? b", "write it out: a != null ? a : b"),
    ("x := 5", "assign with '='; a new slot is made with '<-'"),
    ("x -> y", "members are written 'object.member'; a new slot is made with '<-'"),
    ("x::y", "a member is written 'x.y'"),
    ("if (a and b) {}", "'and' is written '&&'"),
    ("if (not a) {}", "'not' is written '!'"),
    ("function f() {\n  if (x) {\n    g()\n  }\n", "the '{' of line 1 is not closed"),
    ('server.log("a"', "the '(' of line 1 is not closed"),
    ("foo(function() {\n  bar(1\n})", "the '(' of line 2 is not closed"),
    ("function f() { } }", "there is nothing open that this '}' could close"),
    ("foo())", "there is nothing open that this ')' could close"),
    ('"abc', "the string that begins on line 1 is not closed"),
    ('local s = "abc\nfoo()', 'close the string before the end of the line, or write @"..." for one of several lines'),
    ('local s = @"abc\nfoo()', "the string that begins on line 1 is not closed"),
    ("foo()\n/* comment\n foo()", "the comment that begins on line 2 is not closed"),
    ("local s = 'hello'", 'single quotes hold one character; strings are written "..."'),
    ('"\\d+"', 'a backslash is written "\\\\", or the string as @"..."'),
    ("enum E { A = f() }", "the value of a member is an integer, a float or a string, written out"),
    ("enum E { A; B }", "the members of an enum are separated by ','"),
    ("enum E { A }; E.C", "the enum 'E' has no member 'C'"),
    ("enum E { A }; E.A = 1", "constants and members of enums cannot be changed"),
    ("const A = 1; A = 2", "constants and members of enums cannot be changed"),
    ("const A = 1; A++", "'++' and '--' change a variable or a slot, nothing else"),
    (
        "const A = true",
        "a constant is an integer, a float or a string, written out; use a global slot for others: NAME <- value",
    ),
    ("f() = 2", "only a variable or a slot can be assigned to"),
    ("if (f() = 2) {}", "compare with '=='"),
    ("local a = 1; a <- 2", "'<-' makes a slot of a table; assign to a local variable with '='"),
    ("local a = 1; delete a", "'delete' removes slots of tables; set the variable to null instead"),
    ("local a.b = 1", "a slot of an object is set without 'local'"),
    ("try { f() }", "a 'try' statement is followed by 'catch (error) { ... }'"),
    ("try { f() } finally { g() }", "there is no 'finally': put the code behind the 'catch' block"),
    ("try { f() } catch (e) { g() } finally { h() }", "there is no 'finally': put the code behind the 'catch' block"),
    ("try { f() } catch { g() }", "name the error: catch (error) { ... }"),
    ("class A { x }", "give the member a value: x = null"),
    ("class A { var x = 1; }", "members are declared without 'var': name = value"),
    ("class A { x = 1, y = 2 }", "members are separated by ';' or new lines, not by ','"),
    ("class A { x: 1 }", "a member is given its value with '=': x = value"),
    ("class A { f() {} }", "methods begin with 'function': function f(...)"),
    ("class A : B {}", "write 'class A extends B'"),
    ('print "x"', "a call needs parentheses around its arguments"),
    ('throw new Error("x")', "an instance is made by calling the class, without 'new'"),
    ("switch (x) { default: a(); case 1: b() }", "'default' has to be the last one in a 'switch'"),
    ("switch (x) { case 1, 2: b() }", "each value has a 'case' of its own: case 1: case 2:"),
    ("switch (x) { foo() }", "statements of a 'switch' stand behind a 'case value:'"),
    ("local a = 018", "a number that begins with 0 is octal: its digits are 0 to 7"),
    ("local a = 1_000", "digits are written without '_'"),
    ("a..b", "strings are joined with '+'; a variable number of parameters is '...'"),
    ("f(...args)", "arrays are not spread: call with one by 'f.acall(array)', whose first item is 'this'"),
    ("break", "a function is left with 'return'"),
    ("a ? b", "write both values: condition ? value : other"),
    ("do { x() } until (y)", "a 'do' statement is followed by 'while (condition)'"),
    ('x = "a" "b"', "strings are joined with '+'"),
    ("a\n[1]", "put a ',' (in a table) or a ';' before the '[', or write it on the line above"),
    ("else { }", "this 'else' has no 'if': only one statement or block may stand between"),
    ("x = yield 1", "'yield' gives no value: it is a statement of its own"),
    ("locl a = 1", "perhaps 'local' is meant in place of 'locl'"),
    ("x = a\nforeah (v in {}) print(v)", "perhaps 'foreach' is meant in place of 'foreah'"),
]

BYTES = [
    ("\ufefflocal a = 1", "there is a byte order mark here: take it out"),
    ("x = \u201cabc\u201d", 'strings need straight quotes: "'),
    ("x = a \u2013 b", "write a plain '-'"),
    ("x = \u00a05", "write a plain blank in place of the no-break space"),
    ("local \u00e9 = 1", "only strings and comments can hold letters and signs beyond ASCII"),
    ("x = `abc`", 'strings are written "..."'),
]

WITHOUT = [
    "x = a : b",
    "1 ~ 2",
    "x = $y",
    "base = 1",
    "this <- 1",
    # The culprit is not what other words of the line or the text of strings and comments look like.
    "local t = { var = 1, let = 2 }; x = t ~ 1",
    'x = "var y => === {" ~ 1 // @include let z',
    "local none = null; x = none ~ 1",
]


def compile_error(source: str) -> CompileError:
    with pytest.raises(CompileError) as caught:
        VM().compile(source)
    return caught.value


@pytest.mark.parametrize(("source", "expected"), CASES)
@pytest.mark.parametrize("before", ["", "\n// a comment\nlocal first = 1;\n"], ids=["first line", "later line"])
def test_hint(source: str, expected: str, before: str) -> None:
    source = before + source
    lines = before.count("\n")
    advice = hint(source, compile_error(source))
    for line in (1, 2):
        expected = (
            expected.replace(f"line {line} ", f"line {line + lines} ", 1) if f"line {line} " in expected else expected
        )
    assert advice == expected


@pytest.mark.parametrize(("text", "expected"), BYTES)
def test_characters_of_word_processors(text: str, expected: str) -> None:
    source = text.encode("utf-8").decode("latin-1")
    assert hint(source, compile_error(source)) == expected


@pytest.mark.parametrize("source", WITHOUT)
def test_no_hint_where_nothing_is_certain(source: str) -> None:
    assert hint(source, compile_error(source)) is None


def test_a_place_outside_the_source_has_no_hint() -> None:
    assert hint("", CompileError("expression expected", "a.nut", 9, 1)) is None
    assert hint("x = ;", CompileError("expression expected", "a.nut", 1, 80)) is None


def test_a_comment_over_several_lines_does_not_mislead() -> None:
    source = "/* a\n b */ var x = ;"
    assert hint(source, compile_error(source)) is None


def test_the_end_of_a_source_is_its_first_nul() -> None:
    source = "foo(1\0)"
    assert hint(source, compile_error(source)) == "the '(' of line 1 is not closed"


@pytest.mark.parametrize("program", sorted(PROGRAMS.glob("*.nut")), ids=lambda path: path.stem)
def test_programs_cut_off_anywhere(program: Path) -> None:
    """Whatever the error, looking for a hint raises nothing, and a hint is one line of printable text."""
    source = program.read_bytes().decode("latin-1")
    for length in range(len(source)):
        cut = source[:length]
        try:
            VM().compile(cut)
        except CompileError as error:
            advice = hint(cut, error)
            assert advice is None or (advice and "\n" not in advice and "\u25b8" not in advice)


@pytest.mark.parametrize("text", ["(", "[", "{a=", "f(a, ", "x = (y ", "@(a) {", "-- ", '"" ', "class A { x = "])
@pytest.mark.timeout(20)
def test_long_sources_take_no_time(text: str) -> None:
    source = text * 50_000
    hint(source, compile_error(source))
