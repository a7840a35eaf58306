"""The process that runs fuzzing cases: one JSON line with a source in, one JSON line with what became of it out.

It imports nothing but the interpreter, so it tests whatever `squirrel` Python finds first. A case that takes the
process down, or that cannot be stopped, is the business of the other side (`tests.fuzz.workers`).
"""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
import traceback
from typing import Final

import squirrel.vm as vm_module
from squirrel import VM, CompileError, SquirrelError
from squirrel.errors import Interrupted
from squirrel.ops.text import to_text, type_name

STACK_BYTES: Final = 512 << 20
RECURSION_LIMIT: Final = 2_000_000
# More than any case may need, less than what would disturb the machine: reaching it shows up as a MemoryError.
ADDRESS_SPACE: Final = 6 << 30
# Processor seconds that may pass between an interrupt and the end of the program, its memory given back included.
LATEST_STOP: Final = 1.0 if vm_module.__file__.endswith(".so") else 3.0


class Case:
    """One program: compiled, run, and its result or error looked at as a host would."""

    def __init__(self, source: str, seconds: float) -> None:
        self.source = source
        self.seconds = seconds
        self.outcome = "lost"
        self.detail = ""
        self.vm: VM | None = None
        self.ended = threading.Event()
        self.interrupted_at = -1.0
        self.compiled_at = -1.0

    def run(self) -> None:
        """Run it on the present thread."""
        try:
            self.outcome, self.detail = self._run()
        except BaseException as error:  # everything else is what the fuzzer looks for
            self.outcome = "exception"
            lines = traceback.format_exception_only(error)
            frames = traceback.extract_tb(error.__traceback__)[-1:] if error.__traceback__ else []
            where = f" at {frames[0].filename.rsplit('/', 1)[-1]}:{frames[0].lineno}" if frames else ""
            self.detail = (lines[-1].strip() + where)[:300]
            error.__traceback__ = None
        self.vm = None
        # Stopping includes giving the memory back.
        late = time.process_time() - max(self.interrupted_at, self.compiled_at)
        if self.interrupted_at >= 0 and self.compiled_at >= 0 and late > LATEST_STOP:
            self.outcome = "late"
            self.detail = f"{late:.1f} s after the interrupt"
        self.ended.set()

    def _run(self) -> tuple[str, str]:
        vm = VM(print_function=self._print)
        vm.machine.pause = _let_others_run
        self.vm = vm
        try:
            program = vm.compile(self.source)
            # Compiling cannot be interrupted: it takes as long as the source is.
            self.compiled_at = time.process_time()
            value = vm.call(program, vm.machine.root)
            del program
        except CompileError as error:
            return "compile error", f"{error.line}:{error.column}: {error.message}"
        except Interrupted:
            return "interrupted", ""
        except SquirrelError as error:
            for entry in error.trace[:20]:
                for name, local in entry.locals():
                    assert isinstance(name, str)
                    check(local)
                assert entry.line >= 0 and entry.file and entry.function
            check(error.value)
            assert isinstance(error.message, str)
            return "error", self._text(vm, error.value)
        check(value)
        return "result", self._text(vm, value)

    def _text(self, vm: VM, value: object) -> str:
        vm.machine.depth = 0
        vm.machine.native_depth = 0
        try:
            return to_text(vm.machine, value)[:80]
        except (SquirrelError, Interrupted):
            return "no text"

    def _print(self, text: str) -> None:
        text.encode("latin-1")


def check(value: object) -> None:
    """Raise an AssertionError for what is no Squirrel value."""
    type_name(value)
    if type(value) is int:
        assert -(1 << 31) <= value < 1 << 31, f"integer {value}"
    if type(value) is str:
        value.encode("latin-1")


def _let_others_run() -> None:
    time.sleep(0)


def run_one(source: str, seconds: float) -> dict[str, object]:
    """Run a case on a thread with a large stack; interrupt it when its time is over."""
    case = Case(source, seconds)
    started = time.monotonic()
    thread = threading.Thread(target=case.run)
    thread.start()
    if not case.ended.wait(seconds):
        vm = case.vm
        case.interrupted_at = time.process_time()
        if vm is not None:
            vm.interrupt()
    thread.join()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    took = time.monotonic() - started
    return {"outcome": case.outcome, "detail": case.detail, "seconds": round(took, 2), "peak": peak}


def main() -> None:
    """Serve the other side until it closes the pipe."""
    sys.setrecursionlimit(RECURSION_LIMIT)
    threading.stack_size(STACK_BYTES)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(run_one(order["source"], order["seconds"])), flush=True)


if __name__ == "__main__":
    main()
