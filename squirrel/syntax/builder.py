"""What each rule of the grammar makes of its parts: the AST, and the errors that its shape alone decides.

A method here is named after an alternative of the grammar and gets the values of that alternative's symbols, tokens
included. It runs while the lexer stands on the token after the rule, so an error raised here is reported there, as the
reference compiler does.
"""

from __future__ import annotations

from typing import Final, cast

from squirrel.syntax import ast
from squirrel.syntax.lexer import Lexer, Token
from squirrel.syntax.tables import END
from squirrel.values.numbers import round32, wrap32

Values = list[object]

# The rules that make no node of their own: they pass values on or collect them in lists.
FLAT: Final = frozenset(
    "add add_after_comma add_argument_comma add_name add_parameter add_statement add_terminated_statement comma"
    " constant_unterminated else_unterminated empty_list first for_expression for_local function_rest no_modifiers"
    " no_parameters no_statements nothing one one_name only only_varargs parameters parameters_comma"
    " parameters_varargs script target terminated_branch then_unterminated class_target".split()
)


def token(value: object) -> Token:
    """The value, which is a token."""
    assert isinstance(value, Token)
    return value


def text(value: object) -> str:
    """The text of a name, keyword or punctuation mark."""
    assert isinstance(value, Token)
    return cast(str, value.value)


def span(first: object, last: object) -> ast.Span:
    """From the start of ``first`` to the end of ``last``, each a token or something with a span."""
    if isinstance(first, Token):
        line, column, file = first.line, first.column, first.file
    else:
        start = span_of(first)
        line, column, file = start.line, start.column, start.file
    if isinstance(last, Token):
        return ast.Span(line, column, last.end_line, last.end_column, file)
    end = span_of(last)
    return ast.Span(line, column, end.end_line, end.end_column, file)


def span_of(value: object) -> ast.Span:
    """The span of a node or of a part of one."""
    if isinstance(value, (ast.Expression, ast.Statement)):
        return value.span
    assert isinstance(
        value,
        (ast.TableSlot, ast.LocalDeclaration, ast.Parameter, ast.FunctionBody, ast.ClassMember, ast.SwitchCase),
    )
    return value.span


def key(value: object) -> ast.Literal:
    """A name or string as the key of a slot."""
    return ast.Literal(span(value, value), text(value))


def scalar(value: object) -> int | float | str:
    """The value of the literal after ``const NAME =`` or in an ``enum``."""
    assert isinstance(value, ast.Literal)
    return cast("int | float | str", value.value)


def named(value: object, name: str, start: object) -> ast.FunctionBody:
    """The function body with its name, reaching back to its keyword."""
    assert isinstance(value, ast.FunctionBody)
    value.name = name
    value.span = span(start, value)
    return value


def is_slot(value: object) -> bool:
    """Whether the expression names a variable or a slot: what can be assigned, deleted or counted up."""
    if isinstance(value, (ast.Member, ast.Index)):
        return not isinstance(value.target, ast.Base)
    return isinstance(value, (ast.Name, ast.RootName))


def leading(value: object) -> object:
    """The operand that an expression begins with, operators before it not counted."""
    while True:
        if isinstance(value, ast.Binary):
            value = value.left
        elif isinstance(value, ast.Unary):
            value = value.operand
        elif isinstance(value, ast.Increment) and not value.prefix:
            value = value.target
        else:
            return value


class Parameters:
    """A parameter list being read."""

    def __init__(self, start: Token, items: list[ast.Parameter], varargs: bool) -> None:
        self.start = start
        self.items = items
        self.varargs = varargs


