"""Sources that compile: one line each for the forms a construct may take, and the tree that the telling ones give."""

from __future__ import annotations

import pytest

from squirrel.syntax import ast, parse

ACCEPTED = [
    "",
    ";",
    "; ;",
    "a;;b",
    "{}{}",
    "{a; b}",
    "a\nb",
    "{return}",
    "{return\n}",
    "return {}",
    "return\n{}",
    "return function(){}",
    "return a, b",
    "return a\n+ b",
    "function f(){return;}",
    "throw\na",
    "delete\na",
    # A "}" ends a statement, that of a literal too.
    "function f() {} function g() {}",
    "class A {} class B {}",
    "x = {} y = 1",
    "x = function(){} y = 1",
    "x = @() {} y = 1",
    "local function f(){} a",
    "enum A {B} enum C {D}",
    # if, else and what follows them.
    "if(1) {} else {} x",
    "if(1) x; else y; z",
    "if(1) x else y",
    "if(a) return\nelse c",
    "if(a) if(b) {} else {} else {}",
    "if(a) if(b) c; ; else {}",
    "{ if(1) {} }",
    "if (a) ; \n b",
    "while(x) if(y) z; w",
    "do if(a) b; while(x)",
    "do {} while(b); c",
    "do a while(b)",
    "try a catch(e) b",
    "try {} catch (constructor) {}",
    "for(;;);",
    "for(local i=0,j=1;;) a",
    "for(a,b;c,d;e,f) g",
    "for(local function f(){};;){}",
    "for (local i = 0\n; i < 1; i++) {}",
    "foreach(a,b in c) d",
    "foreach(a in b) c",
    "switch (a) {}",
    "switch(a) { case 1: default: }",
    "switch(a) {case 1: b; case 2: c}",
    "switch(a) {case 1: {} case 2: {}}",
    # Optional commas and semicolons.
    "f(1 2)",
    "x=[1,]",
    "x=[1 2 3\n4]",
    "x=[a {}]",
    "x=f(a {})",
    "x=f(a function(){})",
    "x=[a\nfunction(){}]",
    "x=[a class{}]",
    "x={a=1 b=2}",
    'x={"a":1, b=2}',
    "x={[1]=2,[2]=3}",
    "x={[1,2] = 3}",
    "x={function f() {} function g() {}, constructor() {} }",
    "enum E {A B}",
    "class a { b=1 c=2 }",
    "class A { function f() return 1; x = 2 }",
    # Functions.
    "function f() a",
    "function f() return 1",
    "function a::b::c(){}",
    "function constructor() {}",
    "x=function(a,...){}",
    "x=function(...)\n{}",
    "x=function(a,){}",
    "x=function(a=1,){}",
    "x=@(a,b=1) a",
    "f(@(a) a, b)",
    "x = function() a, b",
    # Classes.
    "class a.b {}",
    "class a[1] {}",
    "class ::a {}",
    "x = class extends y {}",
    "class a extends b </a=1/> {}",
    'class A { </ a = 1, "b" : 2 /> static x = 1}',
    "class a {static b=1; static function f() {} ; static constructor() {} }",
    'class a {["b"]=1}',
    # Expressions.
    "a = b = 3",
    "x.y <- z <- w",
    "x <- y = z",
    "a ? b = 3 : c",
    "a ? b : c ? d : e",
    "a.b().c = 1",
    "base.a.b = 1",
    "base.constructor()",
    "::a.b <- 1",
    ":: a",
    "a\n::b",
    "f(a ::b)",
    "a.constructor",
    "constructor = 3",
    "a\n(1)",
    "a\n.b",
    "a\n= 1",
    "a\n? b\n: c",
    "a\n- 5",
    "a\n++b",
    "a++\nb",
    "f(a\n++b)",
    "a - --b",
    "a---b",
    "x = {}\n(1)",
    "x = a instanceof b.c in d",
    "a <=> b >>> c",
    # Not keywords in this version.
    "__LINE__ = 3",
    "__FILE__",
    "delegate",
    "parent",
    # Assignments that the reference compiler lets pass: it looks at what the left side begins with.
    'if (a == "" || a = null) {}',
    "a == 1 || b <- 2",
    "!a && b = 2",
    "a in c || b = 2",
    "local a; -a = 3",
    # Space and comments.
    "a\r\nb",
    "#\na",
    "a // b\nc # d",
    "/***/ /* * / */",
    "a \0 ) not read",
]


