"""The command itself: version, help, unknown verbs, doctor, faults."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from imp_runtime import __version__
from imp_runtime.cli import main
from imp_runtime.cli.verbs import commands
from tests.command import Cli


def test_version(cli: Cli) -> None:
    done = cli("--version")
    assert (done.returncode, done.stdout) == (0, f"impsim, version {__version__}\n")


def test_version_loads_nothing_heavy(cli: Cli) -> None:
    code = (
        "import sys\nfrom imp_runtime.cli import main\n"
        "try: main(['--version'])\n"
        "except SystemExit:\n"
        "    heavy = ('proton', 'lark', 'asyncio', 'cryptography', 'squirrel')\n"
        "    print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=cli.environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[1] == "[]"


def test_help_shows_every_verb_and_option(cli: Cli) -> None:
    done = cli("--help")
    assert done.returncode == 0
    for verb in ("run", "broker", "doctor"):
        assert f"\n  {verb} " in done.stdout
    done = cli("run", "--help")
    for option in ("--log-format", "--timeout", "--define", "--broker", "--connect-to", "--tls-ca"):
        assert option in done.stdout


@pytest.mark.parametrize("arguments", [["dance"], ["--dance"], ["run", "--dance", "x"]])
def test_unknown_words(cli: Cli, arguments: list[str]) -> None:
    done = cli(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "dance" in done.stderr


def test_doctor(cli: Cli) -> None:
    done = cli("doctor")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert all(line.split()[0] in ("ok", "warn") for line in lines)
    for topic in (
        "Python 3",
        "the language is",
        "lark",
        "proton",
        "cryptography",
        "TLS",
        "loopback",
        "stack",
    ):
        assert any(topic in line for line in lines), topic


def test_doctor_without_ssl(cli: Cli) -> None:
    code = "import sys; sys.modules['ssl'] = None\nfrom imp_runtime.cli import main; main(['doctor'])"
    done = subprocess.run(
        [sys.executable, "-c", code], env=cli.environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("fail") and "no ssl module" in line]
    assert "Debian" in line


def test_a_fault_in_impsim_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMPSIM_DEBUG", raising=False)

    @click.command()
    def broken() -> None:
        raise KeyError("x")

    monkeypatch.setattr(type(commands), "get_command", lambda self, ctx, name: broken)
    with pytest.raises(SystemExit) as ended:
        main(["run"])
    assert ended.value.code == 71
    captured = capsys.readouterr()
    assert captured.err.startswith("impsim: internal error: KeyError: 'x'")
    assert captured.err.count("\n") == 1


def test_a_missing_module_is_one_line(cli: Cli) -> None:
    (cli.folder / "agent.nut").write_text("server.log(1)")
    code = "import sys; sys.modules['proton'] = None\nfrom imp_runtime.cli import main; main(['broker'])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=cli.environment,
        cwd=cli.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 69
    assert done.stderr == "impsim: this Python has no module proton; `impsim doctor` says what to install.\n"
