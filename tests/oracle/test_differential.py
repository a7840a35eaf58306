"""Compares our VM with the reference C++ VM: all programs of tests/lang, and thousands of random ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture.providers import HypothesisProvider

from imp_runtime.testing import Outcome, check, read_expectations
from imp_runtime.testing.language import run_program, with_large_stack
from tests.oracle.oracle_client import Oracle, OracleCrash, missing_oracle
from tests.oracle.program_gen import expression_programs, statement_programs, table_programs

LANG = Path(__file__).resolve().parents[1] / "lang"


def program_source(program: str) -> str:
    return (LANG / program).read_bytes().decode("latin-1")


PROGRAMS = {
    program: read_expectations(program_source(program), program)
    for program in sorted(path.relative_to(LANG).as_posix() for path in LANG.rglob("*.nut"))
}
SAME = [program for program, expectations in PROGRAMS.items() if not expectations.differs]
DIFFERENT = [program for program, expectations in PROGRAMS.items() if expectations.differs]

_REASON = missing_oracle()
pytestmark = pytest.mark.skipif(_REASON is not None, reason=str(_REASON))

CASES = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


@pytest.fixture(autouse=True)
def the_same_programs_in_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hypothesis also draws constants out of the modules that happen to be loaded, which differ from run to run."""
    monkeypatch.setattr(HypothesisProvider, "_maybe_draw_constant", lambda *_, **__: None)


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with Oracle() as running:
        yield running


def comparable(text: str) -> str:
    """Text with the addresses of objects blotted out."""
    return re.sub(r"\((\w+) : 0x[0-9a-f]+\)", r"(\1 : <address>)", text)


def describe(outcome: Outcome, *, with_lines: bool) -> str:
    """An outcome as text, for comparison; ``with_lines`` includes where an error was raised."""
    parts = [comparable(outcome.output)]
    if outcome.compile_error is not None:
        parts.append(f"compile error on line {outcome.compile_error.line}: {outcome.compile_error.message}")
    if outcome.error is not None:
        parts.append(f"uncaught error: {comparable(outcome.error.message)}")
        if with_lines:
            parts += [f"  {frame.function} {frame.line}" for frame in outcome.error.frames]
    return "\n".join(parts)


@pytest.mark.parametrize("program", SAME)
def test_language_suite(program: str, oracle: Oracle) -> None:
    source = program_source(program)
    with_lines = PROGRAMS[program].differs_line is None
    expected = describe(oracle.run(source), with_lines=with_lines)
    assert describe(with_large_stack(source), with_lines=with_lines) == expected


@pytest.mark.parametrize("program", DIFFERENT)
def test_intended_difference_is_one(program: str, oracle: Oracle) -> None:
    try:
        outcome = oracle.run(program_source(program))
    except OracleCrash:
        return
    assert check(PROGRAMS[program], outcome), "the reference VM does the same: remove the 'differs' comment"


def compare(oracle: Oracle, source: str) -> None:
    """Run a random program on both VMs; programs that kill the reference are passed over."""
    try:
        expected = oracle.run(source)
    except OracleCrash:
        assume(False)
    assert describe(run_program(source), with_lines=True) == describe(expected, with_lines=True)


@pytest.mark.slow
@pytest.mark.timeout(900)  # making a failing program small takes minutes
@settings(CASES, max_examples=1500)
@given(source=expression_programs())
def test_random_expressions(source: str, oracle: Oracle) -> None:
    compare(oracle, source)


@pytest.mark.slow
@pytest.mark.timeout(900)  # making a failing program small takes minutes
@settings(CASES, max_examples=1000)
@given(source=statement_programs())
def test_random_statements(source: str, oracle: Oracle) -> None:
    compare(oracle, source)


@pytest.mark.slow
@pytest.mark.timeout(900)  # making a failing program small takes minutes
@settings(CASES, max_examples=800)
@given(source=table_programs())
def test_random_tables(source: str, oracle: Oracle) -> None:
    compare(oracle, source)


@pytest.mark.slow
@pytest.mark.timeout(900)  # making a failing program small takes minutes
@settings(CASES, max_examples=300)
@given(value=st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_float_text(value: float, oracle: Oracle) -> None:
    compare(
        oracle, f'print({value:.9e} + " " + format("%.12g %f %e", {value:.9e}, {value:.9e}, {value:.9e}) + "\\n")\n'
    )
