"""The abstract syntax tree of Squirrel: plain data with spans, made by the parser, read by the resolver and by tools.

Nothing here evaluates anything: ``squirrel.resolve`` turns these into the executable tree of ``squirrel.nodes``.
Strings are byte strings held as ``str`` whose characters are 0-255 (see ``squirrel.values.text``).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, frozen=True)
class Span:
    """Where a piece of source stands: 1-based lines and columns; the end is exclusive.

    ``line`` is the line that errors report: it follows ``#line`` directives. ``file`` is the name a
    ``#line N "file"`` directive gave, or "" for the name the source was compiled under.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    file: str = ""


@dataclass(slots=True)
class Expression:
    span: Span


@dataclass(slots=True)
class Statement:
    span: Span


# ---------------------------------------------------------------------------------------------------------------------
# Expressions


@dataclass(slots=True)
class Literal(Expression):
    """``null``, ``true``, ``false``, an integer (already wrapped to 32 bits), a float (already rounded) or a string."""

    value: bool | int | float | str | None


@dataclass(slots=True)
class Name(Expression):
    """A bare identifier: a local, an outer variable, a constant, or a slot of ``this`` / the root table."""

    name: str


@dataclass(slots=True)
class RootName(Expression):
    """``::name``."""

    name: str


@dataclass(slots=True)
class This(Expression):
    pass


@dataclass(slots=True)
class Base(Expression):
    pass


@dataclass(slots=True)
class Member(Expression):
    """``target.name``."""

    target: Expression
    name: str


@dataclass(slots=True)
class Index(Expression):
    """``target[key]``."""

    target: Expression
    key: Expression


@dataclass(slots=True)
class Call(Expression):
    """``callee(arguments)``.

    ``this`` of the call is the target of a Member or Index callee; parentheses around the callee
    (a ``Grouped`` node) take that away.
    """

    callee: Expression
    arguments: list[Expression]


@dataclass(slots=True)
class Grouped(Expression):
    """``(expression)``: kept, because parentheses change ``this`` of a call and make a target unassignable."""

    expression: Expression


@dataclass(slots=True)
class Unary(Expression):
    """``-x  !x  ~x  typeof x  clone x  resume x``: operator is one of ``- ! ~ typeof clone resume``."""

    operator: str
    operand: Expression


@dataclass(slots=True)
class Delete(Expression):
    """``delete t.k`` (target is a Member, Index, Name or RootName)."""

    target: Expression


@dataclass(slots=True)
class Binary(Expression):
    """``+ - * / % & | ^ << >> >>> == != < <= > >= <=> in instanceof && ||``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(slots=True)
class Conditional(Expression):
    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(slots=True)
class Assign(Expression):
    """``=  +=  -=  *=  /=  %=  <-``; the target is a Name, RootName, Member or Index."""

    operator: str
    target: Expression
    value: Expression


@dataclass(slots=True)
class Increment(Expression):
    """``++x  --x  x++  x--``: ``delta`` is 1 or -1."""

    target: Expression
    delta: int
    prefix: bool


@dataclass(slots=True)
class Comma(Expression):
    """``a, b, c``: evaluates all, gives the last."""

    expressions: list[Expression]


@dataclass(slots=True)
class ArrayLiteral(Expression):
    items: list[Expression]


@dataclass(slots=True)
class TableSlot:
    """One slot of a table literal. ``key`` is a Literal for ``name = v``, ``"name": v`` and ``function name()``."""

    key: Expression
    value: Expression
    span: Span


@dataclass(slots=True)
class TableLiteral(Expression):
    slots: list[TableSlot]


@dataclass(slots=True)
class Parameter:
    name: str
    default: Expression | None
    span: Span


@dataclass(slots=True)
class FunctionBody:
    """The shared part of every function form. ``name`` is "" for an anonymous function.

    ``body`` is a Block, or for a lambda a Return statement of its expression.
    """

    name: str
    parameters: list[Parameter]
    varargs: bool
    body: Statement
    span: Span


@dataclass(slots=True)
class FunctionLiteral(Expression):
    """``function (...) {...}`` and ``@(...) expr`` as expressions."""

    function: FunctionBody
    is_lambda: bool


@dataclass(slots=True)
class ClassMember:
    """One member of a class body. ``constructor`` is a member of that name whose value is a FunctionLiteral."""

    key: Expression
    value: Expression
    is_static: bool
    attributes: TableLiteral | None
    span: Span


@dataclass(slots=True)
class ClassLiteral(Expression):
    base: Expression | None
    attributes: TableLiteral | None
    members: list[ClassMember]


# ---------------------------------------------------------------------------------------------------------------------
# Statements


@dataclass(slots=True)
class ExpressionStatement(Statement):
    expression: Expression


@dataclass(slots=True)
class Block(Statement):
    statements: list[Statement]


@dataclass(slots=True)
class Empty(Statement):
    pass


@dataclass(slots=True)
class LocalDeclaration:
    name: str
    value: Expression | None
    span: Span


@dataclass(slots=True)
class Local(Statement):
    """``local a = 1, b``."""

    declarations: list[LocalDeclaration]


@dataclass(slots=True)
class LocalFunction(Statement):
    """``local function f() {...}``: the name is not visible inside the body."""

    function: FunctionBody


@dataclass(slots=True)
class FunctionDeclaration(Statement):
    """``function a::b::c() {...}``: creates the slot ``path[-1]`` in ``path[0]. ...``, or in ``this`` for one name."""

    path: list[str]
    function: FunctionBody


@dataclass(slots=True)
class ClassDeclaration(Statement):
    """``class target {...}``: target is a Name, RootName, Member or Index."""

    target: Expression
    literal: ClassLiteral


@dataclass(slots=True)
class Const(Statement):
    """``const NAME = scalar``."""

    name: str
    value: int | float | str


@dataclass(slots=True)
class Enum(Statement):
    """``enum NAME { A, B = 5 }``: values already counted."""

    name: str
    members: dict[str, int | float | str] = field(default_factory=dict)


@dataclass(slots=True)
class If(Statement):
    condition: Expression
    then: Statement
    otherwise: Statement | None


@dataclass(slots=True)
class While(Statement):
    condition: Expression
    body: Statement


@dataclass(slots=True)
class DoWhile(Statement):
    body: Statement
    condition: Expression


@dataclass(slots=True)
class For(Statement):
    """``initial`` is a Local, LocalFunction or ExpressionStatement."""

    initial: Statement | None
    condition: Expression | None
    step: Expression | None
    body: Statement


@dataclass(slots=True)
class Foreach(Statement):
    key: str | None
    value: str
    iterated: Expression
    body: Statement


@dataclass(slots=True)
class SwitchCase:
    """``value`` is None for ``default``."""

    value: Expression | None
    statements: list[Statement]
    span: Span


@dataclass(slots=True)
class Switch(Statement):
    subject: Expression
    cases: list[SwitchCase]


@dataclass(slots=True)
class Break(Statement):
    pass


@dataclass(slots=True)
class Continue(Statement):
    pass


@dataclass(slots=True)
class Return(Statement):
    value: Expression | None


@dataclass(slots=True)
class YieldStatement(Statement):
    """``yield [expression];``: the enclosing function is a generator."""

    value: Expression | None


@dataclass(slots=True)
class Throw(Statement):
    value: Expression


@dataclass(slots=True)
class Try(Statement):
    body: Statement
    variable: str
    handler: Statement


@dataclass(slots=True)
class Script:
    """A whole source: ``name`` is what error messages call it, ``statements`` its top level."""

    name: str
    statements: list[Statement]
    span: Span
