"""Syntax trees as bytes, for hosts that keep parsed programs: ``dumps`` and ``loads``.

The bytes are data and nothing else: reading them makes nodes of ``squirrel.syntax.ast``, or raises ValueError. They are
meant for the very build of impsim that wrote them; whoever stores them has to see to that, and to their integrity.

Nodes come in the order in which a stack machine makes them, parts before the whole, so that neither side needs
recursion, however deep the tree. Numbers are written seven bits a byte, low bits first; signed ones are folded
(0, -1, 1, -2 ...). Each node is its kind, its span (lines as differences), and the fields that are no nodes, in the
order of ``__match_args__``; of a list of nodes that is its length. All texts stand at the beginning, once each.
"""

from __future__ import annotations

import struct
import sys
from typing import Final, cast

from squirrel.syntax import ast

# Not nodes: what the file of the spans is called from here on, and None in the place of a node.
_FILE: Final = 0
_NONE: Final = 1

_LITERAL: Final = 2
_NAME: Final = 3
_ROOT_NAME: Final = 4
_THIS: Final = 5
_BASE: Final = 6
_MEMBER: Final = 7
_INDEX: Final = 8
_CALL: Final = 9
_GROUPED: Final = 10
_UNARY: Final = 11
_DELETE: Final = 12
_BINARY: Final = 13
_CONDITIONAL: Final = 14
_ASSIGN: Final = 15
_INCREMENT: Final = 16
_COMMA: Final = 17
_ARRAY_LITERAL: Final = 18
_TABLE_SLOT: Final = 19
_TABLE_LITERAL: Final = 20
_PARAMETER: Final = 21
_FUNCTION_BODY: Final = 22
_FUNCTION_LITERAL: Final = 23
_CLASS_MEMBER: Final = 24
_CLASS_LITERAL: Final = 25
_EXPRESSION_STATEMENT: Final = 26
_BLOCK: Final = 27
_EMPTY: Final = 28
_LOCAL_DECLARATION: Final = 29
_LOCAL: Final = 30
_LOCAL_FUNCTION: Final = 31
_FUNCTION_DECLARATION: Final = 32
_CLASS_DECLARATION: Final = 33
_CONST: Final = 34
_ENUM: Final = 35
_IF: Final = 36
_WHILE: Final = 37
_DO_WHILE: Final = 38
_FOR: Final = 39
_FOREACH: Final = 40
_SWITCH_CASE: Final = 41
_SWITCH: Final = 42
_BREAK: Final = 43
_CONTINUE: Final = 44
_RETURN: Final = 45
_YIELD: Final = 46
_THROW: Final = 47
_TRY: Final = 48
_SCRIPT: Final = 49

_KINDS: Final[dict[type[ast.Node], int]] = {
    ast.Literal: _LITERAL,
    ast.Name: _NAME,
    ast.RootName: _ROOT_NAME,
    ast.This: _THIS,
    ast.Base: _BASE,
    ast.Member: _MEMBER,
    ast.Index: _INDEX,
    ast.Call: _CALL,
    ast.Grouped: _GROUPED,
    ast.Unary: _UNARY,
    ast.Delete: _DELETE,
    ast.Binary: _BINARY,
    ast.Conditional: _CONDITIONAL,
    ast.Assign: _ASSIGN,
    ast.Increment: _INCREMENT,
    ast.Comma: _COMMA,
    ast.ArrayLiteral: _ARRAY_LITERAL,
    ast.TableSlot: _TABLE_SLOT,
    ast.TableLiteral: _TABLE_LITERAL,
    ast.Parameter: _PARAMETER,
    ast.FunctionBody: _FUNCTION_BODY,
    ast.FunctionLiteral: _FUNCTION_LITERAL,
    ast.ClassMember: _CLASS_MEMBER,
    ast.ClassLiteral: _CLASS_LITERAL,
    ast.ExpressionStatement: _EXPRESSION_STATEMENT,
    ast.Block: _BLOCK,
    ast.Empty: _EMPTY,
    ast.LocalDeclaration: _LOCAL_DECLARATION,
    ast.Local: _LOCAL,
    ast.LocalFunction: _LOCAL_FUNCTION,
    ast.FunctionDeclaration: _FUNCTION_DECLARATION,
    ast.ClassDeclaration: _CLASS_DECLARATION,
    ast.Const: _CONST,
    ast.Enum: _ENUM,
    ast.If: _IF,
    ast.While: _WHILE,
    ast.DoWhile: _DO_WHILE,
    ast.For: _FOR,
    ast.Foreach: _FOREACH,
    ast.SwitchCase: _SWITCH_CASE,
    ast.Switch: _SWITCH,
    ast.Break: _BREAK,
    ast.Continue: _CONTINUE,
    ast.Return: _RETURN,
    ast.YieldStatement: _YIELD,
    ast.Throw: _THROW,
    ast.Try: _TRY,
    ast.Script: _SCRIPT,
}

