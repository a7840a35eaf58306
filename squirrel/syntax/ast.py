"""The abstract syntax tree of Squirrel: plain data with spans, made by the parser, read by the resolver and by tools.

Nothing here evaluates anything: ``squirrel.resolve`` turns these into the executable tree of ``squirrel.nodes``.
Strings are byte strings held as ``str`` whose characters are 0-255 (see ``squirrel.values.text``).

The classes are written out, where dataclasses would be shorter: mypyc compiles only these to quick constructors, and
making fifty dataclasses takes longer than everything else that happens before a short script runs. ``__match_args__``
names the fields of a class in the order of its constructor.
"""

from __future__ import annotations

from typing import ClassVar, Final


class Data:  # noqa: PLW1641 - nodes change, so they have no hash
    """Equality and representation by the fields."""

    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return False
        return all(getattr(self, name) == getattr(other, name) for name in self.__match_args__)

    def __repr__(self) -> str:
        fields = [f"{name}={getattr(self, name)!r}" for name in self.__match_args__]
        return f"{type(self).__name__}({', '.join(fields)})"


class Span(Data):
    """Where a piece of source stands: 1-based lines and columns; the end is exclusive.

    ``line`` is the line that errors report: it follows ``#line`` directives. ``file`` is the name a
    ``#line N "file"`` directive gave, or "" for the name the source was compiled under.
    """

    __match_args__ = ("line", "column", "end_line", "end_column", "file")

    def __init__(self, line: int, column: int, end_line: int, end_column: int, file: str = "") -> None:
        self.line: Final = line
        self.column: Final = column
        self.end_line: Final = end_line
        self.end_column: Final = end_column
        self.file: Final = file

    def __hash__(self) -> int:
        return hash((self.line, self.column, self.end_line, self.end_column, self.file))


class Node(Data):
    """Whatever has a span."""

    __match_args__: ClassVar[tuple[str, ...]] = ("span",)

    def __init__(self, span: Span) -> None:
        self.span = span


class Expression(Node):
    pass


class Statement(Node):
    pass


# ---------------------------------------------------------------------------------------------------------------------
# Expressions


class Literal(Expression):
    """``null``, ``true``, ``false``, an integer (already wrapped to 32 bits), a float (already rounded) or a string."""

    __match_args__ = ("span", "value")

    def __init__(self, span: Span, value: bool | int | float | str | None) -> None:
        self.span = span
        self.value = value


class Name(Expression):
    """A bare identifier: a local, an outer variable, a constant, or a slot of ``this`` / the root table."""

    __match_args__ = ("span", "name")

    def __init__(self, span: Span, name: str) -> None:
        self.span = span
        self.name = name


class RootName(Expression):
    """``::name``."""

    __match_args__ = ("span", "name")

    def __init__(self, span: Span, name: str) -> None:
        self.span = span
        self.name = name


class This(Expression):
    pass


class Base(Expression):
    pass


class Member(Expression):
    """``target.name``."""

    __match_args__ = ("span", "target", "name")

    def __init__(self, span: Span, target: Expression, name: str) -> None:
        self.span = span
        self.target = target
        self.name = name


class Index(Expression):
    """``target[key]``."""

    __match_args__ = ("span", "target", "key")

    def __init__(self, span: Span, target: Expression, key: Expression) -> None:
        self.span = span
        self.target = target
        self.key = key


class Call(Expression):
    """``callee(arguments)``.

    ``this`` of the call is the target of a Member or Index callee; parentheses around the callee
    (a ``Grouped`` node) take that away.
    """

    __match_args__ = ("span", "callee", "arguments")

    def __init__(self, span: Span, callee: Expression, arguments: list[Expression]) -> None:
        self.span = span
        self.callee = callee
        self.arguments = arguments


class Grouped(Expression):
    """``(expression)``: kept, because parentheses change ``this`` of a call and make a target unassignable."""

    __match_args__ = ("span", "expression")

    def __init__(self, span: Span, expression: Expression) -> None:
        self.span = span
        self.expression = expression


class Unary(Expression):
    """``-x  !x  ~x  typeof x  clone x  resume x``: operator is one of ``- ! ~ typeof clone resume``."""

    __match_args__ = ("span", "operator", "operand")

    def __init__(self, span: Span, operator: str, operand: Expression) -> None:
        self.span = span
        self.operator = operator
        self.operand = operand


class Delete(Expression):
    """``delete t.k`` (target is a Member, Index, Name or RootName)."""

    __match_args__ = ("span", "target")

    def __init__(self, span: Span, target: Expression) -> None:
        self.span = span
        self.target = target


