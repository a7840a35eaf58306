"""Finds the test files that are asked for, and reads what they say about themselves."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from imp_runtime.testing.directives import Directives, read_directives
from imp_runtime.testing.expectations import Expectations, ExpectationSyntaxError, read_expectations

_SUFFIX = ".nut"


@dataclass(slots=True)
class TestFile:
    """A file to run. ``path`` is as the user would write it; ``problem`` is why it cannot be run, with its place."""

    # The name is no test of pytest's.
    __test__ = False

    path: str
    directives: Directives
    expectations: Expectations
    problem: str | None = None

    @property
    def shown(self) -> str:
        """The path as text: what in it is not UTF-8 becomes U+FFFD."""
        return shown(self.path)


class NoSuchPathError(Exception):
    """A path that was asked for is not there."""


def find_tests(paths: Sequence[str]) -> list[TestFile]:
    """The files at these paths: a file as it is, a folder with all ``.nut`` files below it, in order of their names.

    Hidden folders are left out, and so are, in folders, files that another file names as the code of its device.

    Raises:
        NoSuchPathError: there is nothing at one of the paths.
    """
    named: list[str] = []
    found: list[str] = []
    for path in paths:
        if os.path.isdir(path):
            found += _below(path)
        elif os.path.exists(path):
            named.append(path)
            found.append(path)
        else:
            raise NoSuchPathError(f"there is no file or folder {shown(path)}")
    files = {os.path.realpath(path): path for path in reversed(found)}
    tests = [read_test(path) for path in found if files.pop(os.path.realpath(path), None) is not None]
    devices = {device_path(test, device) for test in tests for device in test.directives.devices}
    devices -= {os.path.realpath(path) for path in named}
    return [test for test in tests if os.path.realpath(test.path) not in devices]


def device_path(test: TestFile, device: str) -> str:
    """Where the code of a test's device really is."""
    return os.path.realpath(os.path.join(os.path.dirname(test.path), device))


def read_test(path: str) -> TestFile:
    """Read a test file's comments. Whatever is wrong with the file becomes its ``problem``."""
    name = shown(path)
    test = TestFile(path, Directives(), Expectations(name))
    if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
        # A pipe, for example: to read it could take for ever, and the run itself reads once more.
        test.problem = f"{name}: cannot be read: this is no ordinary file"
        return test
    try:
        with open(path, "rb") as stream:
            # What is no text the run itself complains of.
            source = stream.read().decode("utf-8-sig", "replace")
        test.directives = read_directives(source, name)
        test.expectations = read_expectations(source, name, required=False)
    except OSError as error:
        test.problem = f"{name}: cannot be read: {error.strerror}"
    except ExpectationSyntaxError as error:
        test.problem = str(error)
    return test


def shown(path: str) -> str:
    """A path as text: what in it is not UTF-8 becomes U+FFFD."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _below(folder: str) -> list[str]:
    found: list[str] = []
    unreadable: list[str] = []
    for place, folders, files in os.walk(folder, onerror=lambda error: unreadable.append(error.filename)):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [os.path.join(place, name) for name in sorted(files) if name.endswith(_SUFFIX)]
    # A folder that cannot be read is told as if it were such a file.
    return [os.path.normpath(path) for path in found + unreadable]
