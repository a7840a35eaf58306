"""What a short script does not wait for."""

from __future__ import annotations

import subprocess
import sys

from tests.command import Cli

# Each takes a millisecond or more to import, or brings others that do.
HEAVY = {
    *("asyncio", "click", "cryptography", "dataclasses", "datetime", "email", "hashlib", "http", "inspect", "json"),
    *("h11", "lark", "logging", "paho", "pathlib", "platformdirs", "proton", "pycurl", "random", "rich", "socket"),
    *("sqlite3", "ssl", "tempfile"),
    *("squirrel.syntax.lexer", "squirrel.syntax.parser", "squirrel.syntax.tables", "imp_runtime.redaction"),
    *("importlib.metadata", "importlib.resources", "subprocess", "unicodedata", "urllib", "uuid"),
}
CODE = """
import sys
from imp_runtime.cli import main
sys.argv[1:] = {arguments!r}
before = set(sys.modules)
try:
    main()
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


def modules_of(cli: Cli, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(arguments=list(arguments))],
        env=cli.environment,
        cwd=cli.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(done.stderr.split())


def test_a_script_loads_only_what_it_needs(cli: Cli) -> None:
    cli.environment["XDG_CACHE_HOME"] = str(cli.folder / "cache")
    (cli.folder / "agent.nut").write_text('server.log("hello"); imp.wakeup(0, @() server.log([1].len()))')
    lines = [
        ["run", "agent.nut"],
        ["run", "--log-format", "plain", "--timeout=9", "--define", "A=x", "--no-cache", "agent.nut"],
    ]
    for arguments in lines:
        assert "imp_runtime.agent" in modules_of(cli, *arguments)
    # Now the program is in the cache.
    assert HEAVY & modules_of(cli, "run", "agent.nut") == set()
    without_parser = {name for name in HEAVY if not name.startswith("squirrel.") and name != "json"}
    assert without_parser & modules_of(cli, *lines[1]) == set()