# The fields whose values are of several types and carry a mark that says which.
_MARKED: Final = frozenset({(_LITERAL, "value"), (_CONST, "value"), (_FOREACH, "key")})
_NULL: Final = 0
_FALSE: Final = 1
_TRUE: Final = 2
_INTEGER: Final = 3
_FLOAT: Final = 4
_TEXT: Final = 5

# As the lexer does: names are one object each, so that a dict finds them without comparing characters.
_LONGEST_NAME: Final = 40


def dumps(script: ast.Script) -> bytes:
    """The tree as bytes.

    Raises:
        ValueError: a text has a character beyond 255, or a field a value that no parser makes.
    """
    writer = _Writer()
    writer.tree(script)
    return writer.result()


def loads(data: bytes) -> ast.Script:
    """The tree that ``dumps`` was given.

    Raises:
        ValueError: these are not the bytes of a tree.
    """
    try:
        return _Reader(data).tree()
    except (AssertionError, IndexError, TypeError, ValueError, struct.error) as error:
        raise ValueError("not a stored syntax tree") from error


class _Writer:
    def __init__(self) -> None:
        self.out: list[int] = []
        self.texts: dict[str, int] = {}
        self.floats: list[float] = []
        self.line = 1
        self.file = ""

    def tree(self, script: ast.Script) -> None:
        """Write all nodes. A tuple on the stack is a node whose parts are written."""
        stack: list[object] = [script]
        while stack:
            item = stack.pop()
            if item is None:
                self.out.append(_NONE)
            elif isinstance(item, tuple):
                self.node(cast(ast.Node, item[0]))
            else:
                assert isinstance(item, ast.Node)
                stack.append((item,))
                stack.extend(reversed(_parts(item)))

    def result(self) -> bytes:
        """Everything: the texts, the floats, the nodes."""
        nodes = bytes(self.out)
        self.out = []
        joined = "".join(self.texts).encode("latin-1")
        self.number(len(self.texts))
        for text in self.texts:
            self.number(len(text))
        self.number(len(self.floats))
        floats = struct.pack(f"<{len(self.floats)}d", *self.floats)
        return bytes(self.out) + floats + joined + nodes

    def node(self, node: ast.Node) -> None:
        kind = _KINDS[type(node)]
        span = node.span
        if span.file != self.file:
            self.out.append(_FILE)
            self.text(span.file)
            self.file = span.file
        self.out.append(kind)
        self.signed(span.line - self.line)
        self.number(span.column)
        self.signed(span.end_line - span.line)
        self.number(span.end_column)
        self.line = span.line
        for name in node.__match_args__:
            if name != "span":
                value: object = getattr(node, name)
                if (kind, name) in _MARKED:
                    self.marked(value)
                else:
                    self.field(value)

    def field(self, value: object) -> None:
        """A field: nothing for a node, the length of a list, otherwise the value."""
        if isinstance(value, str):
            self.text(value)
        elif isinstance(value, bool):
            self.out.append(1 if value else 0)
        elif isinstance(value, int):
            self.signed(value)
        elif isinstance(value, list):
            self.number(len(value))
            for item in value:
                if isinstance(item, str):
                    self.text(item)
        elif isinstance(value, dict):
            self.number(len(value))
            for key, item in value.items():
                self.text(key)
                self.marked(item)
        elif value is not None and not isinstance(value, ast.Node):
            raise ValueError(f"a field with a value of type {type(value).__name__}")

    def marked(self, value: object) -> None:
        """A value with a mark that says of which type it is."""
        if value is None:
            self.out.append(_NULL)
        elif value is True:
            self.out.append(_TRUE)
        elif value is False:
            self.out.append(_FALSE)
        elif isinstance(value, int):
            self.out.append(_INTEGER)
            self.signed(value)
        elif isinstance(value, float):
            self.out.append(_FLOAT)
            self.number(len(self.floats))
            self.floats.append(value)
        elif isinstance(value, str):
            self.out.append(_TEXT)
            self.text(value)
        else:
            raise ValueError(f"a value of type {type(value).__name__}")

    def text(self, text: str) -> None:
        self.number(self.texts.setdefault(text, len(self.texts)))

    def signed(self, number: int) -> None:
        self.number(number << 1 if number >= 0 else (-number << 1) - 1)

    def number(self, number: int) -> None:
        assert number >= 0
        while number > 127:
            self.out.append(number & 127 | 128)
            number >>= 7
        self.out.append(number)


