r"""Squirrel, as Electric Imp agents speak it: a parser, a resolver and a tree-walking evaluator.

    from squirrel import VM
    VM().run('print("Hello\n")')

The package does no I/O and knows nothing of the imp API; ``imp_runtime`` builds that on top.
"""

from squirrel.errors import CompileError, Interrupted, SquirrelError
from squirrel.vm import VM

__all__ = ["VM", "CompileError", "Interrupted", "SquirrelError"]
