"""Statements, functions and whole scripts."""

from __future__ import annotations

from squirrel.machine import Machine
from squirrel.nodes.base import Expr, Stmt
from squirrel.nodes.control import (
    Break,
    CellDeclare,
    Continue,
    DoWhile,
    Evaluate,
    For,
    If,
    LocalDeclare,
    Nothing,
    Return,
    Scope,
    While,
    in_a_row,
)
from squirrel.nodes.exceptions import Throw, Try
from squirrel.nodes.foreach import Foreach, ResumableForeach
from squirrel.nodes.functions import FunctionCode
from squirrel.nodes.generators import (
    ResumableIf,
    ResumableLoop,
    ResumableScope,
    ResumableStatements,
    ResumableSwitch,
    ResumableTry,
    Yield,
)
from squirrel.nodes.literals import Constant
from squirrel.nodes.members import MemberGet, NewSlot
from squirrel.nodes.switch import Switch
from squirrel.nodes.updates import LocalCount, LocalIncrement
from squirrel.nodes.variables import LocalSet, NameGet, RootTable, This
from squirrel.resolve.captures import Declaration, find_captures
from squirrel.resolve.expressions import ExpressionResolver
from squirrel.resolve.scope import FunctionScope
from squirrel.syntax import ast

# So many levels of nesting count as one more call against the limit on the depth of calls.
_LEVELS_PER_CALL = 24

# The reference machine's registers are numbered by a byte.
_MOST_SLOTS = 250


