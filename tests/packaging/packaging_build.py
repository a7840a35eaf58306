"""Builds wheels of impsim in a folder of the test's own, with the build scripts of the repository."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
BUILD_SCRIPTS = ("pyproject.toml", "setup.py", "README.md", "LICENSE")
BUILD_TIMEOUT_S = 100


def load_setup() -> ModuleType:
    """Return `setup.py` as a module; importing it builds nothing."""
    spec = importlib.util.spec_from_file_location("impsim_setup", ROOT / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def copy_build_scripts(folder: Path) -> None:
    """Copy everything that a build reads, except the packages, into `folder`."""
    for name in BUILD_SCRIPTS:
        shutil.copy(ROOT / name, folder)


def copy_packages(folder: Path) -> None:
    """Copy the real packages into `folder`."""
    for package in ("squirrel", "imp_runtime"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "*.so"))


def build(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build a wheel from `folder` into `folder/out` through the hook that pip calls; return what it printed.

    Of the caller's environment everything stays but impsim's own switches and `CC`; `environment` is set on top.
    """
    switches = {name for name in os.environ if name.startswith("IMPSIM_")} | {"CC"}
    kept = {name: value for name, value in os.environ.items() if name not in switches}
    hook = "from setuptools import build_meta; build_meta.build_wheel('out')"
    return subprocess.run(
        [sys.executable, "-c", hook],
        cwd=folder,
        env=kept | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=BUILD_TIMEOUT_S,
        check=False,
    )


def only_wheel(folder: Path) -> Path:
    """Return the one wheel that `build` left in `folder/out`."""
    wheels = list((folder / "out").glob("*.whl"))
    assert len(wheels) == 1, wheels
    return wheels[0]


def names_in(wheel: Path) -> set[str]:
    """Return the paths of all files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def read_from(wheel: Path, file_name: str) -> str:
    """Return the text of the one file in a wheel's `.dist-info` that is called `file_name`."""
    with zipfile.ZipFile(wheel) as archive:
        path = next(name for name in archive.namelist() if name.endswith(f".dist-info/{file_name}"))
        return archive.read(path).decode("utf-8")
