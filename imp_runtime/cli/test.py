"""The ``impsim test`` verb: run agent scripts that say in comments what they must do."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from contextlib import closing
from types import FrameType
from typing import NoReturn

import click

from imp_runtime.agent import Terminated
from imp_runtime.cli.click_types import checked
from imp_runtime.cli.main import complain
from imp_runtime.cli.options import seconds
from imp_runtime.cli.signals import STATUS, TEXTS, handled_by
from imp_runtime.status import ExitStatus
from imp_runtime.testing.finding import NoSuchPathError, TestFile, find_tests, shown
from imp_runtime.testing.reports import (
    failure_text,
    json_line,
    json_summary,
    progress_line,
    summary_line,
    write_junit,
)
from imp_runtime.testing.runner import Runner, TestResult, Verdict


@click.command(name="test")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@click.option("-k", "text", metavar="TEXT", help="Only files that have this in their path; case does not matter.")
@click.option("-x", "stop_at_failure", is_flag=True, help="Stop at the first file that fails.")
@click.option(
    "-j",
    "processes",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    metavar="N",
    help="Run so many files at the same time.",
)
@click.option(
    "--timeout",
    type=checked(seconds),
    default="30",
    show_default=True,
    metavar="SECONDS",
    help="End a file that takes longer, in real time; it has failed.",
)
@click.option("--fast/--no-fast", default=True, show_default=True, help="Virtual time, as with impsim run.")
@click.option("--broker/--no-broker", default=True, show_default=True, help="Embedded brokers for each file.")
@click.option("--junitxml", metavar="FILE", type=click.Path(), help="Write the results to this file, in JUnit's form.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object for each file, and one at the end.")
def test_command(
    paths: Sequence[str],
    text: str | None,
    stop_at_failure: bool,
    processes: int,
    timeout: float,
    fast: bool,
    broker: bool,
    junitxml: str | None,
    as_json: bool,
) -> int:
    """Run agent scripts and check them against their expectation comments.

    A PATH is a script, or a folder with scripts (*.nut). Each runs in a process and with a store of its own. A script
    without such comments has to run to its end with exit code 0.

    Exit codes: 0 all passed, 1 some failed, 2 wrong usage or nothing to run.
    """
    tests = _selected(paths, text)
    if junitxml is not None:
        _check_report(junitxml)
    began = time.monotonic()
    results: list[TestResult] = []
    runner = Runner(timeout=timeout, processes=processes, fast=fast, broker=broker, stop_at_failure=stop_at_failure)
    ended: ExitStatus | None = None
    try:
        with handled_by(_end), closing(runner.run(tests)) as running:
            for result in running:
                results.append(result)
                click.echo(json_line(result) if as_json else progress_line(result))
    except Terminated as signalled:
        ended = signalled.status
    took = time.monotonic() - began
    order = {id(test): index for index, test in enumerate(tests)}
    results.sort(key=lambda result: order[id(result.file)])
    failed = [result for result in results if result.verdict is Verdict.FAILED]
    if as_json:
        click.echo(json_summary(results, len(tests), took))
    else:
        for result in failed:
            click.echo(f"\n{failure_text(result)}")
        click.echo(f"\n{summary_line(results, len(tests), took)}")
    written = junitxml is None or _write_report(junitxml, results, took)
    if ended is not None:
        complain(f"impsim: {TEXTS[ended]}")
        return ended
    if not written:
        return ExitStatus.CANNOT_WRITE
    return 1 if failed else ExitStatus.OK


def _selected(paths: Sequence[str], text: str | None) -> list[TestFile]:
    """The files to run.

    Raises:
        click.UsageError: there are none.
    """
    try:
        tests = find_tests(paths)
    except NoSuchPathError as error:
        raise click.UsageError(f"{error}.") from None
    if not tests:
        raise click.UsageError(f"no test file: there is no *.nut in {', '.join(map(shown, paths))}.")
    if text is not None:
        tests = [test for test in tests if text.casefold() in test.shown.casefold()]
        if not tests:
            raise click.UsageError(f"no test file has '{text}' in its path.")
    return tests


def _check_report(path: str) -> None:
    """Look whether a report can be there, before anything runs.

    Raises:
        click.UsageError: it cannot.
    """
    if not path or os.path.isdir(path) or not os.path.isdir(os.path.dirname(path) or "."):
        raise click.UsageError(f"--junitxml {shown(path)}: this is not the name of a file in a folder that exists.")


def _write_report(path: str, results: Sequence[TestResult], took: float) -> bool:
    try:
        write_junit(path, results, took)
    except OSError as error:
        complain(f"impsim: --junitxml {shown(path)}: cannot be written: {error.strerror}")
        return False
    return True


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise Terminated(STATUS[signal.Signals(number)])