class Builder:
    """Makes AST nodes; ``lexer`` stands on the token after the rule at hand."""

    def __init__(self, lexer: Lexer, name: str) -> None:
        self.lexer = lexer
        self.name = name
        kinds = lexer.kinds
        self.end_kind = kinds[END]
        self.brace_kind = kinds["}"]
        self.semicolon_kind = kinds[";"]
        self.else_kind = kinds["else"]
        self.close_kind = kinds[")"]
        self.varargs_kind = kinds["..."]

    # --- Helpers -----------------------------------------------------------------------------------------------------

    def _at_end(self) -> bool:
        """Whether a statement may end before the current token."""
        lexer = self.lexer
        return lexer.after_newline or lexer.kind in (self.end_kind, self.brace_kind, self.semicolon_kind)

    def _require_end(self) -> None:
        if not self._at_end():
            raise self.lexer.error("end of statement expected (; or lf)")

    # --- The script and statement lists ------------------------------------------------------------------------------

    def script(self, v: Values) -> ast.Script:
        lexer = self.lexer
        span = ast.Span(1, 1, lexer.line, len(lexer.source) - lexer.line_start + 1)
        return ast.Script(self.name, cast(list[ast.Statement], v[0]), span)

    def no_statements(self, v: Values) -> list[ast.Statement]:
        return []

    def add_statement(self, v: Values) -> list[ast.Statement]:
        """A statement without a ``;``: it ends in a ``}``, or before a newline, a ``}`` or the end of the source."""
        if self.lexer.previous_kind not in (self.brace_kind, self.semicolon_kind):
            self._require_end()
        return self.add_terminated_statement(v)

    def add_terminated_statement(self, v: Values) -> list[ast.Statement]:
        statements = cast(list[ast.Statement], v[0])
        if not isinstance(v[1], ast.Empty):
            statements.append(cast(ast.Statement, v[1]))
        return statements

    def then_unterminated(self, v: Values) -> object:
        """What an ``if`` does without a ``;``: even after a ``}``, ``else``, ``}`` or a newline must follow."""
        if self.lexer.kind != self.else_kind:
            self._require_end()
        return v[0]

    def else_unterminated(self, v: Values) -> object:
        if self.lexer.previous_kind != self.brace_kind:
            self._require_end()
        return v[0]

    def terminated_branch(self, v: Values) -> object:
        return v[0]

    # --- Lists and other small parts ---------------------------------------------------------------------------------

    def nothing(self, v: Values) -> None:
        return None

    def first(self, v: Values) -> object:
        return v[0]

    def empty_list(self, v: Values) -> list[object]:
        return []

    def one(self, v: Values) -> list[object]:
        return [v[0]]

    def add(self, v: Values) -> list[object]:
        items = cast(list[object], v[0])
        items.append(v[1])
        return items

    def add_after_comma(self, v: Values) -> list[object]:
        items = cast(list[object], v[0])
        items.append(v[2])
        return items

    def one_name(self, v: Values) -> list[str]:
        return [text(v[0])]

    def add_name(self, v: Values) -> list[str]:
        path = cast(list[str], v[0])
        path.append(text(v[2]))
        return path

    # --- Statements --------------------------------------------------------------------------------------------------

    def empty(self, v: Values) -> ast.Empty:
        return ast.Empty(span(v[0], v[0]))

    def block(self, v: Values) -> ast.Block:
        return ast.Block(span(v[0], v[2]), cast(list[ast.Statement], v[1]))

    def expression_statement(self, v: Values) -> ast.ExpressionStatement:
        expression = cast(ast.Expression, v[0])
        return ast.ExpressionStatement(expression.span, expression)

    def if_then(self, v: Values) -> ast.If:
        return ast.If(span(v[0], v[4]), cast(ast.Expression, v[2]), cast(ast.Statement, v[4]), None)

    def if_else(self, v: Values) -> ast.If:
        then = cast(ast.Statement, v[4])
        return ast.If(span(v[0], v[6]), cast(ast.Expression, v[2]), then, cast(ast.Statement, v[6]))

    def while_loop(self, v: Values) -> ast.While:
        return ast.While(span(v[0], v[4]), cast(ast.Expression, v[2]), cast(ast.Statement, v[4]))

    def do_while(self, v: Values) -> ast.DoWhile:
        return ast.DoWhile(span(v[0], v[5]), cast(ast.Statement, v[1]), cast(ast.Expression, v[4]))

    def for_loop(self, v: Values) -> ast.For:
        return ast.For(
            span(v[0], v[5]),
            cast("ast.Statement | None", v[2]),
            cast("ast.Expression | None", v[3]),
            cast("ast.Expression | None", v[4]),
            cast(ast.Statement, v[5]),
        )

    def for_local(self, v: Values) -> object:
        return v[0]

    def for_expression(self, v: Values) -> ast.ExpressionStatement:
        return self.expression_statement(v)

    def foreach_value(self, v: Values) -> ast.Foreach:
        iterated = cast(ast.Expression, v[4])
        return ast.Foreach(span(v[0], v[6]), None, text(v[2]), iterated, cast(ast.Statement, v[6]))

    def foreach_key_value(self, v: Values) -> ast.Foreach:
        iterated = cast(ast.Expression, v[6])
        return ast.Foreach(span(v[0], v[8]), text(v[2]), text(v[4]), iterated, cast(ast.Statement, v[8]))

    def switch(self, v: Values) -> ast.Switch:
        return ast.Switch(span(v[0], v[6]), cast(ast.Expression, v[2]), cast(list[ast.SwitchCase], v[5]))

    def switch_default(self, v: Values) -> ast.Switch:
        cases = cast(list[ast.SwitchCase], v[5])
        cases.append(cast(ast.SwitchCase, v[6]))
        return ast.Switch(span(v[0], v[7]), cast(ast.Expression, v[2]), cases)

    def case(self, v: Values) -> ast.SwitchCase:
        statements = cast(list[ast.Statement], v[3])
        last = statements[-1] if statements else v[2]
        return ast.SwitchCase(cast(ast.Expression, v[1]), statements, span(v[0], last))

    def default_case(self, v: Values) -> ast.SwitchCase:
        statements = cast(list[ast.Statement], v[2])
        last = statements[-1] if statements else v[1]
        return ast.SwitchCase(None, statements, span(v[0], last))

    def local(self, v: Values) -> ast.Local:
        declarations = cast(list[ast.LocalDeclaration], v[1])
        return ast.Local(span(v[0], declarations[-1]), declarations)

    def declare(self, v: Values) -> ast.LocalDeclaration:
        return ast.LocalDeclaration(text(v[0]), None, span(v[0], v[0]))

    def declare_value(self, v: Values) -> ast.LocalDeclaration:
        return ast.LocalDeclaration(text(v[0]), cast(ast.Expression, v[2]), span(v[0], v[2]))

    def local_function(self, v: Values) -> ast.LocalFunction:
        function = named(v[3], text(v[2]), v[1])
        return ast.LocalFunction(span(v[0], function), function)

    def return_nothing(self, v: Values) -> ast.Return:
        return ast.Return(span(v[0], v[0]), None)

    def return_value(self, v: Values) -> ast.Return:
        return ast.Return(span(v[0], v[1]), cast(ast.Expression, v[1]))

    def yield_nothing(self, v: Values) -> ast.YieldStatement:
        return ast.YieldStatement(span(v[0], v[0]), None)

    def yield_value(self, v: Values) -> ast.YieldStatement:
        return ast.YieldStatement(span(v[0], v[1]), cast(ast.Expression, v[1]))

    def break_(self, v: Values) -> ast.Break:
        return ast.Break(span(v[0], v[0]))

    def continue_(self, v: Values) -> ast.Continue:
        return ast.Continue(span(v[0], v[0]))

    def throw(self, v: Values) -> ast.Throw:
        return ast.Throw(span(v[0], v[1]), cast(ast.Expression, v[1]))

    def try_catch(self, v: Values) -> ast.Try:
        return ast.Try(span(v[0], v[6]), cast(ast.Statement, v[1]), text(v[4]), cast(ast.Statement, v[6]))

    def function_declaration(self, v: Values) -> ast.FunctionDeclaration:
        path = cast(list[str], v[1])
        function = named(v[2], path[-1], v[0])
        return ast.FunctionDeclaration(function.span, path, function)

    def class_declaration(self, v: Values) -> ast.ClassDeclaration:
        literal = cast(ast.ClassLiteral, v[2])
        return ast.ClassDeclaration(span(v[0], literal), cast(ast.Expression, v[1]), literal)

    def class_target(self, v: Values) -> object:
        target = v[0]
        if isinstance(target, ast.This):
            raise self.lexer.error("cannot create a class in a local with the syntax(class <local>)")
        if not is_slot(target):
            raise self.lexer.error("invalid class name")
        return target

    # --- Constants ---------------------------------------------------------------------------------------------------

    def const(self, v: Values) -> ast.Const:
        return ast.Const(span(v[0], v[3]), text(v[1]), scalar(v[3]))

    def constant_unterminated(self, v: Values) -> None:
        self._require_end()

    def enum(self, v: Values) -> ast.Enum:
        members: dict[str, int | float | str] = {}
        counted = 0
        for name, value in cast("list[tuple[str, int | float | str | None]]", v[3]):
            if value is None:
                # Only the members without a value are counted: in {A, B = 5, C}, C is 1.
                value = counted
                counted += 1
            members[name] = value
        return ast.Enum(span(v[0], v[4]), text(v[1]), members)

    def enum_counted(self, v: Values) -> tuple[str, None]:
        return text(v[0]), None

    def enum_valued(self, v: Values) -> tuple[str, int | float | str]:
        return text(v[0]), scalar(v[2])

    # --- Functions, classes and tables -------------------------------------------------------------------------------

    def function_rest(self, v: Values) -> ast.FunctionBody:
        parameters = cast(Parameters, v[0])
        body = cast(ast.Statement, v[1])
        if not isinstance(body, ast.Block):
            body = ast.Block(body.span, [body])
        return ast.FunctionBody("", parameters.items, parameters.varargs, body, span(parameters.start, body))

    def no_parameters(self, v: Values) -> Parameters:
        return Parameters(token(v[0]), [], False)

    def parameters(self, v: Values) -> Parameters:
        return Parameters(token(v[0]), cast(list[ast.Parameter], v[1]), False)

    def only_varargs(self, v: Values) -> Parameters:
        return Parameters(token(v[0]), [], True)

    def parameters_varargs(self, v: Values) -> Parameters:
        return Parameters(token(v[0]), cast(list[ast.Parameter], v[1]), True)

    def parameter(self, v: Values) -> ast.Parameter:
        return ast.Parameter(text(v[0]), None, span(v[0], v[0]))

    def parameter_default(self, v: Values) -> ast.Parameter:
        return ast.Parameter(text(v[0]), cast(ast.Expression, v[2]), span(v[0], v[2]))

    def add_parameter(self, v: Values) -> list[ast.Parameter]:
        parameters = cast(list[ast.Parameter], v[0])
        parameter = cast(ast.Parameter, v[1])
        if parameter.default is None and parameters[-1].default is not None:
            raise self.lexer.error("expected '='")
        parameters.append(parameter)
        return parameters

    def parameters_comma(self, v: Values) -> list[ast.Parameter]:
        parameters = cast(list[ast.Parameter], v[0])
        if self.lexer.kind == self.varargs_kind and parameters[-1].default is not None:
            raise self.lexer.error("function with default parameters cannot have variable number of parameters")
        return parameters

    def function_value(self, v: Values) -> ast.FunctionLiteral:
        function = named(v[1], "", v[0])
        return ast.FunctionLiteral(function.span, function, False)

    def lambda_(self, v: Values) -> ast.FunctionLiteral:
        parameters = cast(Parameters, v[1])
        value = cast(ast.Expression, v[2])
        where = span(v[0], value)
        body = ast.FunctionBody("", parameters.items, parameters.varargs, ast.Return(value.span, value), where)
        return ast.FunctionLiteral(where, body, True)

    def class_value(self, v: Values) -> ast.ClassLiteral:
        literal = cast(ast.ClassLiteral, v[1])
        literal.span = span(v[0], literal)
        return literal

    def class_plain(self, v: Values) -> ast.ClassLiteral:
        return ast.ClassLiteral(span(v[0], v[2]), None, None, cast(list[ast.ClassMember], v[1]))

    def class_attributes(self, v: Values) -> ast.ClassLiteral:
        attributes = cast(ast.TableLiteral, v[0])
        return ast.ClassLiteral(span(v[0], v[3]), None, attributes, cast(list[ast.ClassMember], v[2]))

    def class_extends(self, v: Values) -> ast.ClassLiteral:
        base = cast(ast.Expression, v[1])
        return ast.ClassLiteral(span(v[0], v[4]), base, None, cast(list[ast.ClassMember], v[3]))

    def class_extends_attributes(self, v: Values) -> ast.ClassLiteral:
        base = cast(ast.Expression, v[1])
        attributes = cast(ast.TableLiteral, v[2])
        return ast.ClassLiteral(span(v[0], v[5]), base, attributes, cast(list[ast.ClassMember], v[4]))

    def no_modifiers(self, v: Values) -> tuple[object, object, bool]:
        return None, None, False

    def modifier_static(self, v: Values) -> tuple[object, object, bool]:
        return v[0], None, True

    def modifier_attributes(self, v: Values) -> tuple[object, object, bool]:
        return v[0], v[0], False

    def modifier_both(self, v: Values) -> tuple[object, object, bool]:
        return v[0], v[0], True

    def member(self, v: Values) -> ast.ClassMember:
        first, attributes, is_static = cast("tuple[object, object, bool]", v[0])
        slot = cast(ast.TableSlot, v[1])
        where = slot.span if first is None else span(first, slot)
        return ast.ClassMember(slot.key, slot.value, is_static, cast("ast.TableLiteral | None", attributes), where)

    def slot_name(self, v: Values) -> ast.TableSlot:
        return ast.TableSlot(key(v[0]), cast(ast.Expression, v[2]), span(v[0], v[2]))

    def slot_string(self, v: Values) -> ast.TableSlot:
        return self.slot_name(v)

    def slot_computed(self, v: Values) -> ast.TableSlot:
        return ast.TableSlot(cast(ast.Expression, v[1]), cast(ast.Expression, v[4]), span(v[0], v[4]))

    def slot_function(self, v: Values) -> ast.TableSlot:
        function = named(v[2], text(v[1]), v[0])
        return ast.TableSlot(key(v[1]), ast.FunctionLiteral(function.span, function, False), function.span)

    def slot_constructor(self, v: Values) -> ast.TableSlot:
        function = named(v[1], text(v[0]), v[0])
        return ast.TableSlot(key(v[0]), ast.FunctionLiteral(function.span, function, False), function.span)

    # --- Expressions -------------------------------------------------------------------------------------------------

    def comma(self, v: Values) -> ast.Comma:
        where = span(v[0], v[2])
        first = v[0]
        if isinstance(first, ast.Comma):
            first.expressions.append(cast(ast.Expression, v[2]))
            first.span = where
            return first
        return ast.Comma(where, [cast(ast.Expression, first), cast(ast.Expression, v[2])])

    def target(self, v: Values) -> object:
        """What stands before an assignment operator.

        The reference compiler goes by what the expression begins with: ``a + 1 = 2`` and ``a == "" || b = 2`` pass.
        """
        target = v[0]
        if isinstance(target, ast.Base):
            raise self.lexer.error("'base' cannot be modified")
        begin = leading(target)
        if not (is_slot(begin) or isinstance(begin, ast.This)):
            raise self.lexer.error("can't assign expression")
        return target

    def assign(self, v: Values) -> ast.Expression:
        """An assignment; to anything but a name or slot it computes both sides and stores nothing (measured)."""
        target = cast(ast.Expression, v[0])
        operator = text(v[1])
        value = cast(ast.Expression, v[2])
        where = span(target, value)
        if operator == "<-" and isinstance(target, ast.This):
            raise self.lexer.error("can't 'create' a local slot")
        if is_slot(target) or isinstance(target, ast.This):
            return ast.Assign(where, operator, target, value)
        if operator == "=" or operator == "<-":
            return ast.Comma(where, [target, value])
        return ast.Binary(where, operator[0], target, value)

    def conditional(self, v: Values) -> ast.Conditional:
        then = cast(ast.Expression, v[2])
        return ast.Conditional(span(v[0], v[4]), cast(ast.Expression, v[0]), then, cast(ast.Expression, v[4]))

    def binary(self, v: Values) -> ast.Binary:
        operator = cast(str, token(v[1]).value)
        return ast.Binary(span(v[0], v[2]), operator, cast(ast.Expression, v[0]), cast(ast.Expression, v[2]))

    def unary(self, v: Values) -> ast.Unary:
        return ast.Unary(span(v[0], v[1]), text(v[0]), cast(ast.Expression, v[1]))

    def delete(self, v: Values) -> ast.Delete:
        target = cast(ast.Expression, v[1])
        if isinstance(target, ast.This):
            raise self.lexer.error("cannot delete an (outer) local")
        if not is_slot(target):
            raise self.lexer.error("can't delete an expression")
        return ast.Delete(span(v[0], target), target)

    def prefix_increment(self, v: Values) -> ast.Increment:
        return self._increment(v[0], v[1], True)

    def postfix_increment(self, v: Values) -> ast.Increment:
        return self._increment(v[1], v[0], False)

    def _increment(self, operator: object, operand: object, prefix: bool) -> ast.Increment:
        if not is_slot(operand):
            raise self.lexer.error("can't '++' or '--' an expression")
        where = span(operator, operand) if prefix else span(operand, operator)
        return ast.Increment(where, cast(ast.Expression, operand), 1 if text(operator) == "++" else -1, prefix)

    def member_of(self, v: Values) -> ast.Member:
        return ast.Member(span(v[0], v[2]), cast(ast.Expression, v[0]), text(v[2]))

    def index(self, v: Values) -> ast.Index:
        return ast.Index(span(v[0], v[3]), cast(ast.Expression, v[0]), cast(ast.Expression, v[2]))

    def call(self, v: Values) -> ast.Call:
        return ast.Call(span(v[0], v[3]), cast(ast.Expression, v[0]), cast(list[ast.Expression], v[2]))

    def add_argument_comma(self, v: Values) -> list[object]:
        if self.lexer.kind == self.close_kind:
            raise self.lexer.error("expression expected, found ')'")
        return self.add(v)

    def literal(self, v: Values) -> ast.Literal:
        return ast.Literal(span(v[0], v[0]), cast("int | float | str", token(v[0]).value))

    def negative_literal(self, v: Values) -> ast.Literal:
        value = token(v[1]).value
        negated = round32(-value) if isinstance(value, float) else wrap32(-cast(int, value))
        return ast.Literal(span(v[0], v[1]), negated)

    def complement_literal(self, v: Values) -> ast.Literal:
        return ast.Literal(span(v[0], v[1]), ~cast(int, token(v[1]).value))

    def null(self, v: Values) -> ast.Literal:
        return ast.Literal(span(v[0], v[0]), None)

    def true(self, v: Values) -> ast.Literal:
        return ast.Literal(span(v[0], v[0]), True)

    def false(self, v: Values) -> ast.Literal:
        return ast.Literal(span(v[0], v[0]), False)

    def variable(self, v: Values) -> ast.Name:
        return ast.Name(span(v[0], v[0]), text(v[0]))

    def root_name(self, v: Values) -> ast.RootName:
        return ast.RootName(span(v[0], v[1]), text(v[1]))

    def this(self, v: Values) -> ast.This:
        return ast.This(span(v[0], v[0]))

    def base(self, v: Values) -> ast.Base:
        return ast.Base(span(v[0], v[0]))

    def grouped(self, v: Values) -> ast.Grouped:
        return ast.Grouped(span(v[0], v[2]), cast(ast.Expression, v[1]))

    def array(self, v: Values) -> ast.ArrayLiteral:
        return ast.ArrayLiteral(span(v[0], v[2]), cast(list[ast.Expression], v[1]))

    def table(self, v: Values) -> ast.TableLiteral:
        return ast.TableLiteral(span(v[0], v[2]), cast(list[ast.TableSlot], v[1]))
