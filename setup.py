"""Builds the `squirrel` package with mypyc where that is possible; everything else is in pyproject.toml.

The compiled build and the plain one behave alike; the compiled one is many times faster. Environment at build time:

`IMPSIM_PURE=1`
    do not compile: a plain Python wheel that runs anywhere.
`IMPSIM_REQUIRE_COMPILED=1`
    fail where the build would otherwise fall back to plain Python with a notice on stderr (no C compiler, no Python
    headers, a type error in the sources).

Only commands that produce something to install compile. An editable install stays plain, because extension modules in
the source tree would hide every later edit of the sources they were made from.
"""

from __future__ import annotations

import os
import re
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import cast

from setuptools import Distribution, Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext
from setuptools.errors import BaseError, CCompilerError

ROOT = Path(__file__).resolve().parent

# Modules and packages (a name covers everything below it) that have to stay plain Python, each with the reason.
NOT_COMPILED: dict[str, str] = {
    "squirrel.syntax.generator": "run as a program when the grammar changes; uses Lark's untyped inner structures",
}

INLINING = [] if sys.platform == "win32" else ["-fvisibility=hidden", "-fno-semantic-interposition"]

# Functions of the executable tree that are worth a copy in every place that calls them.
INLINED = [
    "base___unboxed",
    "base___boxed",
    "base___Frame___take",
    "base___Frame___release",
    "Arithmetic___left_number",
    "Arithmetic___right_number",
    "FunctionCode___begin",
    "FunctionCode___begin_with",
    "FunctionCode___begin_with_two",
    "FunctionCode___finish",
    "ByName___locate",
    "ByName___member",
    "BareName___find",
    "calls___call_with",
    "arithmetic___wrapped",
    "arithmetic___as_real",
    "numbers___round32",
    "CompareInteger___holds",
]
INLINE_MACRO = """\
#ifdef __GNUC__
#define IMPSIM_INLINE __attribute__((always_inline)) inline
#else
#define IMPSIM_INLINE
#endif
"""
ADJUSTMENTS = """\
#define PyFloat_AsDouble(o) (PyFloat_CheckExact(o) ? PyFloat_AS_DOUBLE(o) : PyFloat_AsDouble(o))
#if SIZEOF_LONG == 8
#define PyLong_FromLongLong PyLong_FromLong
#endif
"""
NO_TRACEBACKS = """\
#define CPy_AddTraceback(filename, function, line, globals) ((void)0)
"""

COMPILING_COMMANDS = frozenset({"bdist_wheel", "build", "build_ext", "install"})
BUILD_ERRORS = (BaseError, CCompilerError)


def modules_to_compile(root: Path = ROOT) -> list[str]:
    """Return the paths, relative to `root`, of the modules of `squirrel` that mypyc compiles.

    `__init__.py` files are left out: they only re-export names, so there is nothing to gain.
    """
    paths = []
    for path in sorted((root / "squirrel").rglob("*.py")):
        module = ".".join(path.relative_to(root).with_suffix("").parts)
        excluded = any(f"{module}.".startswith(f"{name}.") for name in NOT_COMPILED)
        if path.name != "__init__.py" and not excluded:
            paths.append(str(path.relative_to(root)))
    return paths


def is_set(variable: str) -> bool:
    """Tell whether an environment variable switches something on: set, and neither empty nor `0`."""
    return os.environ.get(variable, "") not in ("", "0")


def fall_back(reason: str) -> None:
    """Say in one line why the build is plain Python, or end the build if a compiled one is required."""
    if is_set("IMPSIM_REQUIRE_COMPILED"):
        sys.exit(f"impsim: IMPSIM_REQUIRE_COMPILED is set and the build cannot be compiled: {reason}")
    print(f"impsim: notice: building plain Python, which runs slower: {reason}", file=sys.stderr)


