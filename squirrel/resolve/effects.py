"""Which operands must be evaluated out of their textual order.

The reference compiler leaves a plain local where it is and reads it when the operator runs, after the other operand
(dialect sheet, section 18). That shows only where the other operand changes the local.
"""

from __future__ import annotations

from squirrel.syntax import ast


def left_in_place(node: ast.Expression) -> ast.Name | None:
    """The bare name whose variable *is* the operand: ``k``, ``++k``, ``k = 1``, ``k += 1``; else None."""
    node = ungrouped(node)
    if isinstance(node, ast.Name):
        return node
    if isinstance(node, ast.Increment) and node.prefix and isinstance(node.target, ast.Name):
        return node.target
    if isinstance(node, ast.Assign) and node.operator != "<-" and isinstance(node.target, ast.Name):
        return node.target
    return None


def ungrouped(node: ast.Expression) -> ast.Expression:
    """The expression inside its parentheses."""
    while isinstance(node, ast.Grouped):
        node = node.expression
    return node


def may_change(node: ast.Expression, name: str, by_calls: bool) -> bool:
    """Whether evaluating ``node`` can assign to a local; ``by_calls``: closures capture it, so any call can."""
    pending: list[ast.Expression] = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, (ast.Assign, ast.Increment)):
            if isinstance(current.target, ast.Name) and current.target.name == name:
                return True
        elif by_calls and isinstance(current, (ast.Call, ast.Unary)):
            return True
        pending.extend(operands(current))
    return False


def operands(node: ast.Expression) -> list[ast.Expression]:
    """The expressions that evaluating a node evaluates, inner functions left out."""
    if isinstance(node, ast.Grouped):
        return [node.expression]
    if isinstance(node, ast.Binary):
        return [node.left, node.right]
    if isinstance(node, ast.Unary):
        return [node.operand]
    if isinstance(node, ast.Member):
        return [node.target]
    if isinstance(node, ast.Index):
        return [node.target, node.key]
    if isinstance(node, ast.Call):
        return [node.callee, *node.arguments]
    if isinstance(node, ast.Assign):
        return [node.target, node.value]
    if isinstance(node, (ast.Increment, ast.Delete)):
        return [node.target]
    if isinstance(node, ast.Conditional):
        return [node.condition, node.then, node.otherwise]
    if isinstance(node, ast.Comma):
        return node.expressions
    if isinstance(node, ast.ArrayLiteral):
        return node.items
    if isinstance(node, ast.TableLiteral):
        return [part for slot in node.slots for part in (slot.key, slot.value)]
    if isinstance(node, ast.ClassLiteral):
        return [part for member in node.members for part in (member.key, member.value)]
    return []
