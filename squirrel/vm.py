"""The Squirrel virtual machine as hosts use it."""

from __future__ import annotations

import sys
from collections.abc import Callable

from squirrel.delegates import install as install_delegates
from squirrel.machine import Machine
from squirrel.nodes.functions import script_closure
from squirrel.ops.call import call
from squirrel.resolve.statements import resolve
from squirrel.stdlib import install as install_stdlib
from squirrel.syntax import parse
from squirrel.syntax.ast import Script
from squirrel.values.function import Closure


def write_to_stdout(text: str) -> None:
    """What ``print`` does unless the host decides otherwise: the bytes of the text go to standard output."""
    sys.stdout.buffer.write(text.encode("latin-1"))
    sys.stdout.buffer.flush()


class VM:
    """One Squirrel program's world: ``VM().run("print(1 + 1)")``.

    Squirrel's strings are byte strings; as Python values they are ``str`` whose characters are 0-255. A VM belongs to
    one thread; only ``interrupt`` may be called from others. Deep recursion needs a thread with a large stack and, in
    the plain build, a high recursion limit: see the host.
    """

    def __init__(
        self,
        print_function: Callable[[str], None] = write_to_stdout,
        constants: dict[str, object] | None = None,
    ) -> None:
        """``constants`` are known to every script as if ``const`` had declared them."""
        self.machine = Machine(print_function)
        install_delegates(self.machine)
        install_stdlib(self.machine)
        if constants is not None:
            self.machine.constants.update(constants)

    def compile(self, source: str | bytes, name: str = "main") -> Closure:
        """Compile a script to a function without parameters. ``name`` is what errors call the file.

        A ``str`` is taken as the UTF-8 bytes that a file of that text would have.

        Raises:
            CompileError: it is not a Squirrel program.
        """
        encoded = source if isinstance(source, bytes) else source.encode("utf-8", "surrogateescape")
        return self.compile_tree(parse(encoded.decode("latin-1"), name))

    def compile_tree(self, script: Script) -> Closure:
        """As ``compile``, for a script that somebody has parsed.

        Raises:
            CompileError: it is not a Squirrel program.
        """
        return script_closure(self.machine, resolve(self.machine, script))

    def run(self, source: str | bytes, name: str = "main") -> object:
        """Compile and run a script with the root table as ``this``; returns what the script returns.

        Raises:
            CompileError: it is not a Squirrel program.
            SquirrelError: it threw something and did not catch it.
            Interrupted: somebody called ``interrupt``.
        """
        return self.call(self.compile(source, name), self.machine.root)

    def call(self, function: object, this: object, *arguments: object) -> object:
        """Call a Squirrel function from the host.

        Raises:
            SquirrelError: the function threw something.
            Interrupted: somebody called ``interrupt``.
        """
        machine = self.machine
        depth, native_depth, catchers = machine.depth, machine.native_depth, machine.catchers
        machine.catchers = 0
        try:
            return call(machine, function, this, list(arguments))
        finally:
            machine.unwind(depth)
            machine.native_depth, machine.catchers = native_depth, catchers

    def define(self, name: str, value: object) -> None:
        """Create or overwrite a slot of the root table."""
        self.machine.root.new_slot(name, value)

    def interrupt(self) -> None:
        """Stop the running script at its next loop round or call, from any thread."""
        self.machine.interrupt()
