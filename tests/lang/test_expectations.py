"""Expectation comments: reading them and checking outcomes against them."""

from __future__ import annotations

import pytest

from imp_runtime.testing import (
    CompileFailure,
    ExpectationSyntaxError,
    Frame,
    Outcome,
    RuntimeFailure,
    check,
    read_expectations,
)


def mismatches(source: str, outcome: Outcome) -> list[str]:
    return [str(mismatch) for mismatch in check(read_expectations(source, "t.nut"), outcome)]


def test_output_lines_match() -> None:
    assert mismatches("print(1) // expect: 1\n// expect: two words \n", Outcome(output="1\ntwo words \n")) == []


def test_last_line_needs_no_newline() -> None:
    assert mismatches("// expect: a\n", Outcome(output="a")) == []


def test_empty_line() -> None:
    assert mismatches("// expect:\n// expect: b\n", Outcome(output="\nb\n")) == []


def test_wrong_line_is_shown_with_its_place() -> None:
    assert mismatches("\n// expect: a\n", Outcome(output="b\n")) == ["t.nut:2: expected line 'a', got 'b'"]


def test_missing_line() -> None:
    got = mismatches("// expect: a\n// expect: b\n", Outcome(output="a\n"))
    assert got == ["t.nut:2: expected line 'b', got nothing more"]


def test_surplus_line() -> None:
    got = mismatches("// expect: a\n", Outcome(output="a\nb\n"))
    assert got == ["t.nut:1: expected no further line, got 'b'"]


def test_output_of_a_program_that_expects_only_an_error() -> None:
    outcome = Outcome(output="x\n", error=RuntimeFailure("boom", (Frame("main", "test", 1),)))
    assert mismatches("throw 1 // expect error: boom\n", outcome) == ["t.nut: expected no further line, got 'x'"]


def test_error_message_and_line() -> None:
    source = "\nthrow 1 // expect error: boom\n"
    assert mismatches(source, Outcome(error=RuntimeFailure("boom", (Frame("main", "test", 2),)))) == []
    assert mismatches(source, Outcome(error=RuntimeFailure("bang", (Frame("main", "test", 3),)))) == [
        "t.nut:2: expected uncaught error 'boom', got 'bang'",
        "t.nut:2: expected an error on line 2, got line 3",
    ]
    assert mismatches(source, Outcome()) == ["t.nut:2: expected uncaught error 'boom', got none"]


def test_error_on_a_stated_line() -> None:
    source = "// expect error @40: boom\n"
    assert mismatches(source, Outcome(error=RuntimeFailure("boom", (Frame("main", "test", 40),)))) == []


def test_unexpected_error() -> None:
    outcome = Outcome(output="a\n", error=RuntimeFailure("boom", (Frame("main", "test", 7),)))
    assert mismatches("// expect: a\n", outcome) == ["t.nut:7: expected no error, got uncaught error 'boom'"]


def test_compile_error_position() -> None:
    source = "\n// expect compile error @2:5: expression expected\n"
    assert mismatches(source, Outcome(compile_error=CompileFailure("expression expected", 2, 5))) == []
    assert mismatches(source, Outcome(compile_error=CompileFailure("expression expected", 3, 6))) == [
        "t.nut:2: expected compile error on line 2, got line 3",
        "t.nut:2: expected compile error at column 5, got column 6",
    ]


def test_compile_error_without_column() -> None:
    source = "x // expect compile error: bad\n"
    assert mismatches(source, Outcome(compile_error=CompileFailure("bad", 1, 99))) == []
    assert mismatches(source, Outcome()) == ["t.nut:1: expected compile error 'bad', got none"]


def test_unexpected_compile_error() -> None:
    outcome = Outcome(compile_error=CompileFailure("bad", 4, 2))
    got = mismatches("// expect: a\n", outcome)
    assert got[0] == "t.nut:4: expected a program that compiles, got compile error at 4:2: bad"