@pytest.mark.parametrize("source", ACCEPTED)
def test_accepted(source: str) -> None:
    script = parse(source, "test")
    assert script.name == "test"
    assert not any(isinstance(statement, ast.Empty) for statement in script.statements)


def shape(node: object) -> object:
    """A node as a tuple of its class name and fields, spans left out."""
    if isinstance(node, ast.Node):
        fields = [shape(getattr(node, name)) for name in node.__match_args__ if name != "span"]
        return (type(node).__name__, *fields)
    if isinstance(node, list):
        return [shape(item) for item in node]
    return node


def expression(source: str) -> ast.Expression:
    (statement,) = parse(source, "test").statements
    assert isinstance(statement, ast.ExpressionStatement)
    return statement.expression


def text(node: ast.Expression | None) -> str:
    """An expression with every operator's operands in parentheses."""
    match node:
        case ast.Literal():
            return repr(node.value)
        case ast.Name():
            return node.name
        case ast.Grouped():
            return f"<{text(node.expression)}>"
        case ast.Binary() | ast.Assign():
            left, right = (node.left, node.right) if isinstance(node, ast.Binary) else (node.target, node.value)
            return f"({text(left)} {node.operator} {text(right)})"
        case ast.Unary():
            return f"({node.operator} {text(node.operand)})"
        case ast.Conditional():
            return f"({text(node.condition)} ? {text(node.then)} : {text(node.otherwise)})"
        case ast.Member():
            return f"{text(node.target)}.{node.name}"
        case ast.Index():
            return f"{text(node.target)}[{text(node.key)}]"
        case ast.Call():
            return f"{text(node.callee)}({' '.join(map(text, node.arguments))})"
        case ast.Increment():
            sign = "++" if node.delta == 1 else "--"
            return f"({sign}{text(node.target)})" if node.prefix else f"({text(node.target)}{sign})"
        case ast.Comma():
            return f"({', '.join(map(text, node.expressions))})"
        case ast.Delete():
            return f"(delete {text(node.target)})"
    raise AssertionError(node)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"a" in t == true', "('a' in (t == True))"),
        ("!k in t", "((! k) in t)"),
        ("a & b == c", "(a & (b == c))"),
        ("a in b && c in d", "((a in b) && (c in d))"),
        ("a instanceof b | c", "(a instanceof (b | c))"),
        (
            "a || b && c | d ^ e & f == g < h << i + j * k",
            "(a || (b && (c | (d ^ (e & (f == (g < (h << (i + (j * k))))))))))",
        ),
        ("a - b - c", "((a - b) - c)"),
        ("a = b = c ? d : e", "(a = (b = (c ? d : e)))"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("a, b, c", "(a, b, c)"),
        ("-a.b", "(- a.b)"),
        ("-5 .b", "-5.b"),
        ("-a * b", "((- a) * b)"),
        ("- -5", "(- -5)"),
        ("~5", "-6"),
        ("a - 5", "(a - 5)"),
        ("a\n-5", "(a - 5)"),
        ("typeof a == b", "((typeof a) == b)"),
        ("delete a.b.c", "(delete a.b.c)"),
        ("a.b[c](d, e).f++", "(a.b[c](d e).f++)"),
        ("a---b", "((a--) - b)"),
        ("a+ ++b", "(a + (++b))"),
        ("(a.b)(c)", "<a.b>(c)"),
        ("f(a -1)", "f((a - 1))"),
        ("f(a (b) c)", "f(a(b) c)"),
        ("a == 1 || b = 2", "(((a == 1) || b), 2)"),
        ("a + 1 += 2", "((a + 1) + 2)"),
    ],
)
def test_precedence(source: str, expected: str) -> None:
    assert text(expression(source)) == expected


def test_increment_after_a_newline_is_a_new_statement() -> None:
    assert [shape(statement) for statement in parse("a\n++b", "test").statements] == [
        ("ExpressionStatement", ("Name", "a")),
        ("ExpressionStatement", ("Increment", ("Name", "b"), 1, True)),
    ]


def test_return_before_a_newline_returns_nothing() -> None:
    assert [shape(statement) for statement in parse("return\na", "test").statements] == [
        ("Return", None),
        ("ExpressionStatement", ("Name", "a")),
    ]
    assert shape(parse("yield /*\n*/ a // no newline token", "test").statements[0]) == (
        "YieldStatement",
        ("Name", "a"),
    )