class Resolver(ExpressionResolver):
    """Makes statement nodes."""

    def __init__(
        self,
        machine: Machine,
        files: list[str],
        scope: FunctionScope,
        captured: set[Declaration],
        yielding: set[int],
    ) -> None:
        super().__init__(machine, files, scope)
        self.captured = captured
        self.yielding = yielding

    # ------------------------------------------------------------------------------------------------------- functions

    def function(self, body: ast.FunctionBody) -> tuple[FunctionCode, list[int]]:
        code = FunctionCode(body.name, self.files)
        code.line = self.line(body.span)
        outer, nesting = self.scope, self.nesting
        self.scope = FunctionScope(code, outer, self.captured)
        self.nesting = 0
        for parameter in body.parameters:
            self.parameter(parameter, parameter.name, self.line(parameter.span))
            if parameter.default is not None:
                code.defaults += 1
        code.parameters = len(body.parameters)
        code.varargs = body.varargs
        if body.varargs:
            self.parameter(body, "vargv", self.line(body.span))
        if isinstance(body.body, ast.Block):
            code.body = self.statements(body.body.statements)
        else:
            code.body = self.statement(body.body)
        self.finish(code)
        captures = self.scope.captures
        self.scope, self.nesting = outer, nesting
        return code, captures

    def parameter(self, node: object, name: str, line: int) -> None:
        variable = self.scope.declare(node, name, self.scope.take_slot(), line)
        if variable.captured:
            self.scope.code.captured_parameters.append(variable.slot)

    def finish(self, code: FunctionCode) -> None:
        code.weight = 1 + self.scope.deepest // _LEVELS_PER_CALL
        if not code.varargs and not code.is_generator:
            code.plain_parameters = code.parameters

    # ------------------------------------------------------------------------------------------------------ statements

    def statements(self, nodes: list[ast.Statement]) -> Stmt:
        """Statements in a row, in the present scope."""
        if self.any_yields(nodes):
            place = self.scope.take_slot()
            return ResumableStatements([self.statement(node) for node in nodes], place)
        return in_a_row([self.statement(node) for node in nodes])

    def scoped(self, node: ast.Statement) -> Stmt:
        """The body of a loop or branch, or a block: a scope of its own, released at its end."""
        first = self.scope.open()
        # The block and its list of statements are nodes too.
        self.nesting += 1
        nodes = node.statements if isinstance(node, ast.Block) else [node]
        body = self.statements(nodes)
        self.nesting -= 1
        last = self.scope.close(first, self.end_line(node.span))
        if self.any_yields(nodes):
            return ResumableScope(body, first, last)
        return Scope(body, first, last) if last > first else body

    def any_yields(self, nodes: list[ast.Statement]) -> bool:
        """Whether one of the statements contains a ``yield`` of this function."""
        return any(id(node) in self.yielding for node in nodes)

    def statement(self, node: ast.Statement) -> Stmt:
        """The node that executes a statement.

        Raises:
            CompileError: ``break`` or ``continue`` outside a loop, and as ``expression``.
        """
        self.nesting += 1
        self.scope.reach(self.nesting)
        result = self._statement(node)
        self.nesting -= 1
        return result

    def _statement(self, node: ast.Statement) -> Stmt:
        if isinstance(node, ast.ExpressionStatement):
            return for_effect(self.expression(node.expression))
        if isinstance(node, ast.Local):
            return self.local(node)
        if isinstance(node, ast.If):
            return self.if_chain(node)
        if isinstance(node, ast.Return):
            return Return(Constant(None) if node.value is None else self.expression(node.value))
        if isinstance(node, ast.Block):
            return self.scoped(node)
        if isinstance(node, ast.For):
            return self.for_loop(node)
        if isinstance(node, ast.Foreach):
            return self.foreach(node)
        if isinstance(node, ast.While):
            condition = self.expression(node.condition)
            body = self.loop_body(node.body)
            if id(node) in self.yielding:
                return ResumableLoop(None, condition, None, body, True)
            return While(condition, body)
        if isinstance(node, ast.DoWhile):
            body = self.loop_body(node.body)
            condition = self.expression(node.condition)
            if id(node) in self.yielding:
                return ResumableLoop(None, condition, None, body, False)
            return DoWhile(body, condition)
        if isinstance(node, ast.Switch):
            return self.switch(node)
        if isinstance(node, ast.Break):
            if self.scope.breakables == 0:
                raise self.error("'break' has to be in a loop block", node.span)
            return Break()
        if isinstance(node, ast.Continue):
            if self.scope.loops == 0:
                raise self.error("'continue' has to be in a loop block", node.span)
            return Continue()
        if isinstance(node, ast.Try):
            return self.try_catch(node)
        if isinstance(node, ast.Throw):
            return Throw(self.expression(node.value), self.line(node.span))
        if isinstance(node, ast.FunctionDeclaration):
            return self.function_declaration(node)
        if isinstance(node, ast.ClassDeclaration):
            return self.class_declaration(node)
        if isinstance(node, ast.LocalFunction):
            return self.declare(node, node.function.name, self.closure(node.function), node.span)
        if isinstance(node, ast.YieldStatement):
            self.scope.code.is_generator = True
            return Yield(Constant(None) if node.value is None else self.expression(node.value))
        if isinstance(node, ast.Const):
            self.machine.constants[node.name] = node.value
            return Nothing()
        if isinstance(node, ast.Enum):
            self.machine.constants[node.name] = dict(node.members)
            return Nothing()
        if isinstance(node, ast.Empty):
            return Nothing()
        raise AssertionError("a statement without a node")

    def local(self, node: ast.Local) -> Stmt:
        made: list[Stmt] = []
        for declaration in node.declarations:
            value: Expr = Constant(None)
            if declaration.value is not None:
                value = self.expression(declaration.value)
            made.append(self.declare(declaration, declaration.name, value, declaration.span))
        return in_a_row(made)

    def declare(self, node: object, name: str, value: Expr, span: ast.Span) -> Stmt:
        """A new local variable; its value has been resolved before its name is known."""
        variable = self.scope.declare(node, name, self.take_slot(span), self.line(span))
        return CellDeclare(variable.slot, value) if variable.captured else LocalDeclare(variable.slot, value)

    def take_slot(self, span: ast.Span) -> int:
        slot = self.scope.take_slot()
        if slot >= _MOST_SLOTS:
            raise self.error("internal compiler error: too many locals", span)
        return slot

    def if_chain(self, node: ast.If) -> Stmt:
        # ``else if`` chains may be long: they are built from their end, without recursion.
        links: list[tuple[Expr, Stmt]] = []
        nesting = self.nesting
        current: ast.Statement | None = node
        place = self.scope.take_slot() if id(node) in self.yielding else -1
        while isinstance(current, ast.If):
            condition = self.expression(current.condition)
            links.append((condition, self.scoped(current.then)))
            self.nesting += 1
            current = current.otherwise
        otherwise = None if current is None else self.scoped(current)
        self.scope.reach(self.nesting)
        self.nesting = nesting
        if place >= 0:
            self.scope.next_slot -= 1
            bodies = [then for _, then in links]
            if otherwise is not None:
                bodies.append(otherwise)
            return ResumableIf([condition for condition, _ in links], bodies, place)
        for condition, then in reversed(links):
            otherwise = If(condition, then, otherwise)
        assert otherwise is not None
        return otherwise

    # ----------------------------------------------------------------------------------------------------------- loops

    def loop_body(self, node: ast.Statement) -> Stmt:
        self.scope.loops += 1
        self.scope.breakables += 1
        body = self.scoped(node)
        self.scope.loops -= 1
        self.scope.breakables -= 1
        return body

    def for_loop(self, node: ast.For) -> Stmt:
        first = self.scope.open()
        initial = None if node.initial is None else self.statement(node.initial)
        condition = None if node.condition is None else self.expression(node.condition)
        step = None if node.step is None else for_effect(self.expression(node.step))
        body = self.loop_body(node.body)
        last = self.scope.close(first, self.end_line(node.span))
        if id(node) in self.yielding:
            return ResumableScope(ResumableLoop(initial, condition, step, body, True), first, last)
        loop = For(initial, condition, step, body)
        return Scope(loop, first, last) if last > first else loop

    def foreach(self, node: ast.Foreach) -> Stmt:
        container = self.expression(node.iterated)
        line = self.line(node.iterated.span)
        reread = isinstance(node.iterated, ast.Name) and self.scope.find(node.iterated.name) is not None
        first = self.scope.open()
        container_slot = self.take_slot(node.span)
        key_slot = -1
        key_captured = False
        if node.key is not None:
            key = self.scope.declare(node, node.key, self.take_slot(node.span), line)
            key_slot, key_captured = key.slot, key.captured
        value = self.scope.declare(node, node.value, self.take_slot(node.span), line)
        place = self.scope.take_slot() if id(node) in self.yielding else -1
        body = self.loop_body(node.body)
        loop = Foreach(
            container, reread, body, container_slot, key_slot, value.slot, key_captured, value.captured, line
        )
        last = self.scope.close(first, self.end_line(node.span))
        if place >= 0:
            return ResumableScope(ResumableForeach(loop, place), first, last)
        return Scope(loop, first, last)

    def switch(self, node: ast.Switch) -> Stmt:
        subject = self.expression(node.subject)
        values: list[Expr] = []
        bodies: list[Stmt] = []
        default_index = -1
        first = self.scope.open()
        place = self.scope.take_slot() if id(node) in self.yielding else -1
        self.scope.breakables += 1
        for case in node.cases:
            if case.value is None:
                default_index = len(bodies)
            else:
                values.append(self.expression(case.value))
            bodies.append(self.scoped(ast.Block(case.span, case.statements)))
        self.scope.breakables -= 1
        self.scope.close(first, self.end_line(node.span))
        switch = Switch(subject, values, bodies, len(bodies) if default_index < 0 else default_index)
        return switch if place < 0 else ResumableSwitch(switch, place)

    # ------------------------------------------------------------------------------------------------------ exceptions

    def try_catch(self, node: ast.Try) -> Stmt:
        first = self.scope.open()
        place = self.scope.take_slot() if id(node) in self.yielding else -1
        slot = self.take_slot(node.span)
        # The slots of the body: what the error leaves in them is released before the handler runs.
        highest = self.scope.code.slot_count
        self.scope.code.slot_count = self.scope.next_slot
        body = self.scoped(node.body)
        last = self.scope.code.slot_count
        self.scope.code.slot_count = max(highest, last)
        variable = self.scope.declare(node, node.variable, slot, self.line(node.handler.span))
        handler = self.scoped(node.handler)
        self.scope.close(first, self.end_line(node.span))
        if place >= 0:
            return ResumableTry(body, slot, variable.captured, handler, last, place)
        return Try(body, slot, variable.captured, handler, last)

    # ---------------------------------------------------------------------------------------------------- declarations

    def function_declaration(self, node: ast.FunctionDeclaration) -> Stmt:
        """``function a::b::c() {}``: a new slot in ``a.b``; a single name goes into ``this``, locals or not."""
        line = self.line(node.span)
        target: Expr = This()
        for position, name in enumerate(node.path[:-1]):
            target = NameGet(name, line) if position == 0 else MemberGet(target, name, line)
        return Evaluate(NewSlot(target, Constant(node.path[-1]), self.closure(node.function), line))

    def class_declaration(self, node: ast.ClassDeclaration) -> Stmt:
        target, line = node.target, self.line(node.span)
        if isinstance(target, ast.Name):
            if self.is_variable(target.name):
                raise self.error("cannot create a class in a local with the syntax(class <local>)", node.span)
            return Evaluate(NewSlot(This(), Constant(target.name), self.expression(node.literal), line))
        if isinstance(target, ast.RootName):
            return Evaluate(NewSlot(RootTable(), Constant(target.name), self.expression(node.literal), line))
        if isinstance(target, ast.Member):
            owner = self.expression(target.target)
            return Evaluate(NewSlot(owner, Constant(target.name), self.expression(node.literal), line))
        if isinstance(target, ast.Index):
            owner = self.expression(target.target)
            return Evaluate(NewSlot(owner, self.expression(target.key), self.expression(node.literal), line))
        raise self.error("invalid class name", node.span)


def for_effect(expression: Expr) -> Stmt:
    """The statement that evaluates an expression whose value nobody wants."""
    if isinstance(expression, LocalSet):
        return LocalDeclare(expression.slot, expression.value)
    if isinstance(expression, LocalIncrement):
        return LocalCount(expression.slot, expression.delta, expression.line)
    return Evaluate(expression)


def resolve(machine: Machine, script: ast.Script) -> FunctionCode:
    """The executable form of a whole script. ``const`` and ``enum`` add to ``machine.constants`` on the way.

    Raises:
        CompileError: see ``Resolver.statement``.
    """
    captured, yielding = find_captures(script)
    files = [script.name]
    code = FunctionCode("main", files)
    resolver = Resolver(machine, files, FunctionScope(code, None, captured), captured, yielding)
    code.body = resolver.statements(script.statements)
    resolver.finish(code)
    return code
