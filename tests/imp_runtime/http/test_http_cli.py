"""HTTP on the command line: ``--http``, ``--offline``, ``--limits``, and what is loaded when."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Cli
from tests.imp_runtime.http.peers import PATIENCE, HttpPeer

SERVER = 'http.onrequest(function(request, response) { response.send(200, "hello"); http.onrequest(null); });'


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    cli = Cli(tmp_path)
    yield cli
    for process in cli.processes:
        process.kill()
        process.communicate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def url_of(process: subprocess.Popen[bytes]) -> str:
    assert process.stderr is not None
    line = process.stderr.readline().decode()
    found = re.fullmatch(r"impsim: the agent's URL is (http://127\.0\.0\.1:\d+/[\w-]{12})\n", line)
    assert found is not None, line
    return found[1]


def test_the_url_is_shown(cli: Cli) -> None:
    process = cli.start(SERVER, "--http", "0")
    assert urllib.request.urlopen(url_of(process), timeout=PATIENCE).read() == b"hello"
    assert process.wait(PATIENCE) == 0


def test_a_port_of_ones_own(cli: Cli) -> None:
    port = free_port()
    process = cli.start(SERVER, "--http", str(port))
    url = url_of(process)
    assert f":{port}/" in url
    assert urllib.request.urlopen(url, timeout=PATIENCE).read() == b"hello"


def test_the_agent_id_stays_with_the_store(cli: Cli) -> None:
    runs = [cli.script('server.log(split(http.agenturl(), "/").pop());', "--store", "s") for _ in range(2)]
    assert runs[0].stdout == runs[1].stdout
    assert re.fullmatch(r"[\w-]{12}\n", runs[0].stdout)
    assert runs[0].stderr == ""


def test_a_taken_port(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = cli.script(SERVER, "--http", str(port))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"impsim: --http {port}: cannot listen on this port: address already in use\n"


@pytest.mark.parametrize("port", ["65536", "-1", "http", "1.5", "127.0.0.1:80"])
def test_no_port(cli: Cli, port: str) -> None:
    done = cli.script(SERVER, f"--http={port}")
    assert done.returncode == 2
    assert f"'{port}' is not a port: a number from 0 to 65535." in done.stderr


def test_a_handler_that_throws_ends_the_run(cli: Cli) -> None:
    process = cli.start('http.onrequest(function(request, response) { throw "oops"; });', "--http", "0")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url_of(process), timeout=PATIENCE)
    refused.value.close()
    assert refused.value.code == 500
    assert process.wait(PATIENCE) == 70


def test_a_server_ends_at_a_signal(cli: Cli) -> None:
    process = cli.start(SERVER, "--http", "0")
    url_of(process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 143


def test_offline(cli: Cli) -> None:
    with HttpPeer(lambda handler: handler.reply(200, b"here")) as peer:
        source = f"""
            function show(r) {{ server.log(r.statuscode + r.body); }}
            http.get("http://api.example/").sendasync(show);
            http.get("http://other.example/").sendasync(show);
            http.get("{peer.url}").sendasync(show);
        """
        done = cli.script(source, "--offline", "--connect-to", f"other.example:80=127.0.0.1:{peer.port}")
    assert sorted(done.stdout.splitlines()) == [
        *("200here", "200here", "7"),
        "ERROR: http: no connection to api.example:80: with --offline only this machine can be reached",
    ]


def test_a_restart_listens_on_the_same_port(cli: Cli) -> None:
    port = free_port()
    source = """
        http.onrequest(function(request, response) {
            local runs = server.load().len();
            response.send(200, runs.tostring());
            if (runs) http.onrequest(null);
            else imp.wakeup(0.1, function() { server.save({ a = 1 }); server.restart(); });
        });
    """
    process = cli.start(source, "--http", str(port))
    assert urllib.request.urlopen(url_of(process), timeout=PATIENCE).read() == b"0"
    assert urllib.request.urlopen(url_of(process), timeout=PATIENCE).read() == b"1"
    assert process.wait(PATIENCE) == 0


def test_limits(cli: Cli) -> None:
    source = """
        local codes = {};
        for (local i = 0; i < 50; i++) http.get("http://127.0.0.1:1/").sendasync(function(r) {
            codes[r.statuscode] <- true;
        });
        imp.wakeup(0.5, function() { server.log(429 in codes); });
    """
    assert cli.script(source).stdout == "false\n"
    assert cli.script(source, "--limits", "impcloud").stdout == "true\n"


def test_codecs_alone_load_no_network(cli: Cli) -> None:
    code = """
import sys
from imp_runtime.cli import main
sys.argv[1:] = ["run", "agent.nut"]
try:
    main()
finally:
    print(*sorted({"pycurl", "h11", "asyncio", "ssl"} & set(sys.modules)), file=sys.stderr)
"""
    for script, loaded in [
        ('server.log(http.base64encode("a")); http.onrequest(null);', ""),
        ('http.get("http://127.0.0.1:1/").sendasync(@(r) null);', "asyncio pycurl ssl"),
        ("http.agenturl();", "asyncio h11 ssl"),
    ]:
        (cli.folder / "agent.nut").write_text(script)
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=cli.environment,
            cwd=cli.folder,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode, done.stderr.strip()) == (0, loaded)
