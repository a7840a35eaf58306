"""Runs Squirrel programs on the reference C++ VM: one JSON request a line on stdin, one JSON answer a line on stdout.

This file is executed by the oracle's own Python (package ``squirrel-lang-sq305``: Squirrel 3.0.5 with 32-bit integers
and floats), never imported by the tests. The package's Python API loses compile-error positions and cannot pass byte
strings, so the driver calls the C API that its shared library exports.

Request: ``{"source": str}``; every character is one byte (latin-1). Answer, also latin-1 text::

    {"output": str,                                                    what print and error wrote
     "compile_error": null | {"message", "line", "column"},
     "error": null | {"message", "frames": [{"function", "file", "line"}, ...]}}     innermost frame first

Every program gets a fresh VM in which ``PRELUDE`` has put the library functions where the imp has them. Only script
frames are reported. A program that crashes the VM takes this process with it; ``oracle_client`` starts another.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import resource
import sys
from typing import Any

import squirrel  # noqa: F401  (loads the libraries the extension module depends on)

VM = ctypes.c_void_p
INT = ctypes.c_int32
NATIVE = ctypes.CFUNCTYPE(INT, VM)
PRINT = ctypes.CFUNCTYPE(None, VM, ctypes.c_char_p, ctypes.c_char_p)
COMPILE_ERROR = ctypes.CFUNCTYPE(None, VM, ctypes.c_char_p, ctypes.c_char_p, INT, INT)

SOURCE_NAME = b"test"
PRELUDE_NAME = b"prelude"
MEMORY_LIMIT = 1 << 29

# The mathematics library is a namespace on the imp; threads, reflection and the system library are absent there.
PRELUDE = b"""
math <- {};
foreach (name in ["sqrt","sin","cos","tan","asin","acos","atan","atan2","log","log10","exp","floor","ceil","pow","fabs",
                  "abs","rand","srand","PI","RAND_MAX"]) {
    math[name] <- getroottable()[name];
    delete getroottable()[name];
}
foreach (name in ["setroottable","getconsttable","setconsttable","compilestring","setdebughook","seterrorhandler",
                  "getstackinfos","newthread","suspend","getenv","system","remove","rename","resurrectunreachable",
                  "enabledebuginfo"]) {
    if (name in getroottable()) delete getroottable()[name];
}
"""


class StackInfos(ctypes.Structure):
    """One entry of the VM's call stack (the C struct of the same name)."""

    _fields_ = [("function", ctypes.c_char_p), ("source", ctypes.c_char_p), ("line", INT)]