class Binary(Expression):
    """``+ - * / % & | ^ << >> >>> == != < <= > >= <=> in instanceof && ||``."""

    __match_args__ = ("span", "operator", "left", "right")

    def __init__(self, span: Span, operator: str, left: Expression, right: Expression) -> None:
        self.span = span
        self.operator = operator
        self.left = left
        self.right = right


class Conditional(Expression):
    __match_args__ = ("span", "condition", "then", "otherwise")

    def __init__(self, span: Span, condition: Expression, then: Expression, otherwise: Expression) -> None:
        self.span = span
        self.condition = condition
        self.then = then
        self.otherwise = otherwise


class Assign(Expression):
    """``=  +=  -=  *=  /=  %=  <-``; the target is a Name, RootName, Member or Index."""

    __match_args__ = ("span", "operator", "target", "value")

    def __init__(self, span: Span, operator: str, target: Expression, value: Expression) -> None:
        self.span = span
        self.operator = operator
        self.target = target
        self.value = value


class Increment(Expression):
    """``++x  --x  x++  x--``: ``delta`` is 1 or -1."""

    __match_args__ = ("span", "target", "delta", "prefix")

    def __init__(self, span: Span, target: Expression, delta: int, prefix: bool) -> None:
        self.span = span
        self.target = target
        self.delta = delta
        self.prefix = prefix


class Comma(Expression):
    """``a, b, c``: evaluates all, gives the last."""

    __match_args__ = ("span", "expressions")

    def __init__(self, span: Span, expressions: list[Expression]) -> None:
        self.span = span
        self.expressions = expressions


class ArrayLiteral(Expression):
    __match_args__ = ("span", "items")

    def __init__(self, span: Span, items: list[Expression]) -> None:
        self.span = span
        self.items = items


class TableSlot(Node):
    """One slot of a table literal. ``key`` is a Literal for ``name = v``, ``"name": v`` and ``function name()``."""

    __match_args__ = ("key", "value", "span")

    def __init__(self, key: Expression, value: Expression, span: Span) -> None:
        self.key = key
        self.value = value
        self.span = span


class TableLiteral(Expression):
    __match_args__ = ("span", "slots")

    def __init__(self, span: Span, slots: list[TableSlot]) -> None:
        self.span = span
        self.slots = slots


class Parameter(Node):
    __match_args__ = ("name", "default", "span")

    def __init__(self, name: str, default: Expression | None, span: Span) -> None:
        self.name = name
        self.default = default
        self.span = span


class FunctionBody(Node):
    """The shared part of every function form. ``name`` is "" for an anonymous function.

    ``body`` is a Block, or for a lambda a Return statement of its expression.
    """

    __match_args__ = ("name", "parameters", "varargs", "body", "span")

    def __init__(self, name: str, parameters: list[Parameter], varargs: bool, body: Statement, span: Span) -> None:
        self.name = name
        self.parameters = parameters
        self.varargs = varargs
        self.body = body
        self.span = span


class FunctionLiteral(Expression):
    """``function (...) {...}`` and ``@(...) expr`` as expressions."""

    __match_args__ = ("span", "function", "is_lambda")

    def __init__(self, span: Span, function: FunctionBody, is_lambda: bool) -> None:
        self.span = span
        self.function = function
        self.is_lambda = is_lambda


class ClassMember(Node):
    """One member of a class body. ``constructor`` is a member of that name whose value is a FunctionLiteral."""

    __match_args__ = ("key", "value", "is_static", "attributes", "span")

    def __init__(
        self, key: Expression, value: Expression, is_static: bool, attributes: TableLiteral | None, span: Span
    ) -> None:
        self.key = key
        self.value = value
        self.is_static = is_static
        self.attributes = attributes
        self.span = span


class ClassLiteral(Expression):
    __match_args__ = ("span", "base", "attributes", "members")

    def __init__(
        self, span: Span, base: Expression | None, attributes: TableLiteral | None, members: list[ClassMember]
    ) -> None:
        self.span = span
        self.base = base
        self.attributes = attributes
        self.members = members


# ---------------------------------------------------------------------------------------------------------------------
# Statements


class ExpressionStatement(Statement):
    __match_args__ = ("span", "expression")

    def __init__(self, span: Span, expression: Expression) -> None:
        self.span = span
        self.expression = expression


class Block(Statement):
    __match_args__ = ("span", "statements")

    def __init__(self, span: Span, statements: list[Statement]) -> None:
        self.span = span
        self.statements = statements


class Empty(Statement):
    pass


class LocalDeclaration(Node):
    __match_args__ = ("name", "value", "span")

    def __init__(self, name: str, value: Expression | None, span: Span) -> None:
        self.name = name
        self.value = value
        self.span = span