def _parts(node: ast.Node) -> list[object]:
    """The nodes in the fields of a node, and None where one is absent."""
    kind = _KINDS[type(node)]
    parts: list[object] = []
    for name in node.__match_args__:
        value: object = getattr(node, name)
        if isinstance(value, ast.Node) or (value is None and (kind, name) not in _MARKED):
            parts.append(value)
        elif isinstance(value, list):
            parts.extend(item for item in value if isinstance(item, ast.Node))
    return parts


class _Reader:
    """Makes the tree. What a wrong byte leads to is an IndexError, a TypeError (from a cast) or the like."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.line = 1
        self.file = ""
        self.values: list[object] = []
        lengths = [self.number() for _ in range(self.number())]
        count = self.number()
        self.floats: tuple[float, ...] = struct.unpack_from(f"<{count}d", data, self.at)
        start = self.at + 8 * count
        self.at = start + sum(lengths)
        assert self.at <= len(data)
        joined = data[start : self.at].decode("latin-1")
        self.texts: list[str] = []
        start = 0
        for length in lengths:
            text = joined[start : start + length]
            self.texts.append(sys.intern(text) if length <= _LONGEST_NAME else text)
            start += length

    def tree(self) -> ast.Script:
        data = self.data
        values = self.values
        end = len(data)
        while self.at < end:
            kind = data[self.at]
            self.at += 1
            if kind == _NONE:
                values.append(None)
            elif kind == _FILE:
                self.file = self.text()
            else:
                span = self.span()
                if kind <= _CLASS_LITERAL:
                    values.append(self.expression(kind, span))
                else:
                    values.append(self.statement(kind, span))
        script = values.pop()
        assert isinstance(script, ast.Script) and not values
        return script

    def expression(self, kind: int, span: ast.Span) -> ast.Node:
        """An expression, or what only expressions have as a part."""
        if kind == _NAME:
            return ast.Name(span, self.text())
        if kind == _LITERAL:
            return ast.Literal(span, self.marked())
        if kind == _MEMBER:
            name = self.text()
            return ast.Member(span, self.popped(), name)
        if kind == _CALL:
            arguments = cast(list[ast.Expression], self.items())
            return ast.Call(span, self.popped(), arguments)
        if kind == _BINARY:
            operator, right = self.text(), self.popped()
            return ast.Binary(span, operator, self.popped(), right)
        if kind == _ASSIGN:
            operator, value = self.text(), self.popped()
            return ast.Assign(span, operator, self.popped(), value)
        if kind == _INDEX:
            key = self.popped()
            return ast.Index(span, self.popped(), key)
        if kind == _GROUPED:
            return ast.Grouped(span, self.popped())
        if kind == _UNARY:
            operator = self.text()
            return ast.Unary(span, operator, self.popped())
        if kind == _TABLE_SLOT:
            value = self.popped()
            return ast.TableSlot(self.popped(), value, span)
        if kind == _PARAMETER:
            name = self.text()
            return ast.Parameter(name, self.popped_or_none(), span)
        if kind == _FUNCTION_BODY:
            name = self.text()
            count, varargs, body = self.number(), self.flag(), self.popped_statement()
            return ast.FunctionBody(name, cast(list[ast.Parameter], self.last(count)), varargs, body, span)
        if kind == _FUNCTION_LITERAL:
            is_lambda = self.flag()
            return ast.FunctionLiteral(span, cast(ast.FunctionBody, self.values.pop()), is_lambda)
        if kind == _THIS:
            return ast.This(span)
        if kind == _ROOT_NAME:
            return ast.RootName(span, self.text())
        if kind == _INCREMENT:
            delta = self.signed()
            prefix = self.flag()
            return ast.Increment(span, self.popped(), delta, prefix)
        if kind == _CONDITIONAL:
            otherwise, then = self.popped(), self.popped()
            return ast.Conditional(span, self.popped(), then, otherwise)
        if kind == _ARRAY_LITERAL:
            return ast.ArrayLiteral(span, cast(list[ast.Expression], self.items()))
        if kind == _TABLE_LITERAL:
            return ast.TableLiteral(span, cast(list[ast.TableSlot], self.items()))
        if kind == _CLASS_MEMBER:
            is_static = self.flag()
            attributes = cast("ast.TableLiteral | None", self.values.pop())
            value = self.popped()
            return ast.ClassMember(self.popped(), value, is_static, attributes, span)
        if kind == _CLASS_LITERAL:
            members = cast(list[ast.ClassMember], self.items())
            attributes = cast("ast.TableLiteral | None", self.values.pop())
            return ast.ClassLiteral(span, self.popped_or_none(), attributes, members)
        if kind == _BASE:
            return ast.Base(span)
        if kind == _DELETE:
            return ast.Delete(span, self.popped())
        assert kind == _COMMA
        return ast.Comma(span, cast(list[ast.Expression], self.items()))

    def statement(self, kind: int, span: ast.Span) -> ast.Node:
        """A statement, or what only statements have as a part; the script itself too."""
        if kind == _EXPRESSION_STATEMENT:
            return ast.ExpressionStatement(span, self.popped())
        if kind == _BLOCK:
            return ast.Block(span, cast(list[ast.Statement], self.items()))
        if kind == _LOCAL_DECLARATION:
            name = self.text()
            return ast.LocalDeclaration(name, self.popped_or_none(), span)
        if kind == _LOCAL:
            return ast.Local(span, cast(list[ast.LocalDeclaration], self.items()))
        if kind == _IF:
            otherwise, then = self.popped_statement_or_none(), self.popped_statement()
            return ast.If(span, self.popped(), then, otherwise)
        if kind == _RETURN:
            return ast.Return(span, self.popped_or_none())
        if kind == _FUNCTION_DECLARATION:
            path = [self.text() for _ in range(self.number())]
            return ast.FunctionDeclaration(span, path, cast(ast.FunctionBody, self.values.pop()))
        if kind == _FOREACH:
            key, name = cast("str | None", self.marked()), self.text()
            body = self.popped_statement()
            return ast.Foreach(span, key, name, self.popped(), body)
        if kind == _FOR:
            body, step, condition = self.popped_statement(), self.popped_or_none(), self.popped_or_none()
            return ast.For(span, self.popped_statement_or_none(), condition, step, body)
        if kind == _WHILE:
            body = self.popped_statement()
            return ast.While(span, self.popped(), body)
        if kind == _DO_WHILE:
            condition = self.popped()
            return ast.DoWhile(span, self.popped_statement(), condition)
        if kind == _SWITCH_CASE:
            statements = cast(list[ast.Statement], self.items())
            return ast.SwitchCase(self.popped_or_none(), statements, span)
        if kind == _SWITCH:
            cases = cast(list[ast.SwitchCase], self.items())
            return ast.Switch(span, self.popped(), cases)
        if kind == _BREAK:
            return ast.Break(span)
        if kind == _CONTINUE:
            return ast.Continue(span)
        if kind == _THROW:
            return ast.Throw(span, self.popped())
        if kind == _TRY:
            name, handler = self.text(), self.popped_statement()
            return ast.Try(span, self.popped_statement(), name, handler)
        if kind == _YIELD:
            return ast.YieldStatement(span, self.popped_or_none())
        if kind == _LOCAL_FUNCTION:
            return ast.LocalFunction(span, cast(ast.FunctionBody, self.values.pop()))
        if kind == _CLASS_DECLARATION:
            literal = cast(ast.ClassLiteral, self.values.pop())
            return ast.ClassDeclaration(span, self.popped(), literal)
        if kind == _CONST:
            name = self.text()
            return ast.Const(span, name, cast("int | float | str", self.marked()))
        if kind == _ENUM:
            name = self.text()
            members: dict[str, int | float | str] = {}
            for _ in range(self.number()):
                member = self.text()
                members[member] = cast("int | float | str", self.marked())
            return ast.Enum(span, name, members)
        if kind == _EMPTY:
            return ast.Empty(span)
        assert kind == _SCRIPT
        name = self.text()
        return ast.Script(name, cast(list[ast.Statement], self.items()), span)

    # -------------------------------------------------------------------------------------------- parts, off the stack

    def popped(self) -> ast.Expression:
        return cast(ast.Expression, self.values.pop())

    def popped_or_none(self) -> ast.Expression | None:
        return cast("ast.Expression | None", self.values.pop())

    def popped_statement(self) -> ast.Statement:
        return cast(ast.Statement, self.values.pop())

    def popped_statement_or_none(self) -> ast.Statement | None:
        return cast("ast.Statement | None", self.values.pop())

    def items(self) -> list[object]:
        """A list whose length comes next."""
        return self.last(self.number())

    def last(self, count: int) -> list[object]:
        if count == 0:
            return []
        start = len(self.values) - count
        assert start >= 0
        items = self.values[start:]
        del self.values[start:]
        return items

    # ------------------------------------------------------------------------------------------- fields, off the bytes

    def span(self) -> ast.Span:
        self.line += self.signed()
        line, column = self.line, self.number()
        end_line = line + self.signed()
        return ast.Span(line, column, end_line, self.number(), self.file)

    def marked(self) -> bool | int | float | str | None:
        mark = self.data[self.at]
        self.at += 1
        if mark == _TEXT:
            return self.text()
        if mark == _INTEGER:
            return self.signed()
        if mark == _FLOAT:
            return self.floats[self.number()]
        assert mark <= _TRUE
        return None if mark == _NULL else mark == _TRUE

    def text(self) -> str:
        return self.texts[self.number()]

    def flag(self) -> bool:
        value = self.data[self.at]
        self.at += 1
        return value != 0

    def signed(self) -> int:
        number = self.number()
        return -((number + 1) >> 1) if number & 1 else number >> 1

    def number(self) -> int:
        value = self.data[self.at]
        self.at += 1
        if value < 128:
            return value
        value &= 127
        shift = 7
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
