"""Expressions: names to slots, constants folded in, a node for every construct."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from squirrel.errors import CompileError
from squirrel.machine import Machine
from squirrel.nodes.arithmetic import (
    Add,
    AddInteger,
    Arithmetic,
    BitAnd,
    BitOr,
    BitXor,
    Divide,
    Modulo,
    Multiply,
    ShiftLeft,
    ShiftRight,
    ShiftRightUnsigned,
    Subtract,
)
from squirrel.nodes.base import Expr
from squirrel.nodes.calls import (
    Arguments,
    CallBase,
    CallCallee,
    CallIndex,
    CallLocal,
    CallMember,
    CallName,
    CallThisIndex,
    CallValue,
)
from squirrel.nodes.classes import MakeClass, Member
from squirrel.nodes.comparisons import (
    OPERATORS,
    And,
    CompareInteger,
    Conditional,
    Equal,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    Not,
    NotEqual,
    Or,
    Sequence,
    ThreeWay,
)
from squirrel.nodes.functions import FunctionCode, MakeClosure
from squirrel.nodes.generators import Resume
from squirrel.nodes.literals import Constant, MakeArray, MakeTable
from squirrel.nodes.members import DeleteSlot, In, IndexGet, IndexSet, MemberGet, MemberSet, NewSlot
from squirrel.nodes.operators import Clone, Complement, InstanceOf, Negate, Typeof
from squirrel.nodes.updates import (
    CellUpdate,
    IndexUpdate,
    LocalIncrement,
    LocalUpdate,
    MemberUpdate,
    NameUpdate,
    OuterUpdate,
    ThisIndexUpdate,
)
from squirrel.nodes.variables import (
    BaseClass,
    Before,
    CellGet,
    CellSet,
    LocalGet,
    LocalSet,
    NameGet,
    NameSet,
    OuterGet,
    OuterSet,
    RootTable,
    TemporaryGet,
    This,
    ThisIndexGet,
    ThisIndexSet,
    ThisSet,
)
from squirrel.resolve.effects import left_in_place, may_change, ungrouped
from squirrel.resolve.scope import FunctionScope
from squirrel.syntax import ast
from squirrel.values.function import packed_line

_NOT_ASSIGNABLE = "can't assign expression"
_NOT_DELETABLE = "can't delete an expression"


class ExpressionResolver:
    """Makes expression nodes. ``scope`` is the function being resolved."""

    def __init__(self, machine: Machine, files: list[str], scope: FunctionScope) -> None:
        self.machine = machine
        self.files = files
        self.file_indexes = {file: index for index, file in enumerate(files)}
        self.scope = scope
        self.nesting = 0

    def error(self, message: str, span: ast.Span) -> CompileError:
        """A compile error at a place in the source."""
        return CompileError(message, span.file or self.files[0], span.line, span.column)

    def line(self, span: ast.Span) -> int:
        """The line where a construct begins, packed with its file."""
        return packed_line(span.line, self.file_index(span.file))

    def end_line(self, span: ast.Span) -> int:
        """The line where a construct ends, packed with its file."""
        return packed_line(span.end_line, self.file_index(span.file))

    def file_index(self, name: str) -> int:
        """The index of a file named by ``#line``; 0 is the script itself."""
        if name == "":
            return 0
        index = self.file_indexes.get(name, -1)
        if index < 0:
            index = len(self.files)
            self.files.append(name)
            self.file_indexes[name] = index
        return index

    def function(self, body: ast.FunctionBody) -> tuple[FunctionCode, list[int]]:
        """The code of an inner function and where its cells come from; made by the statement resolver."""
        raise AssertionError("the statement resolver makes functions")

    # -------------------------------------------------------------------------------------------------------- dispatch

    def expression(self, node: ast.Expression) -> Expr:
        """The node that evaluates an expression.

        Raises:
            CompileError: an assignment to a constant, an unknown enum member.
        """
        self.nesting += 1
        self.scope.reach(self.nesting)
        result = self._expression(node)
        self.nesting -= 1
        return result

    def _expression(self, node: ast.Expression) -> Expr:
        if isinstance(node, ast.Literal):
            return Constant(node.value)
        if isinstance(node, ast.Name):
            return self.name(node)
        if isinstance(node, ast.Member):
            return self.member(node)
        if isinstance(node, ast.Call):
            return self.call(node)
        if isinstance(node, ast.Binary):
            return self.binary(node)
        if isinstance(node, ast.Index):
            return self.index(node)
        if isinstance(node, ast.Assign):
            return self.assign(node)
        if isinstance(node, ast.Grouped):
            return self.expression(node.expression)
        if isinstance(node, ast.Unary):
            return self.unary(node)
        if isinstance(node, ast.Increment):
            return self.increment(node)
        if isinstance(node, ast.Conditional):
            return Conditional(
                self.expression(node.condition), self.expression(node.then), self.expression(node.otherwise)
            )
        if isinstance(node, ast.FunctionLiteral):
            return self.closure(node.function)
        if isinstance(node, ast.TableLiteral):
            return self.table(node)
        if isinstance(node, ast.ArrayLiteral):
            return MakeArray([self.expression(item) for item in node.items])
        if isinstance(node, ast.ClassLiteral):
            return self.class_literal(node)
        if isinstance(node, ast.This):
            return This()
        if isinstance(node, ast.Base):
            return BaseClass()
        if isinstance(node, ast.RootName):
            return MemberGet(RootTable(), node.name, self.line(node.span))
        if isinstance(node, ast.Delete):
            return self.delete(node)
        if isinstance(node, ast.Comma):
            return Sequence([self.expression(item) for item in node.expressions])
        raise AssertionError("an expression without a node")

    # ----------------------------------------------------------------------------------------------------------- names

    def name(self, node: ast.Name) -> Expr:
        """A bare name: a local, a captured variable, a constant, or a member of ``this``, in that order."""
        variable = self.scope.find(node.name)
        if variable is not None:
            return CellGet(variable.slot) if variable.captured else LocalGet(variable.slot)
        cell = self.scope.find_cell(node.name)
        if cell >= 0:
            return OuterGet(cell)
        if node.name in self.machine.constants:
            value = self.machine.constants[node.name]
            if isinstance(value, dict):
                raise CompileError(
                    "expected '.'", node.span.file or self.files[0], node.span.end_line, node.span.end_column
                )
            return Constant(value)
        return NameGet(node.name, self.line(node.span))

    def is_variable(self, name: str) -> bool:
        """Whether a bare name is a variable of this or of an enclosing function."""
        return self.scope.find(name) is not None or self.scope.find_cell(name) >= 0

    def is_member_name(self, name: str) -> bool:
        """Whether a bare name is a slot of ``this`` or of the root table."""
        return not self.is_variable(name) and name not in self.machine.constants

    def member(self, node: ast.Member) -> Expr:
        target = node.target
        if isinstance(target, ast.This):
            return NameGet(node.name, self.end_line(node.span))
        if isinstance(target, ast.Name) and not self.is_variable(target.name):
            members = self.machine.constants.get(target.name)
            if isinstance(members, dict):
                if node.name not in members:
                    raise self.error(f"invalid constant [{target.name}.{node.name}]", node.span)
                return Constant(members[node.name])
        return MemberGet(self.expression(target), node.name, self.end_line(node.span))

    def index(self, node: ast.Index) -> Expr:
        line = self.end_line(node.span)
        if isinstance(node.target, ast.This):
            return ThisIndexGet(self.expression(node.key), line)
        return self.in_order([node.target, node.key], lambda nodes: IndexGet(nodes[0], nodes[1], line))

    # --------------------------------------------------------------------------------------------------- late operands

    def late_operand(self, left: ast.Expression, rest: list[ast.Expression]) -> ast.Name | None:
        """The local that must be read after the other operands have run, if that makes a difference."""
        name = left_in_place(left)
        if name is None:
            return None
        variable = self.scope.find(name.name)
        if variable is None:
            return None
        for operand in rest:
            if may_change(operand, name.name, variable.captured):
                return name
        return None

    def in_order(self, operands: list[ast.Expression], build: Callable[[list[Expr]], Expr]) -> Expr:
        """The node that ``build`` makes of the operands, evaluated in the reference's order.

        That is the textual order, but for plain locals that a later operand may change: those are read last. Then the
        other operands are evaluated into temporaries first, and the node takes them from there.
        """
        late = [self.late_operand(operand, operands[index + 1 :]) for index, operand in enumerate(operands)]
        if not any(late):
            return build([self.expression(operand) for operand in operands])
        steps: list[tuple[int, Expr]] = []
        nodes: list[Expr] = []
        base = self.scope.next_slot
        for name, operand in zip(late, operands, strict=True):
            if name is None:
                node = self.expression(operand)
                slot = self.scope.take_slot()
                steps.append((slot, node))
                nodes.append(TemporaryGet(slot))
            else:
                if not isinstance(ungrouped(operand), ast.Name):
                    steps.append((-1, self.expression(operand)))
                nodes.append(self.name(name))
        self.scope.next_slot = base
        result = build(nodes)
        for slot, node in reversed(steps):
            result = Sequence([node, result]) if slot < 0 else Before(slot, node, result)
        return result

    # ------------------------------------------------------------------------------------------------------- operators

    def binary(self, node: ast.Binary) -> Expr:
        # Long chains lean to the left: ``a + b + c + ...`` is built bottom up, without recursion.
        spine: list[ast.Binary] = [node]
        first = node.left
        while isinstance(first, ast.Binary):
            spine.append(first)
            first = first.left
        spine.reverse()
        result: Expr | None = None
        nesting = self.nesting
        self.nesting += len(spine)
        self.scope.reach(self.nesting)
        for link in spine:
            if result is None:
                late = None if link.operator in ("&&", "||") else self.late_operand(link.left, [link.right])
                if late is not None:
                    result = self.late_binary(link)
                    self.nesting -= 1
                    continue
                result = self.expression(link.left)
            result = operation(link.operator, result, self.expression(link.right), self.line(link.right.span))
            self.nesting -= 1
        self.nesting = nesting
        assert result is not None
        return result

    def late_binary(self, node: ast.Binary) -> Expr:
        """A binary operator whose left side is read last."""
        operator, line = node.operator, self.line(node.right.span)
        return self.in_order([node.left, node.right], lambda nodes: operation(operator, nodes[0], nodes[1], line))

    def unary(self, node: ast.Unary) -> Expr:
        operand = self.expression(node.operand)
        line = self.line(node.span)
        if node.operator == "!":
            return Not(operand)
        if node.operator == "-":
            return Negate(operand, line)
        if node.operator == "~":
            return Complement(operand, line)
        if node.operator == "typeof":
            return Typeof(operand, line)
        if node.operator == "clone":
            return Clone(operand, line)
        return Resume(operand, line)

    # ----------------------------------------------------------------------------------------------------- assignments

    def assign(self, node: ast.Assign) -> Expr:
        if node.operator == "<-":
            return self.create(node)
        if node.operator != "=":
            return self.update(node.target, node.operator[0], node.value, False, _NOT_ASSIGNABLE)
        target, line = node.target, self.end_line(node.target.span)
        if isinstance(target, ast.Name):
            return self.assign_name(target, node.value)
        if isinstance(target, ast.RootName):
            return MemberSet(RootTable(), target.name, self.expression(node.value), line)
        if isinstance(target, ast.Member):
            self.refuse_constant(target, _NOT_ASSIGNABLE)
            if isinstance(target.target, ast.This):
                return NameSet(target.name, self.expression(node.value), line)
            name = target.name
            return self.in_order([target.target, node.value], lambda nodes: MemberSet(nodes[0], name, nodes[1], line))
        if isinstance(target, ast.Index):
            if isinstance(target.target, ast.This):
                return ThisIndexSet(self.expression(target.key), self.expression(node.value), line)
            return self.in_order(
                [target.target, target.key, node.value], lambda nodes: IndexSet(nodes[0], nodes[1], nodes[2], line)
            )
        if isinstance(target, ast.This):
            return ThisSet(self.expression(node.value))
        raise self.error(_NOT_ASSIGNABLE, node.span)

    def assign_name(self, target: ast.Name, value: ast.Expression) -> Expr:
        variable = self.scope.find(target.name)
        if variable is not None:
            node = self.expression(value)
            return CellSet(variable.slot, node) if variable.captured else LocalSet(variable.slot, node)
        cell = self.scope.find_cell(target.name)
        if cell >= 0:
            return OuterSet(cell, self.expression(value))
        self.refuse_constant(target, _NOT_ASSIGNABLE)
        return NameSet(target.name, self.expression(value), self.line(target.span))

    def create(self, node: ast.Assign) -> Expr:
        """``target <- value``."""
        target, line = node.target, self.end_line(node.target.span)
        if isinstance(target, ast.Name):
            if self.is_variable(target.name):
                raise self.error("can't 'create' a local slot", node.span)
            self.refuse_constant(target, _NOT_ASSIGNABLE)
            return NewSlot(This(), Constant(target.name), self.expression(node.value), line)
        if isinstance(target, ast.RootName):
            return NewSlot(RootTable(), Constant(target.name), self.expression(node.value), line)
        if isinstance(target, ast.Member):
            self.refuse_constant(target, _NOT_ASSIGNABLE)
            name = Constant(target.name)
            return self.in_order([target.target, node.value], lambda nodes: NewSlot(nodes[0], name, nodes[1], line))
        if isinstance(target, ast.Index):
            return self.in_order(
                [target.target, target.key, node.value], lambda nodes: NewSlot(nodes[0], nodes[1], nodes[2], line)
            )
        raise self.error(_NOT_ASSIGNABLE, node.span)

    def refuse_constant(self, target: ast.Name | ast.Member, refusal: str) -> None:
        """A constant and an enum's member cannot be changed.

        Raises:
            CompileError: ``refusal``, or what is wrong with the constant itself.
        """
        name = target.target if isinstance(target, ast.Member) else target
        constants = self.machine.constants
        if not isinstance(name, ast.Name) or self.is_variable(name.name) or name.name not in constants:
            return
        if name is target or isinstance(constants[name.name], dict):
            self.expression(target)
            raise self.error(refusal, target.span)

    def increment(self, node: ast.Increment) -> Expr:
        target = node.target
        line = self.line(node.span)
        if isinstance(target, ast.Name):
            variable = self.scope.find(target.name)
            if variable is not None and not variable.captured:
                return LocalIncrement(variable.slot, node.delta, not node.prefix, line)
        one = ast.Literal(node.span, 1)
        operator = "+" if node.delta > 0 else "-"
        return self.update(target, operator, one, not node.prefix, "can't '++' or '--' an expression")

    def update(self, target: ast.Expression, operator: str, value: ast.Expression, postfix: bool, refusal: str) -> Expr:
        """``target operator= value``; ``postfix`` gives the value before."""
        line = self.end_line(target.span)
        applied = applied_operation(operator, line)
        if isinstance(target, ast.Name):
            variable = self.scope.find(target.name)
            if variable is not None:
                node = self.expression(value)
                if variable.captured:
                    return CellUpdate(applied, variable.slot, node, postfix, line)
                if not postfix and not may_change(value, target.name, False):
                    return LocalSet(variable.slot, operation(operator, LocalGet(variable.slot), node, line))
                return LocalUpdate(applied, variable.slot, node, postfix, line)
            cell = self.scope.find_cell(target.name)
            if cell >= 0:
                return OuterUpdate(applied, cell, self.expression(value), postfix, line)
            self.refuse_constant(target, refusal)
            return NameUpdate(applied, target.name, self.expression(value), postfix, line)
        if isinstance(target, ast.RootName):
            return MemberUpdate(applied, RootTable(), target.name, self.expression(value), postfix, line)
        if isinstance(target, ast.Member):
            self.refuse_constant(target, refusal)
            if isinstance(target.target, ast.This):
                return NameUpdate(applied, target.name, self.expression(value), postfix, line)
            name = target.name
            return self.in_order(
                [target.target, value],
                lambda nodes: MemberUpdate(applied, nodes[0], name, nodes[1], postfix, line),
            )
        if isinstance(target, ast.Index):
            if isinstance(target.target, ast.This):
                return ThisIndexUpdate(applied, self.expression(target.key), self.expression(value), postfix, line)
            return self.in_order(
                [target.target, target.key, value],
                lambda nodes: IndexUpdate(applied, nodes[0], nodes[1], nodes[2], postfix, line),
            )
        if isinstance(target, ast.This):
            return ThisSet(operation(operator, This(), self.expression(value), line))
        raise self.error(refusal, target.span)

    def delete(self, node: ast.Delete) -> Expr:
        target, line = node.target, self.end_line(node.span)
        if isinstance(target, ast.Name):
            if self.is_variable(target.name):
                raise self.error("cannot delete an (outer) local", node.span)
            self.refuse_constant(target, _NOT_DELETABLE)
            return DeleteSlot(This(), Constant(target.name), line)
        if isinstance(target, ast.RootName):
            return DeleteSlot(RootTable(), Constant(target.name), line)
        if isinstance(target, ast.Member):
            self.refuse_constant(target, _NOT_DELETABLE)
            return DeleteSlot(self.expression(target.target), Constant(target.name), line)
        if isinstance(target, ast.Index):
            return DeleteSlot(self.expression(target.target), self.expression(target.key), line)
        raise self.error(_NOT_DELETABLE, node.span)

    # ----------------------------------------------------------------------------------------------------------- calls

    def call(self, node: ast.Call) -> Expr:
        callee, line = node.callee, self.end_line(node.callee.span)
        if isinstance(callee, ast.Name) and self.is_member_name(callee.name):
            call = CallName(callee.name, self.arguments(node), line)
            return CallCallee(call) if callee.name == "callee" else call
        if isinstance(callee, ast.RootName):
            return CallMember(RootTable(), callee.name, self.arguments(node), line)
        if isinstance(callee, ast.Member):
            target = callee.target
            if isinstance(target, ast.This):
                return CallName(callee.name, self.arguments(node), line)
            if isinstance(target, ast.Base):
                return CallBase(callee.name, self.arguments(node), line)
            enum = isinstance(target, ast.Name) and isinstance(self.machine.constants.get(target.name), dict)
            if not enum or self.is_variable(target.name):  # type: ignore[attr-defined]
                return CallMember(self.expression(target), callee.name, self.arguments(node), line)
        if isinstance(callee, ast.Index) and not isinstance(callee.target, ast.Base):
            key = self.expression(callee.key)
            if isinstance(callee.target, ast.This):
                return CallThisIndex(key, self.arguments(node), line)
            return CallIndex(self.expression(callee.target), key, self.arguments(node), line)
        if isinstance(callee, ast.Name) and self.scope.find(callee.name) is not None:
            return CallLocal(self.name(callee), self.arguments(node), line)
        return CallValue(self.expression(callee), self.arguments(node), line)

    def arguments(self, node: ast.Call) -> Arguments:
        return Arguments([self.expression(argument) for argument in node.arguments])

    # -------------------------------------------------------------------------------------------------------- literals

    def closure(self, body: ast.FunctionBody) -> MakeClosure:
        given = [parameter.default for parameter in body.parameters if parameter.default is not None]
        defaults = [self.expression(default) for default in given]
        code, captures = self.function(body)
        return MakeClosure(code, captures, defaults)

    def table(self, node: ast.TableLiteral) -> Expr:
        return MakeTable(
            [self.expression(slot.key) for slot in node.slots],
            [self.expression(slot.value) for slot in node.slots],
            self.line(node.span),
        )

    def class_literal(self, node: ast.ClassLiteral) -> Expr:
        members = [
            Member(
                self.expression(member.key),
                self.expression(member.value),
                None if member.attributes is None else self.table(member.attributes),
                member.is_static,
                self.line(member.span),
            )
            for member in node.members
        ]
        base = None if node.base is None else self.expression(node.base)
        attributes = None if node.attributes is None else self.table(node.attributes)
        return MakeClass(base, attributes, members, self.line(node.span))