def test_trace() -> None:
    source = "x // expect error: e\n// expect trace: f 1\n// expect trace: main lib.nut:9\n"
    frames = (Frame("f", "test", 1), Frame("main", "lib.nut", 9))
    assert mismatches(source, Outcome(error=RuntimeFailure("e", frames))) == []
    other_file = (Frame("f", "test", 1), Frame("main", "test", 9))
    assert mismatches(source, Outcome(error=RuntimeFailure("e", other_file))) == [
        "t.nut:3: expected frame main lib.nut:9, got main test:9"
    ]
    assert mismatches(source, Outcome(error=RuntimeFailure("e", frames[:1]))) == [
        "t.nut:3: expected frame main lib.nut:9, got no further frame"
    ]
    assert mismatches(source, Outcome(error=RuntimeFailure("e", (*frames, Frame("z", "test", 3))))) == [
        "t.nut:3: expected no further frame, got z test:3"
    ]


def test_log_and_exit_code() -> None:
    source = "// expect log: one\n// expect log: two\n// expect exit: 3\n"
    assert mismatches(source, Outcome(log=["one", "two"], exit_code=3)) == []
    assert mismatches(source, Outcome(log=["one"], exit_code=0)) == [
        "t.nut:2: expected log entry 'two', got nothing more",
        "t.nut:3: expected exit code 3, got exit code 0",
    ]
    assert mismatches("// expect exit: 0\n", Outcome()) == ["t.nut:1: expected exit code 0, got no exit code"]


def test_log_is_free_when_nothing_is_said_about_it() -> None:
    assert mismatches("// expect exit: 0\n", Outcome(log=["anything"], exit_code=0)) == []


def test_differs() -> None:
    found = read_expectations("// differs: stock crashes\n// differs line: later\n// expect: 1\n")
    assert (found.differs, found.differs_line) == ("stock crashes", "later")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("print(1)\n", "no expectation"),
        ("// differs: only a reason\n", "no expectation"),
        ("// expect eror: x\n", "unknown expectation 'expect eror'"),
        ("// expect 5\n", "unreadable expectation comment"),
        ("// expect:5\n", "unreadable expectation comment"),
        ("// expect @3: x\n", "takes no position"),
        ("// expect error @3:4: x\n", "takes no column"),
        ("// expect exit: soon\n", "write '// expect exit: N'"),
        ("// expect error: a\n// expect error: b\n", "second 'expect error'"),
        ("// expect compile error: a\n// expect compile error: b\n", "second 'expect compile error'"),
        ("// expect error: a\n// expect compile error: b\n", "cannot fail both"),
        ("// expect trace: main 3\n", "'expect trace' needs"),
        ("// expect error: a\n// expect trace: main\n", "write '// expect trace: FUNCTION LINE'"),
    ],
)
def test_unusable_comments(source: str, message: str) -> None:
    with pytest.raises(ExpectationSyntaxError) as caught:
        read_expectations(source, "t.nut")
    assert message in caught.value.message
    assert caught.value.file == "t.nut"


def test_log_entries_without_an_order() -> None:
    source = "// expect log: first\n// expect log anywhere: b\n// expect log anywhere: a\n// expect log: last\n"
    assert mismatches(source, Outcome(log=["first", "a", "b", "last"])) == []
    assert mismatches(source, Outcome(log=["first", "a", "last"])) == [
        "t.nut:2: expected log entry 'b' anywhere, got no such entry"
    ]
    assert mismatches(source, Outcome(log=["first", "a", "a", "b", "last"])) == [
        "t.nut:4: expected log entry 'last', got 'a'"
    ]


def test_entries_in_any_place_leave_the_others_free() -> None:
    assert mismatches("// expect log anywhere: a\n", Outcome(log=["x", "a", "y"])) == []


def test_a_mismatch_knows_which_entry_it_is_about() -> None:
    source = "// expect: x\n// expect log anywhere: a\n// expect log: b\n"
    outcome = Outcome(output="x\nmore\n", log=["a", "c"])
    found = check(read_expectations(source, "t.nut"), outcome)
    assert [(mismatch.printed, mismatch.entry) for mismatch in found] == [(1, None), (None, 1)]


def test_nothing_need_be_expected() -> None:
    assert read_expectations("print(1)\n", required=False).is_empty()


def test_an_address_is_no_comment() -> None:
    assert read_expectations('get("http://expect.example")\n', required=False).is_empty()
