"""Sources that do not compile: message, line and column, as the reference compiler reports them."""

from __future__ import annotations

import pytest

from squirrel.errors import CompileError
from squirrel.syntax import parse

END = "end of statement expected (; or lf)"
EXPRESSION = "expression expected"
ASSIGN = "can't assign expression"
BREAK = "cannot brake deref/or comma needed after [exp]=exp slot declaration"
IDENTIFIER = "expected 'IDENTIFIER'"
INCREMENT = "can't '++' or '--' an expression"
SCALAR = "scalar expected : integer,float or string"
DELETE = "can't delete an expression"

REJECTED = [
    # Statement ends.
    ("local a = 1 local b = 2", END, 1, 17),
    ("a )", END, 1, 3),
    ("a ++ b", END, 1, 6),
    ("a++.b", END, 1, 4),
    ("a {}", END, 1, 3),
    ("x = a ::b", END, 1, 8),
    ("a $", END, 1, 3),
    ("a \xe9", END, 1, 3),
    ("1.tofloat()", END, 1, 9),
    ("a /* \n */ b", END, 2, 11),
    ('@"a\n\n" b c', END, 3, 8),
    ("const A = 1 + 2", END, 1, 13),
    ("const A=1 const B=2", END, 1, 15),
    ("do {} while(b) c", END, 1, 16),
    ("function f() return 1 function g() {}", END, 1, 30),
    ("while(a) { break a }", END, 1, 18),
    ("switch(a) {case 1: b case 2: c}", END, 1, 25),
    # After the statement of an "if" even a "}" needs a ";", a newline or an "else".
    ("if (1) {} x", END, 1, 11),
    ("{ if(1) {} x }", END, 1, 12),
    ("if(1) {} else if(2) {} x", END, 1, 24),
    ("if(1) x; else y z", END, 1, 17),
    ("if(a) if(b) c; d", END, 1, 16),
    ("if (a) ; b", END, 1, 10),
    ("if(x) const A=1; b", END, 1, 18),
    ("f(function() if(x) {})", END, 1, 22),
    # An expression is missing.
    ("x +", EXPRESSION, 1, 3),
    ("\n\n  x ++ +", EXPRESSION, 3, 9),
    ("{", EXPRESSION, 1, 1),
    ("}", EXPRESSION, 1, 1),
    ("case 1:", EXPRESSION, 1, 4),
    ("a\n++", EXPRESSION, 2, 3),
    ("[a", EXPRESSION, 1, 2),
    ("[1,,2]", EXPRESSION, 1, 4),
    ("f(a $)", EXPRESSION, 1, 5),
    ("f(,1)", EXPRESSION, 1, 3),
    ("f(1,)", "expression expected, found ')'", 1, 5),
    ("for(;;) {", EXPRESSION, 1, 9),
    ("function a(b)", EXPRESSION, 1, 13),
    ("if(a) return else c", EXPRESSION, 1, 17),
    ("x = yield a", EXPRESSION, 1, 9),
    ("{a=1}.b", EXPRESSION, 1, 6),
    ("a &= b", EXPRESSION, 1, 4),
    ("static a", EXPRESSION, 1, 6),
    ("switch(a) { case 1: {} : }", EXPRESSION, 1, 24),
    # A certain token is missing.
    ("(a $)", "expected ')'", 1, 4),
    ("(a\n++)", "expected ')'", 2, 3),
    ("foreach(a in b,c) d", "expected ')'", 1, 15),
    ("a[1 2]", "expected ']'", 1, 5),
    ("a ? b c", "expected ':'", 1, 7),
    ('x={"a"=1}', "expected ':'", 1, 7),
    ("x={a:1}", "expected '='", 1, 5),
    ("const a 1", "expected '='", 1, 9),
    ("class A { x }", "expected '='", 1, 13),
    ("while while", "expected '('", 1, 11),
    ("x=function f() {}", "expected '('", 1, 12),
    ("function a.b(){}", "expected '('", 1, 11),
    ("class A { constructor = 1 }", "expected '('", 1, 23),
    ("class a extends b,c {}", "expected '{'", 1, 18),
    ("x = class a {}", "expected '{'", 1, 11),
    ("for(a b", "expected ';'", 1, 7),
    ("do a; while(b)", "expected 'while'", 1, 5),
    ("try {} {}", "expected 'catch'", 1, 8),
    ("foreach (i v in a) b", "expected 'in'", 1, 12),
    ("switch(a) { b }", "expected '}'", 1, 13),
    ("{ case 1: }", "expected '}'", 1, 6),
    ("switch(a) {default: case 1: }", "expected '}'", 1, 24),
    # A name is missing.
    ("a.1", IDENTIFIER, 1, 3),
    ("::this", IDENTIFIER, 1, 6),
    ("local 1", IDENTIFIER, 1, 7),
    ("local a,", IDENTIFIER, 1, 8),
    ("function () {}", IDENTIFIER, 1, 10),
    ("x={", IDENTIFIER, 1, 3),
    ("x={a=1", IDENTIFIER, 1, 6),
    ("x={a=1,,b=2}", IDENTIFIER, 1, 8),
    ("x={static a=1}", IDENTIFIER, 1, 9),
    ("class a { b=1, c=2 }", IDENTIFIER, 1, 14),
    ('class a { "b" : 1}', IDENTIFIER, 1, 13),
    ("class A { static static x = 1}", IDENTIFIER, 1, 23),
    ("enum E {A,,B}", IDENTIFIER, 1, 11),
    ("enum E { A; B}", IDENTIFIER, 1, 11),
    # Parameters.
    ("x=function(a b){}", "expected ')' or ','", 1, 14),
    ("x=function(a=1 b = 2) {}", "expected ')' or ','", 1, 16),
    ("x=function(a,b=1,c){}", "expected '='", 1, 19),
    ("x=function(,){}", IDENTIFIER, 1, 12),
    ("x=function(a,...,b){}", "expected ')'", 1, 17),
    ("x=function(a,b=1,...){}", "function with default parameters cannot have variable number of parameters", 1, 20),
    # Constants. That a boolean is none is 3.0.4's rule; later versions take it.
    ("const A = true", SCALAR, 1, 14),
    ("const A = {}", SCALAR, 1, 11),
    ("const A = b", SCALAR, 1, 11),
    ("enum a {b=c}", SCALAR, 1, 11),
    ('const A = -"x"', "scalar expected : integer,float", 1, 14),
    # Targets.
    ("5 = 3", ASSIGN, 1, 3),
    ("5 + a = 3", ASSIGN, 1, 7),
    ("(a) = 3", ASSIGN, 1, 5),
    ("a() = 3", ASSIGN, 1, 5),
    ("++a = 3", ASSIGN, 1, 5),
    ("1 == a || b = 2", ASSIGN, 1, 13),
    ("base.x = 3", ASSIGN, 1, 8),
    ("1 <- 2", ASSIGN, 1, 4),
    ("(a) += 2", ASSIGN, 1, 6),
    ("base = 1", "'base' cannot be modified", 1, 6),
    ("this <- 1", "can't 'create' a local slot", 1, 9),
    ("(a)++", INCREMENT, 1, 5),
    ("++a()", INCREMENT, 1, 5),
    ("--5", INCREMENT, 1, 3),
    ("++base.x", INCREMENT, 1, 8),
    ("delete 5", DELETE, 1, 8),
    ("delete a.b.c()", DELETE, 1, 14),
    ("delete base.x", DELETE, 1, 13),
    ("delete this", "cannot delete an (outer) local", 1, 11),
    ("class {}", "invalid class name", 1, 8),
    ("class a.b() {}", "invalid class name", 1, 13),
    ("class this {}", "cannot create a class in a local with the syntax(class <local>)", 1, 12),
    # "[" does not continue an expression over a newline.
    ("a\n[1]", BREAK, 2, 2),
    ("f(a\n[1])", BREAK, 2, 2),
    ("x={[1]=2\n[2]=3}", BREAK, 2, 2),
    # Tokens.
    ("a..b", "invalid token '..'", 1, 3),
    ("\x01", "unexpected character(control)", 1, 0),
    ("a\x0bb", "unexpected character(control)", 1, 1),
    ("a \x7f", "unexpected character(control)", 1, 2),
    ("a /* \n", 'missing "*/" in comment', 2, 6),
    ("'a", "unfinished string", 1, 2),
    ("''", "empty constant", 1, 2),
    ("'ab'", "constant too long", 1, 4),
    ('"', "error parsing the string", 1, 1),
    ('"a', "unfinished string", 1, 2),
    ('@"', "error parsing the string", 1, 2),
    ('@"a', "unfinished string", 1, 3),
    ('"a\nb"', "newline in a constant", 1, 2),
    ('"\\xg"', "hexadecimal number expected", 1, 3),
    ('"\\q"', "unrecognised escaper char", 1, 2),
    ("018", "invalid octal number", 1, 2),
    ("0x123456789", "too many digits for an Hex number", 1, 11),
    ("1e", "exponent expected", 1, 2),
    ("1e+", "exponent expected", 1, 3),
]


@pytest.mark.parametrize(("source", "message", "line", "column"), REJECTED)
def test_rejected(source: str, message: str, line: int, column: int) -> None:
    with pytest.raises(CompileError) as caught:
        parse(source, "test.nut")
    error = caught.value
    assert (error.message, error.line, error.column) == (message, line, column)
    assert error.file == "test.nut"
