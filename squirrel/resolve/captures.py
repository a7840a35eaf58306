"""Which local variables are captured by inner functions, and which statements contain a ``yield``.

Whether a variable lives in a plain slot or in a cell, and whether a statement must be resumable, has to be known before
the first node is made, so this walk comes first. It follows the scoping rules of ``squirrel.resolve.statements``.
"""

from __future__ import annotations

from squirrel.syntax import ast

# A declaration is named by the syntax node that makes it and the variable's name.
Declaration = tuple[int, str]


class _Function:
    """The scopes of one function, outermost first."""

    def __init__(self, outer: _Function | None) -> None:
        self.outer = outer
        self.scopes: list[dict[str, Declaration]] = [{}]


class CaptureFinder:
    """Walks a script and collects the declarations that inner functions use."""

    def __init__(self) -> None:
        self.captured: set[Declaration] = set()
        self.yielding: set[int] = set()
        self.function = _Function(None)
        # The statements of the present function around the one being walked.
        self.around: list[int] = []

    def declare(self, node: object, name: str) -> None:
        self.function.scopes[-1][name] = (id(node), name)

    def use(self, name: str) -> None:
        function: _Function | None = self.function
        first = True
        while function is not None:
            for scope in reversed(function.scopes):
                if name in scope:
                    if not first:
                        self.captured.add(scope[name])
                    return
            function = function.outer
            first = False

    # ------------------------------------------------------------------------------------------------------ statements

    def block(self, statements: list[ast.Statement]) -> None:
        """Statements in a scope of their own."""
        self.function.scopes.append({})
        for statement in statements:
            self.statement(statement)
        self.function.scopes.pop()

    def scoped(self, statement: ast.Statement | None) -> None:
        """A loop or branch body: a scope even without braces."""
        if statement is not None:
            self.block(statement.statements if isinstance(statement, ast.Block) else [statement])

    def statement(self, node: ast.Statement) -> None:
        self.around.append(id(node))
        self._statement(node)
        self.around.pop()

    def _statement(self, node: ast.Statement) -> None:
        if isinstance(node, ast.YieldStatement):
            self.yielding.update(self.around)
        if isinstance(node, ast.ExpressionStatement):
            self.expression(node.expression)
        elif isinstance(node, ast.Block):
            self.block(node.statements)
        elif isinstance(node, ast.Local):
            for declaration in node.declarations:
                self.optional(declaration.value)
                self.declare(declaration, declaration.name)
        elif isinstance(node, ast.LocalFunction):
            self.function_body(node.function)
            self.declare(node, node.function.name)
        elif isinstance(node, ast.FunctionDeclaration):
            self.function_body(node.function)
        elif isinstance(node, ast.ClassDeclaration):
            self.expression(node.target)
            self.expression(node.literal)
        elif isinstance(node, ast.If):
            # ``else if`` chains are walked in a loop: they may be long.
            current: ast.Statement | None = node
            while isinstance(current, ast.If):
                self.expression(current.condition)
                self.scoped(current.then)
                current = current.otherwise
            self.scoped(current)
        elif isinstance(node, ast.While):
            self.expression(node.condition)
            self.scoped(node.body)
        elif isinstance(node, ast.DoWhile):
            self.scoped(node.body)
            self.expression(node.condition)
        elif isinstance(node, ast.For):
            self.for_loop(node)
        elif isinstance(node, ast.Foreach):
            self.expression(node.iterated)
            self.function.scopes.append({})
            if node.key is not None:
                self.declare(node, node.key)
            self.declare(node, node.value)
            self.scoped(node.body)
            self.function.scopes.pop()
        elif isinstance(node, ast.Switch):
            self.expression(node.subject)
            for case in node.cases:
                self.optional(case.value)
                self.block(case.statements)
        elif isinstance(node, (ast.Return, ast.YieldStatement)):
            self.optional(node.value)
        elif isinstance(node, ast.Throw):
            self.expression(node.value)
        elif isinstance(node, ast.Try):
            self.scoped(node.body)
            self.function.scopes.append({})
            self.declare(node, node.variable)
            self.scoped(node.handler)
            self.function.scopes.pop()

    def for_loop(self, node: ast.For) -> None:
        self.function.scopes.append({})
        if node.initial is not None:
            self.statement(node.initial)
        self.optional(node.condition)
        self.optional(node.step)
        self.scoped(node.body)
        self.function.scopes.pop()

    # ----------------------------------------------------------------------------------------------------- expressions

    def optional(self, node: ast.Expression | None) -> None:
        if node is not None:
            self.expression(node)

    def expression(self, node: ast.Expression) -> None:
        # Long chains lean to the left: ``a + b + c + ...``.
        while isinstance(node, ast.Binary):
            self.expression(node.right)
            node = node.left
        if isinstance(node, ast.Name):
            self.use(node.name)
        elif isinstance(node, ast.Member):
            self.expression(node.target)
        elif isinstance(node, ast.Index):
            self.expression(node.target)
            self.expression(node.key)
        elif isinstance(node, ast.Call):
            self.expression(node.callee)
            for argument in node.arguments:
                self.expression(argument)
        elif isinstance(node, ast.Grouped):
            self.expression(node.expression)
        elif isinstance(node, ast.Unary):
            self.expression(node.operand)
        elif isinstance(node, (ast.Delete, ast.Increment)):
            self.expression(node.target)
        elif isinstance(node, ast.Conditional):
            self.expression(node.condition)
            self.expression(node.then)
            self.expression(node.otherwise)
        elif isinstance(node, ast.Assign):
            self.expression(node.target)
            self.expression(node.value)
        elif isinstance(node, ast.Comma):
            for expression in node.expressions:
                self.expression(expression)
        elif isinstance(node, ast.ArrayLiteral):
            for item in node.items:
                self.expression(item)
        elif isinstance(node, ast.TableLiteral):
            for slot in node.slots:
                self.expression(slot.key)
                self.expression(slot.value)
        elif isinstance(node, ast.FunctionLiteral):
            self.function_body(node.function)
        elif isinstance(node, ast.ClassLiteral):
            self.class_literal(node)

    def class_literal(self, node: ast.ClassLiteral) -> None:
        self.optional(node.base)
        self.optional(node.attributes)
        for member in node.members:
            self.expression(member.key)
            self.optional(member.attributes)
            self.expression(member.value)

    def function_body(self, node: ast.FunctionBody) -> None:
        for parameter in node.parameters:
            self.optional(parameter.default)
        self.function = _Function(self.function)
        around, self.around = self.around, []
        for parameter in node.parameters:
            self.declare(parameter, parameter.name)
        if node.varargs:
            self.declare(node, "vargv")
        if isinstance(node.body, ast.Block):
            for statement in node.body.statements:
                self.statement(statement)
        else:
            self.statement(node.body)
        self.around = around
        outer = self.function.outer
        assert outer is not None
        self.function = outer


def find_captures(script: ast.Script) -> tuple[set[Declaration], set[int]]:
    """All captured declarations of a script, and the ids of all statements that contain a ``yield``."""
    finder = CaptureFinder()
    for statement in script.statements:
        finder.statement(statement)
    return finder.captured, finder.yielding