def load_library() -> ctypes.CDLL:
    """The oracle's shared library with the signatures of the functions used here."""
    lib = ctypes.CDLL(sys.modules["_squirrel"].__file__)
    signatures: dict[str, tuple[Any, list[Any]]] = {
        "sq_open": (VM, [INT]),
        "sq_close": (None, [VM]),
        "sq_setprintfunc": (None, [VM, PRINT, PRINT]),
        "sq_setcompilererrorhandler": (None, [VM, COMPILE_ERROR]),
        "sq_seterrorhandler": (None, [VM]),
        "sq_newclosure": (None, [VM, NATIVE, ctypes.c_uint32]),
        "sq_pushroottable": (None, [VM]),
        "sq_pushstring": (None, [VM, ctypes.c_char_p, INT]),
        "sq_setparamscheck": (INT, [VM, INT, ctypes.c_char_p]),
        "sq_newslot": (INT, [VM, INT, INT]),
        "sq_compilebuffer": (INT, [VM, ctypes.c_char_p, INT, ctypes.c_char_p, INT]),
        "sq_call": (INT, [VM, INT, INT, INT]),
        "sq_getstring": (INT, [VM, INT, ctypes.POINTER(ctypes.c_void_p)]),
        "sq_getlasterror": (None, [VM]),
        "sq_getsize": (INT, [VM, INT]),
        "sq_tostring": (None, [VM, INT]),
        "sq_gettop": (INT, [VM]),
        "sq_settop": (None, [VM, INT]),
        "sq_stackinfos": (INT, [VM, INT, ctypes.POINTER(StackInfos)]),
        "sqstd_register_bloblib": (INT, [VM]),
        "sqstd_register_mathlib": (INT, [VM]),
        "sqstd_register_stringlib": (INT, [VM]),
        "sqstd_register_systemlib": (INT, [VM]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(lib, name)
        function.restype = result
        function.argtypes = arguments
    return lib


LIB = load_library()


def text_at(v: int, index: int) -> str:
    """The text form of the value at a stack index, byte for byte."""
    LIB.sq_tostring(v, index)
    pointer = ctypes.c_void_p()
    if LIB.sq_getstring(v, -1, ctypes.byref(pointer)) < 0:
        return ""
    return ctypes.string_at(pointer.value or 0, LIB.sq_getsize(v, -1)).decode("latin-1")


class Run:
    """One program on one fresh VM."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.output: list[str] = []
        self.compile_error: dict[str, Any] | None = None
        self.error: dict[str, Any] | None = None
        self._print = PRINT(lambda v, fmt, text: None)
        self._on_compile_error = COMPILE_ERROR(self._compile_error)
        self._on_error = NATIVE(self._uncaught)
        self._print_native = NATIVE(self._print_value)

    def _print_value(self, v: int) -> int:
        self.output.append(text_at(v, 2))
        return 0

    def _compile_error(self, v: int, message: bytes, source: bytes, line: int, column: int) -> None:
        self.compile_error = {"message": "", "line": line, "column": column}

    def _uncaught(self, v: int) -> int:
        message = text_at(v, 2)
        frames = []
        level = 1
        infos = StackInfos()
        while LIB.sq_stackinfos(v, level, ctypes.byref(infos)) >= 0:
            if infos.source and infos.source != b"NATIVE":
                frames.append(
                    {
                        "function": (infos.function or b"").decode("latin-1") or "unknown",
                        "file": infos.source.decode("latin-1"),
                        "line": infos.line,
                    }
                )
            level += 1
        self.error = {"message": message, "frames": frames}
        return 0

    def _execute(self, v: int, source: bytes, name: bytes) -> None:
        top = LIB.sq_gettop(v)
        if LIB.sq_compilebuffer(v, source, len(source), name, 1) < 0:
            # The text the handler gets may lie in a dead stack frame, so it is taken from a second, silent attempt.
            LIB.sq_compilebuffer(v, source, len(source), name, 0)
            LIB.sq_getlasterror(v)
            self.compile_error = {**(self.compile_error or {"line": 0, "column": 0}), "message": text_at(v, -1)}
            LIB.sq_settop(v, top)
            return
        LIB.sq_pushroottable(v)
        if LIB.sq_call(v, 1, 0, 1) >= 0:
            # The handler also hears of some errors that a ``catch`` beyond a native function takes care of.
            self.error = None
        elif self.error is None:
            self.error = {"message": "the error handler was not called", "frames": []}
        LIB.sq_settop(v, top)

    def run(self) -> dict[str, Any]:
        """Compile and run the program; the answer to send back."""
        v = LIB.sq_open(1024)
        LIB.sq_setprintfunc(v, self._print, self._print)
        LIB.sq_setcompilererrorhandler(v, self._on_compile_error)
        LIB.sq_newclosure(v, self._on_error, 0)
        LIB.sq_seterrorhandler(v)
        LIB.sq_pushroottable(v)
        for library in ("bloblib", "mathlib", "stringlib", "systemlib"):
            getattr(LIB, f"sqstd_register_{library}")(v)
        for name in (b"print", b"error"):
            LIB.sq_pushstring(v, name, -1)
            LIB.sq_newclosure(v, self._print_native, 0)
            LIB.sq_setparamscheck(v, 2, None)
            LIB.sq_newslot(v, -3, 0)
        self._execute(v, PRELUDE, PRELUDE_NAME)
        if self.error or self.compile_error:
            raise RuntimeError(f"the prelude failed: {self.error or self.compile_error}")
        self._execute(v, self.source, SOURCE_NAME)
        LIB.sq_close(v)
        return {
            "output": imp_pointers("".join(self.output)),
            "compile_error": self.compile_error,
            "error": self.error and {**self.error, "message": imp_pointers(self.error["message"])},
        }


def imp_pointers(text: str) -> str:
    """Stock writes ``0x`` in front of what ``%p`` already marks; the imp does not (dialect sheet, 2.2)."""
    return re.sub(r"\((\w+) : 0x(\(nil\)|0x[0-9a-f]+)\)", r"(\1 : \2)", text)


def main() -> None:
    """Answer requests until stdin ends. The VM library writes to stdout too, so answers go to a copy of it."""
    # The VM lets a program that recurses endlessly eat all memory there is.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    for request in sys.stdin:
        answer = Run(json.loads(request)["source"].encode("latin-1")).run()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