class Local(Statement):
    """``local a = 1, b``."""

    __match_args__ = ("span", "declarations")

    def __init__(self, span: Span, declarations: list[LocalDeclaration]) -> None:
        self.span = span
        self.declarations = declarations


class LocalFunction(Statement):
    """``local function f() {...}``: the name is not visible inside the body."""

    __match_args__ = ("span", "function")

    def __init__(self, span: Span, function: FunctionBody) -> None:
        self.span = span
        self.function = function


class FunctionDeclaration(Statement):
    """``function a::b::c() {...}``: creates the slot ``path[-1]`` in ``path[0]. ...``, or in ``this`` for one name."""

    __match_args__ = ("span", "path", "function")

    def __init__(self, span: Span, path: list[str], function: FunctionBody) -> None:
        self.span = span
        self.path = path
        self.function = function


class ClassDeclaration(Statement):
    """``class target {...}``: target is a Name, RootName, Member or Index."""

    __match_args__ = ("span", "target", "literal")

    def __init__(self, span: Span, target: Expression, literal: ClassLiteral) -> None:
        self.span = span
        self.target = target
        self.literal = literal


class Const(Statement):
    """``const NAME = scalar``."""

    __match_args__ = ("span", "name", "value")

    def __init__(self, span: Span, name: str, value: int | float | str) -> None:
        self.span = span
        self.name = name
        self.value = value


class Enum(Statement):
    """``enum NAME { A, B = 5 }``: values already counted."""

    __match_args__ = ("span", "name", "members")

    def __init__(self, span: Span, name: str, members: dict[str, int | float | str]) -> None:
        self.span = span
        self.name = name
        self.members = members


class If(Statement):
    __match_args__ = ("span", "condition", "then", "otherwise")

    def __init__(self, span: Span, condition: Expression, then: Statement, otherwise: Statement | None) -> None:
        self.span = span
        self.condition = condition
        self.then = then
        self.otherwise = otherwise


class While(Statement):
    __match_args__ = ("span", "condition", "body")

    def __init__(self, span: Span, condition: Expression, body: Statement) -> None:
        self.span = span
        self.condition = condition
        self.body = body


class DoWhile(Statement):
    __match_args__ = ("span", "body", "condition")

    def __init__(self, span: Span, body: Statement, condition: Expression) -> None:
        self.span = span
        self.body = body
        self.condition = condition


class For(Statement):
    """``initial`` is a Local, LocalFunction or ExpressionStatement."""

    __match_args__ = ("span", "initial", "condition", "step", "body")

    def __init__(
        self,
        span: Span,
        initial: Statement | None,
        condition: Expression | None,
        step: Expression | None,
        body: Statement,
    ) -> None:
        self.span = span
        self.initial = initial
        self.condition = condition
        self.step = step
        self.body = body


class Foreach(Statement):
    __match_args__ = ("span", "key", "value", "iterated", "body")

    def __init__(self, span: Span, key: str | None, value: str, iterated: Expression, body: Statement) -> None:
        self.span = span
        self.key = key
        self.value = value
        self.iterated = iterated
        self.body = body


class SwitchCase(Node):
    """``value`` is None for ``default``."""

    __match_args__ = ("value", "statements", "span")

    def __init__(self, value: Expression | None, statements: list[Statement], span: Span) -> None:
        self.value = value
        self.statements = statements
        self.span = span


class Switch(Statement):
    __match_args__ = ("span", "subject", "cases")

    def __init__(self, span: Span, subject: Expression, cases: list[SwitchCase]) -> None:
        self.span = span
        self.subject = subject
        self.cases = cases


class Break(Statement):
    pass


class Continue(Statement):
    pass


class Return(Statement):
    __match_args__ = ("span", "value")

    def __init__(self, span: Span, value: Expression | None) -> None:
        self.span = span
        self.value = value


class YieldStatement(Statement):
    """``yield [expression];``: the enclosing function is a generator."""

    __match_args__ = ("span", "value")

    def __init__(self, span: Span, value: Expression | None) -> None:
        self.span = span
        self.value = value


class Throw(Statement):
    __match_args__ = ("span", "value")

    def __init__(self, span: Span, value: Expression) -> None:
        self.span = span
        self.value = value


class Try(Statement):
    __match_args__ = ("span", "body", "variable", "handler")

    def __init__(self, span: Span, body: Statement, variable: str, handler: Statement) -> None:
        self.span = span
        self.body = body
        self.variable = variable
        self.handler = handler


class Script(Node):
    """A whole source: ``name`` is what error messages call it, ``statements`` its top level."""

    __match_args__ = ("name", "statements", "span")

    def __init__(self, name: str, statements: list[Statement], span: Span) -> None:
        self.name = name
        self.statements = statements
        self.span = span
