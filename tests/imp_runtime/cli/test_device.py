"""``impsim run --device`` and ``--device-script``."""

from __future__ import annotations

import json

import pytest

from tests.command import Cli

AGENT = 'device.on("n", @(n) device.send("back", n + 1)); device.onconnect(@() server.log("up"));'
DEVICE = 'agent.on("back", function(n) { server.log(n); server.error("done"); }); agent.send("n", 1);'


def pair(cli: Cli, agent: str, device: str, *options: str, log_format: str = "plain") -> tuple[int, list[str], str]:
    (cli.folder / "device.nut").write_text(device)
    (cli.folder / "agent.nut").write_text(agent)
    done = cli("run", "--log-format", log_format, "--device", "device.nut", *options, "agent.nut")
    return done.returncode, done.stdout.splitlines(), done.stderr


def test_plain_entries_say_whose_they_are(cli: Cli) -> None:
    code, lines, errors = pair(cli, AGENT, DEVICE)
    assert (code, errors) == (0, "")
    assert lines == ["up", "[Device] 2", "[Device] ERROR: done"]


def test_types_of_the_other_formats(cli: Cli) -> None:
    _, lines, _ = pair(cli, AGENT, DEVICE, log_format="impt")
    assert [line.split(" ", 1)[1] for line in lines] == [
        "[agent.log] up",
        "[server.log] 2",
        "[server.error] ERROR: done",
    ]
    _, lines, _ = pair(cli, AGENT, DEVICE, log_format="json")
    assert [json.loads(line)["type"] for line in lines] == ["agent.log", "server.log", "server.error"]


def test_constants_are_those_of_both(cli: Cli) -> None:
    _, lines, _ = pair(cli, "", "server.log(PERIOD + __VARS.PERIOD);", "--define", "PERIOD=21")
    assert lines == ["[Device] 42"]


def test_a_device_that_does_not_compile(cli: Cli) -> None:
    code, lines, errors = pair(cli, 'server.log("never");', "local ok = 1;\nlocal = 2;")
    assert (code, lines) == (65, [])
    assert errors.startswith("device.nut:2:8: expected 'IDENTIFIER'\nlocal = 2;\n       ^")


def test_a_device_that_is_not_text(cli: Cli) -> None:
    (cli.folder / "device.nut").write_bytes(b'server.log("\xff");')
    done = cli.script("", "--device", "device.nut")
    assert done.returncode == 65
    assert done.stderr.startswith("device.nut:1:13: this is not text: the byte 0xff")


def test_an_error_of_the_device(cli: Cli) -> None:
    code, lines, errors = pair(cli, "// Nothing.", "function f(limit) { return limit / 0; }\nf(5);")
    assert code == 70
    assert lines == [
        "[Device] ERROR: division by zero",
        "[Device] ERROR:   in f device_code:1",
        "[Device] ERROR:   from main device_code:2",
    ]
    assert errors == "division by zero\n  in f at device.nut:1\n      limit = 5\n  from main at device.nut:2\n"


def test_a_scripted_device_in_virtual_time(cli: Cli) -> None:
    (cli.folder / "day.jsonl").write_text(
        '{"at": 3600, "do": "disconnect"}\n{"at": 86400, "do": "connect"}\n'
        '{"at": 86401, "do": "send", "name": "n", "data": [21.5]}\n'
    )
    done = cli.script(
        'device.onconnect(@() server.log("up")); device.ondisconnect(@() server.log("down"));\n'
        'device.on("n", @(n) server.log(n[0]));',
        "--fast",
        "--device-script",
        "day.jsonl",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["up", "down", "up", "21.5"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('{"at": 1}\n', "impsim: --device-script d.jsonl:1: 'do' must be one of connect, disconnect, send\n"),
        ("\n\xff", "impsim: --device-script d.jsonl:2: this is not UTF-8\n"),
    ],
)
def test_a_wrong_device_script(cli: Cli, content: str, text: str) -> None:
    (cli.folder / "d.jsonl").write_bytes(content.encode("latin-1"))
    done = cli.script('server.log("never");', "--device-script", "d.jsonl")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", text)


def test_files_that_are_not_there(cli: Cli) -> None:
    for option in ("--device", "--device-script"):
        done = cli.script("", option, "nowhere")
        assert (done.returncode, done.stderr) == (2, "impsim: cannot read nowhere: No such file or directory\n")
    done = cli.script("", "--device=-")
    assert (done.returncode, done.stderr) == (2, "impsim: --device: the device's source must be a file\n")


def test_ctrl_c_ends_a_device_that_never_returns(cli: Cli) -> None:
    (cli.folder / "device.nut").write_text('server.log("busy"); while (true) {}')
    process = cli.start("", "--device", "device.nut")
    assert process.stdout is not None
    assert process.stdout.readline() == b"[Device] busy\n"
    process.send_signal(2)
    process.communicate(timeout=30)
    assert process.returncode == 130


def test_a_reader_that_goes_away_ends_both(cli: Cli) -> None:
    (cli.folder / "agent.nut").write_text("")
    (cli.folder / "device.nut").write_text('function f() { server.log("x"); imp.wakeup(0, f); } f();')
    done = cli.shell("impsim run --device device.nut agent.nut | head -1")
    assert done.stdout.endswith("[server.log] x\n")
