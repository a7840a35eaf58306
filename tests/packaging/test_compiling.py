"""When the build compiles, when it falls back to plain Python, and when it fails instead.

The build scripts are the real ones; the package they build is a few lines long, so that a build takes seconds.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.packaging.packaging_build import build, copy_build_scripts, load_setup, names_in, only_wheel

NOTICE = "impsim: notice: building plain Python"
PLAIN_TAG = "-py3-none-any.whl"
SOURCES = {
    "squirrel/__init__.py": "",
    "squirrel/answer.py": "def answer(base: int) -> int:\n    return base + 2\n",
    "squirrel/inner/__init__.py": "",
    "squirrel/inner/more.py": "MORE = 1\n",
    "imp_runtime/__init__.py": "",
}

needs_compiler = pytest.mark.skipif(
    shutil.which("cc") is None and shutil.which("gcc") is None, reason="there is no C compiler"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project under the real build scripts."""
    copy_build_scripts(tmp_path)
    for name, text in SOURCES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def linker_fails(folder: Path) -> str:
    """Make a compiler that builds the probe but fails to link anything else, half-way through the build."""
    script = folder / "cc"
    compiler = shutil.which("cc") or shutil.which("gcc")
    script.write_text(
        f'#!/bin/sh\ncase "$*" in *probe*) ;; *-shared*) exit 1 ;; esac\nexec {compiler} "$@"\n', encoding="utf-8"
    )
    script.chmod(0o755)
    return str(script)


def assert_plain(project: Path) -> None:
    """Check that the build left a complete plain wheel."""
    wheel = only_wheel(project)
    assert wheel.name.endswith(PLAIN_TAG)
    assert {name for name in names_in(wheel) if ".dist-info/" not in name} == set(SOURCES)


@pytest.mark.parametrize(
    ("excluded", "compiled"),
    [
        ("squirrel.inner", ["squirrel/answer.py"]),
        ("squirrel.inner.more", ["squirrel/answer.py"]),
        ("squirrel.ans", ["squirrel/answer.py", "squirrel/inner/more.py"]),
    ],
)
def test_excluded_names_cover_what_is_below_them(
    project: Path, monkeypatch: pytest.MonkeyPatch, excluded: str, compiled: list[str]
) -> None:
    setup = load_setup()
    monkeypatch.setitem(setup.NOT_COMPILED, excluded, "for this test")
    assert setup.modules_to_compile(project) == compiled


@needs_compiler
@pytest.mark.slow
def test_compiles_every_module_of_squirrel(project: Path) -> None:
    result = build(project, IMPSIM_REQUIRE_COMPILED="1")
    assert result.returncode == 0, result.stdout + result.stderr
    wheel = only_wheel(project)
    assert not wheel.name.endswith(PLAIN_TAG)
    extensions = {name.partition(".")[0] for name in names_in(wheel) if name.endswith(".so")}
    assert extensions == {"impsim__mypyc", "squirrel/answer", "squirrel/inner/more"}

    installed = project / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    code = "import squirrel.answer as a; print(a.answer(40), a.__file__.endswith('.so'))"
    environment = os.environ | {"PYTHONPATH": str(installed)}
    command = [sys.executable, "-c", code]
    answer = subprocess.check_output(command, cwd=project, env=environment, text=True, timeout=60)
    assert answer == "42 True\n"


@pytest.mark.parametrize("compiler", ["false", "/nonexistent/cc"])
def test_without_a_compiler_builds_plain_python_and_says_so_in_one_line(project: Path, compiler: str) -> None:
    result = build(project, CC=compiler)
    assert result.returncode == 0, result.stderr
    assert_plain(project)
    (notice,) = (line for line in result.stderr.splitlines() if line.startswith("impsim:"))
    assert notice.startswith(NOTICE)
    assert compiler in notice
    assert "apt install gcc" in notice


def test_without_a_compiler_fails_if_compiling_is_required(project: Path) -> None:
    result = build(project, CC="false", IMPSIM_REQUIRE_COMPILED="1")
    assert result.returncode != 0
    assert "IMPSIM_REQUIRE_COMPILED is set" in result.stderr
    assert not list((project / "out").glob("*"))


@needs_compiler
@pytest.mark.slow
@pytest.mark.parametrize("required", [False, True])
def test_compiler_that_fails_half_way(project: Path, required: bool) -> None:
    result = build(project, CC=linker_fails(project), IMPSIM_REQUIRE_COMPILED="1" if required else "0")
    if required:
        assert result.returncode != 0
        assert "IMPSIM_REQUIRE_COMPILED is set" in result.stderr
    else:
        assert result.returncode == 0, result.stderr
        assert NOTICE in result.stderr
        assert_plain(project)


@needs_compiler
@pytest.mark.slow
@pytest.mark.parametrize("required", [False, True])
def test_type_error_in_the_sources(project: Path, required: bool) -> None:
    (project / "squirrel/answer.py").write_text("def answer() -> int:\n    return 'forty-two'\n", encoding="utf-8")
    result = build(project, IMPSIM_REQUIRE_COMPILED="1" if required else "0")
    assert "squirrel/answer.py:2: error: Incompatible return value type" in result.stdout + result.stderr
    if required:
        assert result.returncode != 0
        assert "IMPSIM_REQUIRE_COMPILED is set" in result.stderr
    else:
        assert result.returncode == 0, result.stderr
        assert NOTICE in result.stderr
        assert_plain(project)


def test_pure_does_not_look_for_a_compiler(project: Path) -> None:
    result = build(project, IMPSIM_PURE="1", IMPSIM_REQUIRE_COMPILED="1", CC="/nonexistent/cc")
    assert result.returncode == 0, result.stderr
    assert "impsim:" not in result.stderr
    assert_plain(project)


def test_editable_install_stays_plain(project: Path) -> None:
    hook = "from setuptools import build_meta; build_meta.build_editable('out')"
    subprocess.run([sys.executable, "-c", hook], cwd=project, capture_output=True, timeout=60, check=True)
    assert not list(project.rglob("*.so"))