def test_braces_are_blocks_or_tables() -> None:
    block, table, body = parse("{ a }\nx = { a = 1 }\nfunction f() { }", "test").statements
    assert isinstance(block, ast.Block)
    assert isinstance(table, ast.ExpressionStatement)
    assert shape(table.expression) == (
        "Assign",
        "=",
        ("Name", "x"),
        ("TableLiteral", [("TableSlot", ("Literal", "a"), ("Literal", 1))]),
    )
    assert shape(body) == ("FunctionDeclaration", ["f"], ("FunctionBody", "f", [], False, ("Block", [])))


def test_functions() -> None:
    source = "local function f(a, b = 1) c\nx = function(...) {}\ny = @(a) a\nfunction A::m() {}"
    local, value, lambda_, method = parse(source, "test").statements
    assert shape(local) == (
        "LocalFunction",
        (
            "FunctionBody",
            "f",
            [("Parameter", "a", None), ("Parameter", "b", ("Literal", 1))],
            False,
            ("Block", [("ExpressionStatement", ("Name", "c"))]),
        ),
    )
    body: tuple[object, ...] = ("FunctionBody", "", [], True, ("Block", []))
    assert shape(value) == (
        "ExpressionStatement",
        ("Assign", "=", ("Name", "x"), ("FunctionLiteral", body, False)),
    )
    body = ("FunctionBody", "", [("Parameter", "a", None)], False, ("Return", ("Name", "a")))
    assert shape(lambda_) == (
        "ExpressionStatement",
        ("Assign", "=", ("Name", "y"), ("FunctionLiteral", body, True)),
    )
    assert shape(method) == ("FunctionDeclaration", ["A", "m"], ("FunctionBody", "m", [], False, ("Block", [])))


def test_class() -> None:
    source = "class A.B extends C </ x = 1 /> { constructor() {} </ y = 2 /> static z = 3; [4] = 5; function f() {} }"
    (declaration,) = parse(source, "test").statements
    assert isinstance(declaration, ast.ClassDeclaration)
    assert text(declaration.target) == "A.B"
    literal = declaration.literal
    assert shape(literal.base) == ("Name", "C")
    assert shape(literal.attributes) == ("TableLiteral", [("TableSlot", ("Literal", "x"), ("Literal", 1))])
    constructor, z, computed, f = literal.members
    assert isinstance(constructor.value, ast.FunctionLiteral)
    assert shape(constructor.key) == ("Literal", "constructor")
    assert constructor.value.function.name == "constructor"
    assert shape(z.attributes) == ("TableLiteral", [("TableSlot", ("Literal", "y"), ("Literal", 2))])
    assert (z.is_static, computed.is_static) == (True, False)
    assert shape(computed.key) == ("Literal", 4)
    assert isinstance(f.value, ast.FunctionLiteral)
    assert f.value.function.name == "f"


def test_constants() -> None:
    source = 'const A = -1\nconst B = 1.5\nconst C = "s"\nenum E { A, B = 5, C, D = -2, A }'
    assert [shape(statement) for statement in parse(source, "test").statements] == [
        ("Const", "A", -1),
        ("Const", "B", 1.5),
        ("Const", "C", "s"),
        ("Enum", "E", {"A": 2, "B": 5, "C": 1, "D": -2}),
    ]


def test_statements() -> None:
    source = """
        foreach (k, v in t) continue
        foreach (v in t) break
        for (local i = 0; i < 3; i++) {}
        for (;;) {}
        do {} while (a)
        switch (a) { case 1: b; c; case 2: default: d }
        try { throw a } catch (e) {}
    """
    name = {letter: ("Name", letter) for letter in "abcdit"}
    statement = {letter: ("ExpressionStatement", name[letter]) for letter in "abcd"}
    block: tuple[str, list[object]] = ("Block", [])
    assert [shape(item) for item in parse(source, "test").statements] == [
        ("Foreach", "k", "v", name["t"], ("Continue",)),
        ("Foreach", None, "v", name["t"], ("Break",)),
        (
            "For",
            ("Local", [("LocalDeclaration", "i", ("Literal", 0))]),
            ("Binary", "<", name["i"], ("Literal", 3)),
            ("Increment", name["i"], 1, False),
            block,
        ),
        ("For", None, None, None, block),
        ("DoWhile", block, name["a"]),
        (
            "Switch",
            name["a"],
            [
                ("SwitchCase", ("Literal", 1), [statement["b"], statement["c"]]),
                ("SwitchCase", ("Literal", 2), []),
                ("SwitchCase", None, [statement["d"]]),
            ],
        ),
        ("Try", ("Block", [("Throw", name["a"])]), "e", block),
    ]