def applied_operation(operator: str, line: int) -> Arithmetic:
    """The arithmetic node of a compound assignment, which gets its operands from the assignment."""
    nothing = Constant(None)
    return cast(Arithmetic, operation(operator, nothing, nothing, line))


def operation(operator: str, left: Expr, right: Expr, line: int) -> Expr:
    """The node of a binary operator."""
    if type(right) is Constant and type(right.value) is int:
        if operator in ("+", "-"):
            return AddInteger(left, right.value, operator, line)
        if operator in OPERATORS:
            return CompareInteger(operator, left, right.value, line)
    if operator == "+":
        return Add(left, right, line)
    if operator == "-":
        return Subtract(left, right, line)
    if operator == "*":
        return Multiply(left, right, line)
    if operator == "/":
        return Divide(left, right, line)
    if operator == "%":
        return Modulo(left, right, line)
    if operator == "==":
        return Equal(left, right, line)
    if operator == "!=":
        return NotEqual(left, right, line)
    if operator == "<":
        return Less(left, right, line)
    if operator == "<=":
        return LessEqual(left, right, line)
    if operator == ">":
        return Greater(left, right, line)
    if operator == ">=":
        return GreaterEqual(left, right, line)
    if operator == "<=>":
        return ThreeWay(left, right, line)
    if operator == "&&":
        return And(left, right)
    if operator == "||":
        return Or(left, right)
    if operator == "&":
        return BitAnd(left, right, line)
    if operator == "|":
        return BitOr(left, right, line)
    if operator == "^":
        return BitXor(left, right, line)
    if operator == "in":
        return In(left, right, line)
    if operator == "instanceof":
        return InstanceOf(left, right, line)
    if operator == "<<":
        return ShiftLeft(left, right, line)
    if operator == ">>":
        return ShiftRight(left, right, line)
    return ShiftRightUnsigned(left, right, line)
