"""Runs a program that needs only the language, no agent, and says what it did."""

from __future__ import annotations

import sys
import threading

from imp_runtime.testing.expectations import CompileFailure, Frame, Outcome, RuntimeFailure
from squirrel import VM, CompileError, SquirrelError
from squirrel.ops.text import to_text

PROGRAM_NAME = "test"

# Deep script recursion is deep recursion of the evaluator: the thread that runs programs gets room for it.
_STACK_BYTES = 512 * 1024 * 1024
_RECURSION_LIMIT = 1_000_000


def run_program(source: str, name: str = PROGRAM_NAME) -> Outcome:
    """Run a program on a fresh VM.

    Parameters: ``source`` is the program, its characters are bytes (latin-1); ``name`` is the file name errors show.
    Must be called on a thread with a large stack (:func:`with_large_stack`) if the program may recurse deeply.
    """
    printed: list[str] = []
    vm = VM(print_function=printed.append)
    outcome = Outcome()
    try:
        vm.run(source.encode("latin-1"), name)
    except CompileError as error:
        outcome.compile_error = CompileFailure(error.message, error.line, error.column)
    except SquirrelError as error:
        frames = tuple(Frame(entry.function, entry.file, entry.line) for entry in error.trace)
        outcome.error = RuntimeFailure(to_text(vm.machine, error.value), frames)
    outcome.output = "".join(printed)
    return outcome


def with_large_stack(source: str, name: str = PROGRAM_NAME) -> Outcome:
    """:func:`run_program` on a thread of its own whose stack is large enough for deep recursion."""
    outcomes: list[Outcome] = []
    failures: list[BaseException] = []

    def body() -> None:
        try:
            outcomes.append(run_program(source, name))
        except BaseException as failure:  # carried over to the caller's thread
            failures.append(failure)

    limit = sys.getrecursionlimit()
    size = threading.stack_size(_STACK_BYTES)
    sys.setrecursionlimit(_RECURSION_LIMIT)
    try:
        thread = threading.Thread(target=body, name="squirrel program")
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if failures:
        raise failures[0]
    return outcomes[0]
