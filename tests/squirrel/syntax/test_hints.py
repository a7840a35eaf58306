"""Hints: what to write instead of what does not compile."""

from __future__ import annotations

import pytest

from squirrel import VM, CompileError
from squirrel.syntax.hints import hint

CASES = [
    ("var x = 1", "declare a variable with 'local'"),
    ("let x = 1;", "declare a variable with 'local'"),
    ("for (local i = 0, i < 5; i++) {}", "separate the three parts of 'for' with ';'"),
    ("for each (x in [1]) {}", "write 'foreach (value in container)'"),
    ("foreach (x : [1]) {}", "write 'foreach (value in container)' or 'foreach (key, value in container)'"),
    ("for (local x in [1]) {}", "write 'foreach (value in container)'"),
    ("if (1) {}\nelseif (2) {}", "write 'else if'"),
    ("local f = (x) => x + 1", "a lambda is '@(a, b) expression'"),
    ("if (a === b) {}", "compare with '==' and '!='"),
    ("local a = 2 ** 3", "Squirrel has no such operator: write it out"),
    ("try { f() } finally { g() }", "there is no 'finally': put the code after the 'catch' block"),
    ("local t = { class = 5 }", 'a reserved word as a key is written ["class"] = value, or "class": value'),
    ('print "hello"', "call it with parentheses: print(...)"),
    ("local a = ;", "a value is missing before the ';'"),
    ("local a =", "a value is missing at the end of the line"),
    ('@include "lib.nut"', "this is a directive of the Builder preprocessor: run the preprocessed file"),
    ("local a = @{KEY};", "this is an expression of the Builder preprocessor: run the preprocessed file"),
    ("local a = 1 local b = 2", "two statements on one line need a ';' between them"),
    ("local a = 'ab'", "single quotes hold one character; strings have double quotes"),
    ("const A = f()", "a constant is an integer, a float or a string, written out"),
    ("const A = 1; A = 2", "assign to a variable or a slot; constants, calls and literals cannot be changed"),
    ("local a = 1; a <- 2", "'<-' makes a slot of a table; assign to a local variable with '='"),
    ("local a = 018", "a number that begins with 0 is octal: its digits are 0 to 7"),
    ("function f(a = 1, ...) {}", "leave out the default values, or the '...'"),
    ("break", "use 'return' to leave a function"),
    ("function f() {\n  if (x) {\n    g()\n  }\n", "the '{' of line 1 is not closed"),
    ('server.log("a"', "the '(' of line 1 is not closed"),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_hint(source: str, expected: str) -> None:
    with pytest.raises(CompileError) as error:
        VM().compile(source)
    assert hint(source, error.value) == expected


def test_no_hint_where_there_is_nothing_to_say() -> None:
    assert hint("local a = )", CompileError("expression expected", "a.nut", 1, 11)) is None
    assert hint("", CompileError("expression expected", "a.nut", 9, 1)) is None


def test_words_in_strings_and_comments_are_no_culprits() -> None:
    source = 'local a = ")" ) // var x'
    assert hint(source, CompileError("expression expected", "a.nut", 1, 15)) is None


def test_a_long_line_takes_no_time() -> None:
    source = "local a = [" + "(" * 50_000
    with pytest.raises(CompileError) as error:
        VM().compile(source)
    assert hint(source, error.value) is not None
