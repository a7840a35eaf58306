"""`impsim run`: output, exit codes, options."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from tests.command import COMMAND, Cli


def test_log_and_exit_code(cli: Cli) -> None:
    done = cli.script('server.log("hello"); server.error("bad"); print("printed\\n");')
    assert (done.returncode, done.stdout, done.stderr) == (0, "hello\nERROR: bad\nprinted\n", "")


def test_impt_format_is_the_default(cli: Cli) -> None:
    done = cli("run", "-", stdin=b'server.log("hello");server.error("bad")')
    assert done.returncode == 0
    log, error = done.stdout.splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \[agent\.log\] hello", log)
    assert re.fullmatch(r"\S+Z \[agent\.error\] ERROR: bad", error)


def test_json_format(cli: Cli) -> None:
    done = cli("run", "--log-format", "json", "-", stdin='server.log("é\\n2")'.encode())
    (entry,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (entry["type"], entry["msg"]) == ("agent.log", "é\n2")


@pytest.mark.parametrize("source", [b"", b"\n", b"// only a comment", b"\xef\xbb\xbf"])
def test_empty_scripts(cli: Cli, source: bytes) -> None:
    done = cli.script(source)
    assert (done.returncode, done.stdout) == (0, "")
    nothing = source.removeprefix(b"\xef\xbb\xbf") == b""
    assert done.stderr == ("impsim: agent.nut is empty: nothing to run\n" if nothing else "")


def test_utf8_mark_is_skipped(cli: Cli) -> None:
    assert cli.script(b'\xef\xbb\xbfserver.log("x")').stdout == "x\n"


def test_invalid_utf8_is_refused(cli: Cli) -> None:
    done = cli.script(b'server.log(1);\nserver.log("\xff\xfe");')
    assert (done.returncode, done.stdout) == (65, "")
    assert done.stderr == (
        "agent.nut:2:13: this is not text: the byte 0xff, which is not UTF-8. Save the file as UTF-8; "
        "in a string write the byte as \\xff.\n"
    )


def test_bytes_that_are_no_utf8_are_logged_in_hexadecimal(cli: Cli) -> None:
    assert cli.script(b'server.log("\\xff\\xfe")').stdout == "binary: ff fe\n"


@pytest.mark.parametrize("use", ["server[URL]", "URL < 1", 'throw "bad " + URL', "local password = [URL]; throw 1"])
def test_errors_show_no_secret(cli: Cli, use: str) -> None:
    long = "s3cr3t" + "x" * 60
    for url in ("amqp://u:s3cr3t@localhost:1", "amqp://u:s3c/r3t@h", "amqp://u:s3@cr3t@h", f"amqp://u:{long}@h"):
        done = cli.script(f'local URL = "{url}"; {use}')
        assert done.returncode == 70
        assert "r3t" not in done.stdout + done.stderr, url
        assert "***" in done.stderr


def test_a_closed_standard_output(cli: Cli) -> None:
    (cli.folder / "agent.nut").write_text("server.log(1)")
    done = cli.shell("impsim run agent.nut >&-")
    assert (done.returncode, done.stderr) == (
        74,
        "impsim: standard output is closed\n",
    )


@pytest.mark.parametrize("verb", ["doctor", "--version", "--help", "broker --port 0"])
def test_output_that_cannot_be_written(cli: Cli, verb: str) -> None:
    done = cli.shell(f"impsim {verb} >/dev/full")
    assert done.returncode == 74
    assert done.stderr == "impsim: cannot write to standard output: No space left on device\n"


@pytest.mark.parametrize("name", ["if", "local", "constructor"])
def test_a_constant_cannot_have_the_name_of_a_keyword(cli: Cli, name: str) -> None:
    done = cli.script("server.log(1)", "--define", f"{name}=1")
    assert done.returncode == 2
    assert f"'{name}' is a word of the language; a constant needs another name." in done.stderr


@pytest.mark.parametrize("definition", ["1X=hunter2", "a b=hunter2", "if=hunter2", "=hunter2"])
def test_the_value_of_a_wrong_definition_is_not_shown(cli: Cli, definition: str) -> None:
    done = cli.script("server.log(1)", "--define", definition)
    assert done.returncode == 2
    assert "hunter2" not in done.stderr


@pytest.mark.parametrize(
    "verb",
    ["doctor", "--version", "--help", "run --help", "broker --port 0"],
)
def test_a_reader_that_has_gone_before_the_first_line(cli: Cli, verb: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [*COMMAND, *verb.split()],
            stdout=writer,
            stderr=subprocess.PIPE,
            env=cli.environment,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_control_characters_reach_no_terminal(cli: Cli) -> None:
    (cli.folder / "agent.nut").write_text(r'server.log("a\x1b[2J\tb\n\x7f \xc3\xa9\xc2\x9b");')
    terminal, side = pty.openpty()
    try:
        done = subprocess.run(
            [*COMMAND, "run", "--log-format", "plain", "agent.nut"],
            stdout=side,
            stderr=subprocess.PIPE,
            cwd=cli.folder,
            env=cli.environment,
            timeout=60,
            check=False,
        )
        shown = os.read(terminal, 1000)
    finally:
        os.close(side)
        os.close(terminal)
    assert (done.returncode, done.stderr) == (0, b"")
    assert shown.decode() == "a\\x1b[2J\tb\r\n\\x7f é\\x9b\r\n"


def test_control_characters_go_into_a_pipe_unchanged(cli: Cli) -> None:
    assert cli.script(r'server.log("a\x1b[2J\x7f")').stdout == "a\x1b[2J\x7f\n"


def test_a_compile_error_shows_no_secret(cli: Cli) -> None:
    done = cli.script('local url = "amqp://u:s3cr3t@h"; local x = ;')
    assert done.returncode == 65
    _, line, caret, *_ = done.stderr.splitlines()
    assert line == 'local url = "amqp://u:******@h"; local x = ;'
    # As far to the right as without a secret of that length.
    assert caret == cli.script('local url = "abcdefghijklmnopq"; local x = ;').stderr.splitlines()[2]


@pytest.mark.parametrize("use", ["server.log(HUB_NAME);", 'local url = "amqps://" + HUB_NAME;'])
def test_a_missing_constant_is_explained(cli: Cli, use: str) -> None:
    done = cli.script(use)
    assert done.returncode == 70
    assert done.stderr.splitlines()[-1] == "hint: give the script this constant with --define HUB_NAME=..."
    assert "hint" not in done.stdout


@pytest.mark.parametrize("use", ["server.HUB_NAME", "HUB_NAME = 1", "hub_name", 'server["HUB_NAME"]', 'throw "X"'])
def test_other_missing_names_are_not(cli: Cli, use: str) -> None:
    done = cli.script(use)
    assert done.returncode == 70
    assert "hint" not in done.stderr


def test_timers_keep_the_run_alive(cli: Cli) -> None:
    done = cli.script(
        "imp.wakeup(0.01, function() { server.log(2); imp.wakeup(0, @() server.log(3)); }); server.log(1);"
    )
    assert (done.returncode, done.stdout) == (0, "1\n2\n3\n")


# Compile errors


def test_compile_error_shows_the_place(cli: Cli) -> None:
    done = cli.script("local a = 1;\n\tlocal é = ;\n")
    assert (done.returncode, done.stdout) == (65, "")
    first, source, caret, advice = done.stderr.splitlines()
    assert advice == "hint: only strings and comments can hold letters and signs beyond ASCII"
    assert first.startswith("agent.nut:2:")
    assert source == "\tlocal é = ;"
    assert caret.startswith("\t") and caret.endswith("^") and source[: len(caret) - 1].strip()


def test_compile_error_from_stdin(cli: Cli) -> None:
    done = cli("run", "-", stdin=b"local = 1")
    assert done.returncode == 65
    assert done.stderr.startswith("<stdin>:1:7: ")


def test_compile_error_follows_line_directives(cli: Cli) -> None:
    done = cli.script('#line 40 "library.nut"\nlocal = 1\n')
    assert done.returncode == 65
    assert done.stderr.startswith("library.nut:40:")
    assert len(done.stderr.splitlines()) == 1


def test_binary_rubbish(cli: Cli) -> None:
    done = cli.script(b"ok\n\x7fELF\x02\x01\x00\x00\xff")
    assert (done.returncode, done.stdout) == (65, "")
    assert done.stderr == "agent.nut:2:7: this is not text: a zero byte. A script is ASCII or UTF-8.\n"


def test_control_characters_are_not_echoed(cli: Cli) -> None:
    done = cli.script(b"local a = \x1b[2J;")
    assert done.returncode == 65
    assert "\x1b" not in done.stderr


# Runtime errors

FAILING = """function inner(count) {
    local text = "a\\"b";
    local list = [1, 2.5, null, true];
    return nosuch;
}
function outer() {
    local table = { a = 1 };
    return inner(3);
}
outer();
"""


def test_uncaught_error(cli: Cli) -> None:
    done = cli.script(FAILING)
    assert done.returncode == 70
    assert done.stdout.splitlines() == [
        "ERROR: the index 'nosuch' does not exist",
        "ERROR:   in inner agent_code:4",
        "ERROR:   from outer agent_code:8",
        "ERROR:   from main agent_code:10",
    ]
    assert done.stderr.splitlines() == [
        "the index 'nosuch' does not exist",
        "  in inner at agent.nut:4",
        "      count = 3",
        '      text = "a\\"b"',
        "      list = [ 1, 2.5, null, true ]",
        "  from outer at agent.nut:8",
        "      table = { a = 1 }",
        "  from main at agent.nut:10",
    ]


def test_uncaught_error_in_a_callback_ends_the_run(cli: Cli) -> None:
    done = cli.script('imp.wakeup(0, function() {\n throw "x" }); imp.wakeup(3600, @() 0);')
    assert done.returncode == 70
    assert done.stdout.splitlines() == ["ERROR: x", "ERROR:   in unknown agent_code:2"]


def test_uncaught_error_names_files_of_line_directives(cli: Cli) -> None:
    done = cli.script('#line 7 "library.nut"\nfunction f() { throw "x" }\nf()')
    assert done.stdout.splitlines()[:2] == ["ERROR: x", "ERROR:   in f library.nut:7"]
    assert "  in f at library.nut:7" in done.stderr.splitlines()


def test_thrown_values_that_are_no_strings(cli: Cli) -> None:
    assert cli.script("throw 42").stdout.splitlines()[0] == "ERROR: 42"
    assert cli.script("throw null").stdout.splitlines()[0] == "ERROR: (null : (nil))"
    text = cli.script('class E { function _tostring() { throw "again" } }\nthrow E()').stdout.splitlines()[0]
    assert text == "ERROR: (instance)"


def test_secrets_of_locals_are_not_shown(cli: Cli) -> None:
    done = cli.script(
        'local password = "hunter2";\nlocal url = "amqps://user:hunter2@host/";\n'
        'local settings = { apiKey = "hunter2", hub = "HostName=h;SharedAccessKey=hunter2=" };\nthrow "x";'
    )
    assert done.returncode == 70
    assert "amqps://user:***@host/" in done.stderr
    assert "hunter2" not in done.stderr


def test_unhandled_exception_handler(cli: Cli) -> None:
    done = cli.script(
        'imp.onunhandledexception(function(text) { server.log("handler: " + text); });\n'
        "imp.wakeup(0, function() {\n nosuch();\n});"
    )
    assert done.returncode == 70
    assert done.stdout.splitlines()[-1] == "handler: the index 'nosuch' does not exist: in unknown agent_code:3"


def test_endless_recursion_is_an_error_and_not_a_crash(cli: Cli) -> None:
    done = cli.script("function f() { return f() + 1 } f()")
    assert done.returncode == 70
    assert done.stdout.startswith("ERROR: stack overflow")


# Options


def test_define(cli: Cli) -> None:
    definitions = ["A=5", "B=-0x", "C=0xFFFFFFFF", "D=1.5", "E=true", "F=99999999999", "G=a=b", "H=", "I=é", "J=1e2"]
    options = [part for definition in definitions for part in ("--define", definition)]
    done = cli.script('foreach (x in [A, B, C, D, E, F, G, H, I, J]) server.log(typeof x + " " + x)', *options)
    assert done.stdout.splitlines() == [
        "integer 5",
        "string -0x",
        "integer -1",
        "float 1.5",
        "bool true",
        "string 99999999999",
        "string a=b",
        "string ",
        "string é",
        "float 100",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--no-such-option", "agent.nut"],
        ["--define", "1x=2", "agent.nut"],
        ["--define", "novalue", "agent.nut"],
        ["--timeout", "soon", "agent.nut"],
        ["--timeout", "0", "agent.nut"],
        ["--timeout", "nan", "agent.nut"],
        ["--connect-to", "host=other", "agent.nut"],
        ["--connect-to", "host:1=other:70000", "agent.nut"],
        ["--log-format", "xml", "agent.nut"],
        ["--tls-ca", "missing.pem", "agent.nut"],
        ["--tls-ca", "agent.nut", "agent.nut"],
        ["missing.nut"],
        ["."],
        ["agent.nut", "second.nut"],
    ],
)
def test_wrong_usage(cli: Cli, arguments: list[str]) -> None:
    (cli.folder / "agent.nut").write_text("server.log(1)")
    done = cli("run", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip()


def test_a_time_limit_beyond_all_time(cli: Cli) -> None:
    assert cli.script("server.log(1)", "--timeout", "inf").stdout == "1\n"


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_closed_standard_streams(cli: Cli, closed: int) -> None:
    (cli.folder / "agent.nut").write_text("server.log(1)")
    done = subprocess.run(
        [*COMMAND, "run", "-" if closed == 0 else "agent.nut"],
        capture_output=True,
        preexec_fn=lambda: os.close(closed),
        cwd=cli.folder,
        env=cli.environment,
        timeout=60,
        check=False,
    )
    assert done.returncode == {0: 2, 1: 74, 2: 0}[closed]
    assert (
        done.stderr
        == {
            0: b"impsim: cannot read standard input: it is closed\n",
            1: b"impsim: standard output is closed\n",
            2: b"",
        }[closed]
    )


def test_messages_for_unreadable_files(cli: Cli) -> None:
    assert cli("run", "missing.nut").stderr == "impsim: cannot read missing.nut: No such file or directory\n"
    assert cli("run", ".").stderr == "impsim: cannot read .: Is a directory\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_forbidden_file(cli: Cli) -> None:
    path = cli.folder / "agent.nut"
    path.write_text("server.log(1)")
    path.chmod(0)
    done = cli("run", "agent.nut")
    assert (done.returncode, done.stderr) == (2, "impsim: cannot read agent.nut: Permission denied\n")


def test_broker_option_starts_and_stops_it(cli: Cli) -> None:
    done = cli.script('server.log("ran")', "--broker")
    assert (done.returncode, done.stdout) == (0, "ran\n")
    assert done.stderr.splitlines()
    assert all(line.startswith("broker: ") for line in done.stderr.splitlines())


# Output that cannot be written


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_full_disk(cli: Cli) -> None:
    (cli.folder / "agent.nut").write_text("server.log(1)")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "run", "agent.nut"],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=cli.folder,
            env=cli.environment,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (74, b"impsim: cannot write the log: No space left on device\n")


def test_reader_that_goes_away(cli: Cli) -> None:
    process = cli.start(
        'local text = "";\nwhile (text.len() < 1000) text += "0123456789";\nwhile (true) server.log(text);'
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    process.stdout.close()
    assert process.wait(60) == 141
    assert process.stderr is not None
    assert process.stderr.read() == b""
