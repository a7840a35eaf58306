"""Command lines of ``run`` read without click, and by click."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imp_runtime.cli.run_command import run_command
from imp_runtime.cli.run_options import RUN_OPTIONS, Option, read_plain

# Values that some option takes and others refuse, and words that mean something special.
WORDS = ["agent.nut", "-", "plain", "json", "5", "1.5", "-1", "0", "A=1", "a=b=c", "if=1", "h:1=i:2", "[::1]:1=h:2"]
SPECIAL = ["", "--", "-h", "--help", "--versio", "--time", "-x", "--no-such", "=", "--=", "é", "amqp"]
FLAGS = [option.flag for option in RUN_OPTIONS]
words = st.lists(
    st.sampled_from([*WORDS, *SPECIAL])
    | st.sampled_from(FLAGS)
    | st.builds("{}={}".format, st.sampled_from(FLAGS), st.sampled_from([*WORDS, *SPECIAL])),
    max_size=7,
)


@settings(max_examples=600, deadline=None)
@given(words)
def test_what_is_read_without_click_is_what_click_reads(line: list[str]) -> None:
    plain = read_plain(line)
    if plain is not None:
        assert plain == run_command.make_context("run", list(line)).params


@pytest.mark.parametrize("option", RUN_OPTIONS, ids=lambda option: option.flag)
def test_every_option_is_read_without_click(option: Option) -> None:
    values = [*option.choices, "text", "7", "A=1", "h:1=i:2"]
    if option.read is None:
        lines = [[option.flag, "agent.nut"], ["agent.nut", option.flag]]
    else:
        lines = [[option.flag, value, "agent.nut"] for value in values]
        lines += [["x", f"{option.flag}={value}"] for value in values]
    read = [values for values in map(read_plain, lines) if values is not None]
    assert len(read) >= 2
    assert all(values[option.name] != option.default or option.choices for values in read)
    assert {values["file"] for values in read} <= {"agent.nut", "x"}


def test_repeated_options() -> None:
    plain = read_plain("--define A=1 agent.nut --define B=x --timeout 1 --timeout 2".split())
    assert plain is not None
    assert plain["definitions"] == (("A", 1), ("B", "x"))
    assert plain["timeout"] == 2.0


@pytest.mark.parametrize(
    "line",
    [
        *("", "a b", "--help", "a --help", "-h", "-- a", "--no-such a", "--timeout", "a --timeout", "--timeout x a"),
        *("--timeout -1 a", "--timeout= a", "--define a", "--log-format xml a", "--broker=yes a", "--time 5 a"),
    ],
)
def test_the_rest_is_left_to_click(line: str) -> None:
    assert read_plain(line.split()) is None
