"""Runs a program that needs only the language, no agent, and says what it did."""

from __future__ import annotations

import threading

from imp_runtime.stack import start_with_large_stack
from imp_runtime.testing.expectations import CompileFailure, Frame, Outcome, RuntimeFailure
from squirrel import VM, CompileError, SquirrelError
from squirrel.ops.text import to_text

PROGRAM_NAME = "test"


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
    done = threading.Event()

    def body() -> None:
        try:
            outcomes.append(run_program(source, name))
        except BaseException as failure:  # carried over to the caller's thread
            failures.append(failure)
        finally:
            done.set()

    start_with_large_stack(body, "squirrel-program")
    done.wait()
    if failures:
        raise failures[0]
    return outcomes[0]
