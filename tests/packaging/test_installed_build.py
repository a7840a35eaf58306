"""The test run looks at the build it means to look at: installed, and compiled or plain as asked for.

`IMPSIM_EXPECT_BUILD` says which (`make test` sets it); without it the sources themselves may be under test.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import subprocess
import sys
import sysconfig
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from tests.packaging.packaging_build import ROOT, load_setup

EXPECTED = os.environ.get("IMPSIM_EXPECT_BUILD")

pytestmark = pytest.mark.skipif(not EXPECTED, reason="IMPSIM_EXPECT_BUILD is not set")


def modules(paths: list[str]) -> list[str]:
    """Turn the paths of modules into their dotted names."""
    return [".".join(Path(path).with_suffix("").parts) for path in paths]


def file_of(module: str) -> str:
    """Import a module and return the file it came from."""
    path = importlib.import_module(module).__file__
    assert path is not None
    return path


def test_expected_build_is_a_known_one() -> None:
    assert EXPECTED in ("compiled", "pure")


@pytest.mark.parametrize("package", ["squirrel", "imp_runtime"])
def test_packages_come_from_the_virtual_environment(package: str) -> None:
    installed = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")}
    assert Path(file_of(package)).resolve().parents[1] in installed


@pytest.mark.parametrize("package", ["squirrel", "imp_runtime"])
def test_a_new_process_in_the_source_tree_imports_the_installed_package(package: str) -> None:
    code = f"import {package}; print({package}.__file__)"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert answer.stdout.strip() == file_of(package)


@pytest.mark.parametrize("module", modules(load_setup().modules_to_compile()))
def test_module_is_compiled_or_plain_as_expected(module: str) -> None:
    compiled = file_of(module).endswith(tuple(EXTENSION_SUFFIXES))
    assert compiled == (EXPECTED == "compiled")


def test_command_of_the_distribution_can_be_loaded() -> None:
    (command,) = (
        entry for entry in importlib.metadata.distribution("impsim").entry_points if entry.group == "console_scripts"
    )
    assert command.name == "impsim"
    assert callable(command.load())