def toolchain_problem() -> str | None:
    """Build a one-line extension module the way the real ones are built; return what is missing, or None."""
    headers = Path(sysconfig.get_path("include"), "Python.h")
    if not headers.exists():
        return f"the Python headers are not installed ({headers}; Debian: apt install python3-dev)"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "probe.c")
        source.write_text("#include <Python.h>\nPyMODINIT_FUNC PyInit_probe(void) { return NULL; }\n", encoding="ascii")
        command = build_ext(Distribution({"name": "probe", "ext_modules": [Extension("probe", [str(source)])]}))
        command.build_lib = command.build_temp = folder
        try:
            command.ensure_finalized()
            command.run()
        except (*BUILD_ERRORS, OSError):
            compiler = os.environ.get("CC") or sysconfig.get_config_var("CC") or "none is configured"
            return f"no working C compiler ({compiler}; Debian: apt install gcc libc6-dev)"
    return None


def extensions() -> list[Extension]:
    """Translate `squirrel` to C and describe the extension modules; an empty list means a plain build."""
    if is_set("IMPSIM_PURE") or COMPILING_COMMANDS.isdisjoint(sys.argv):
        return []
    problem = toolchain_problem()
    if problem is not None:
        fall_back(problem)
        return []
    try:
        # Imported late: only a compiled build needs it.
        from mypyc.build import mypycify

        # The strict checks of pyproject.toml belong to `make types`: here only what mypyc itself needs is checked,
        # and the run-time dependencies need not be installed.
        options = ["--config-file=", "--disable-error-code=import-not-found", "--disable-error-code=import-untyped"]
        compiled = mypycify(
            [*options, *modules_to_compile()],
            opt_level="3",
            debug_level="1",
            group_name="impsim",
        )
        adjust(cast("list[Extension]", compiled))
        for extension in compiled:
            # Nobody replaces these functions at load time, so that the C compiler may inline them into each other.
            extension.extra_compile_args += INLINING
        return cast("list[Extension]", compiled)
    except ImportError as error:
        fall_back(f"mypyc is not installed ({error})")
    except SystemExit:
        # How mypyc ends when the sources do not pass; it has printed the messages.
        fall_back("mypyc does not accept the sources (its messages are above)")
    return []


def adjust(compiled: list[Extension]) -> None:
    """Change a few things in the C code that mypyc generated: text in front of it, nothing inside.

    - Small functions on the hottest paths are inlined where the C compiler would call them.
    - Numbers of the exact types are boxed and unboxed without a call of the interpreter's library.
    - Compiled functions add no entry to Python's traceback when an error passes them: an entry costs a new code and
      frame object for every function between a script's `throw` and its `catch`. Scripts have a stack trace of their
      own. IMPSIM_TRACEBACKS=1 keeps the entries.
    """
    headers = '#include "__native_internal_impsim.h"\n'
    text_before = ADJUSTMENTS if is_set("IMPSIM_TRACEBACKS") else ADJUSTMENTS + NO_TRACEBACKS
    for extension in compiled:
        for source in map(Path, extension.sources):
            text = source.read_text(encoding="utf-8")
            if headers in text:
                source.write_text(text.replace(headers, headers + text_before, 1), encoding="utf-8")
        for header in map(Path, extension.depends):
            if header.name == "__native_internal_impsim.h":
                text = header.read_text(encoding="utf-8")
                for name in INLINED:
                    declaration = rf"^extern (?=[^;\n(]*\bCPyDef_(\w+___)?{name}\()"
                    text = re.sub(declaration, "extern IMPSIM_INLINE ", text, flags=re.M)
                header.write_text(INLINE_MACRO + text, encoding="utf-8")


class BuildExtensions(build_ext):
    """Compiles the extension modules; where that fails half-way, leaves a complete plain build behind."""

    def run(self) -> None:
        """Build all extension modules or none."""
        try:
            super().run()
        except BUILD_ERRORS:
            fall_back("compiling the C code failed (the compiler's messages are above)")
            for output in self.get_outputs():
                Path(output).unlink(missing_ok=True)
            self.extensions = []
            self.distribution.ext_modules = []
            # The wheel command has looked at the extension modules already; without them its tag is py3-none-any.
            wheel = self.distribution.get_command_obj("bdist_wheel", create=False)
            if isinstance(wheel, bdist_wheel):
                wheel.root_is_pure = True


if __name__ == "__main__":
    setup(ext_modules=extensions(), cmdclass={"build_ext": BuildExtensions})
