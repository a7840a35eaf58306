"""The compile-time picture of a function: its scopes, variables and slots."""

from __future__ import annotations

from squirrel.nodes.functions import FunctionCode
from squirrel.resolve.captures import Declaration
from squirrel.values.function import LAST_LINE, LocalName


class Variable:
    """A local variable: the slot it lives in, and whether that slot holds a cell."""

    def __init__(self, name: str, slot: int, captured: bool) -> None:
        self.name = name
        self.slot = slot
        self.captured = captured
        self.local_name: LocalName | None = None


class FunctionScope:
    """What the resolver knows about the function it is in."""

    def __init__(self, code: FunctionCode, outer: FunctionScope | None, captured: set[Declaration]) -> None:
        self.code = code
        self.outer = outer
        self.captured = captured
        self.scopes: list[dict[str, Variable]] = [{}]
        self.next_slot = 0
        # Cells of the closure: where each comes from (see MakeClosure), and whose it is.
        self.captures: list[int] = []
        self.cell_owners: list[Variable] = []
        # The deepest nesting of expressions and blocks so far.
        self.deepest = 0
        # How many loops, and loops or switches, surround the statement being resolved.
        self.loops = 0
        self.breakables = 0

    def take_slot(self) -> int:
        """A free slot; it is given back with the scope it was taken in."""
        slot = self.next_slot
        self.next_slot += 1
        self.code.slot_count = max(self.code.slot_count, self.next_slot)
        return slot

    def reach(self, nesting: int) -> None:
        """Note how deeply nested a construct of this function is."""
        self.deepest = max(self.deepest, nesting)

    def declare(self, node: object, name: str, slot: int, line: int) -> Variable:
        """Bring a variable into scope."""
        variable = Variable(name, slot, (id(node), name) in self.captured)
        self.scopes[-1][name] = variable
        if name:
            variable.local_name = LocalName(name, slot, line, LAST_LINE)
            self.code.local_names.append(variable.local_name)
        return variable

    def open(self) -> int:
        """Begin a scope; returns the first slot it may use."""
        self.scopes.append({})
        return self.next_slot

    def close(self, first_slot: int, line: int) -> int:
        """End a scope; returns the slot after the last one it used for variables at its own level."""
        for variable in self.scopes.pop().values():
            if variable.local_name is not None:
                variable.local_name.last_line = line
        last = self.next_slot
        self.next_slot = first_slot
        return last

    def find(self, name: str) -> Variable | None:
        """A local variable of this function."""
        for scope in reversed(self.scopes):
            variable = scope.get(name)
            if variable is not None:
                return variable
        return None

    def find_cell(self, name: str) -> int:
        """The index of the closure's cell for a variable of an enclosing function; -1 if there is none."""
        if self.outer is None:
            return -1
        variable = self.outer.find(name)
        if variable is not None:
            for index in range(len(self.cell_owners)):
                if self.cell_owners[index] is variable:
                    return index
            self.captures.append(variable.slot)
            self.cell_owners.append(variable)
            return len(self.captures) - 1
        outer_index = self.outer.find_cell(name)
        if outer_index < 0:
            return -1
        owner = self.outer.cell_owners[outer_index]
        for index in range(len(self.cell_owners)):
            if self.cell_owners[index] is owner:
                return index
        self.captures.append(-1 - outer_index)
        self.cell_owners.append(owner)
        return len(self.captures) - 1
