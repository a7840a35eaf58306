"""What a wheel contains and says about itself, seen in a plain Python wheel of the real sources."""

from __future__ import annotations

from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from tests.packaging.packaging_build import build, copy_build_scripts, copy_packages, names_in, only_wheel, read_from

DATA_FILES = ("*.lark", "*.tables.json", "py.typed")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a wheel is built from, and of things that must not get into it."""
    folder = tmp_path_factory.mktemp("sources")
    copy_build_scripts(folder)
    copy_packages(folder)
    (folder / "tests").mkdir()
    (folder / "tests" / "__init__.py").touch()
    (folder / "tests" / "test_nothing.py").touch()
    return folder


@pytest.fixture(scope="module")
def wheel(sources: Path) -> Path:
    """A wheel built with `IMPSIM_PURE=1`."""
    result = build(sources, IMPSIM_PURE="1")
    assert result.returncode == 0, result.stderr
    return only_wheel(sources)


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    """The wheel's METADATA file."""
    return Parser().parsestr(read_from(wheel, "METADATA"))


def test_is_for_any_machine(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    assert "Root-Is-Purelib: true" in read_from(wheel, "WHEEL")


def test_contains_every_module_and_data_file_and_nothing_else(wheel: Path, sources: Path) -> None:
    expected = {
        str(path.relative_to(sources))
        for package in ("squirrel", "imp_runtime")
        for pattern in ("*.py", *DATA_FILES)
        for path in (sources / package).rglob(pattern)
    }
    found = {name for name in names_in(wheel) if ".dist-info/" not in name}
    assert found == expected
    assert {
        "squirrel/grammar/squirrel.lark",
        "squirrel/grammar/squirrel.tables.json",
        "squirrel/py.typed",
        "imp_runtime/py.typed",
    } <= found


def test_contains_the_licence(wheel: Path) -> None:
    assert "Permission is hereby granted" in read_from(wheel, "licenses/LICENSE")


def test_names_itself_its_python_and_its_licence(metadata: Message) -> None:
    assert metadata["Name"] == "impsim"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"


def test_building_and_testing_tools_are_not_needed_at_run_time(metadata: Message) -> None:
    always = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert any(line.startswith("python-qpid-proton") for line in always)
    for tool in ("mypy<", "mypy>", "mypy[", "pytest", "setuptools", "google-re2", "squirrel-lang"):
        assert not any(line.startswith(tool) for line in always), tool
    assert set(metadata.get_all("Provides-Extra", [])) == {"dev", "mqtt-broker", "regexp2", "test"}


def test_command_is_declared(wheel: Path) -> None:
    assert "impsim = imp_runtime.cli:main" in read_from(wheel, "entry_points.txt")
