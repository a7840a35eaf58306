"""What goes wrong with outgoing requests, and the code that the script gets for it."""

from __future__ import annotations

import gc
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pycurl
import pytest

from imp_runtime.config import NetworkConfig
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.certificates import Authority
from tests.imp_runtime.http.peers import PATIENCE, Handler, HttpPeer, RawPeer, reset, saying

GET = """
    http.get(URL).sendasync(function(r) {
        server.log(r.statuscode + " [" + r.body + "] " + r.headers.len() + " " + r.rawheaders.len());
    });
"""


def answer_to(url: str, network: NetworkConfig | None = None) -> str:
    with AgentRun(GET, network, URL=url) as agent:
        [line] = agent.end()
        return line


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "nonsense",
            "127.0.0.1",
            "//127.0.0.1/",
            "http://",
            "http:///path",
            "http:/127.0.0.1/",
            "ftp://127.0.0.1/",
        ),
        *("file:///etc/passwd", "http://127.0.0.1:99999/", "http://127.0.0.1:0/", "http://127.0.0.1:x/", "http://a b/"),
        *("http://127.0.0.1/a b", "http://127.0.0.1/a\nb", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1/\0"),
        *(
            "http://127.0.0.1\\@example.com/",
            "http://[::1/",
            "http://u@v@127.0.0.1/",
            "http://%31.0.0.1/",
            " http://a/",
        ),
    ],
)
def test_malformed_urls(url: str) -> None:
    assert answer_to(url) == "3 [] 0 0"


def test_the_scheme_is_read_in_any_case() -> None:
    with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx") as peer:
        assert answer_to(peer.url.replace("http", "HtTp")) == "200 [x] 1 1"


def test_unknown_host() -> None:
    assert answer_to("http://no-such-host.invalid/") == "6 [] 0 0"


def test_refused() -> None:
    assert answer_to("http://127.0.0.1:1/") == "7 [] 0 0"


FAULTS: list[tuple[str, Callable[[socket.socket], None], str]] = [
    ("nothing at all", lambda peer: None, "52 [] 0 0"),
    ("a reset", reset, "56 [] 0 0"),
    ("no HTTP", lambda peer: peer.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"), "1 [] 0 0"),
    ("half a status line", lambda peer: peer.sendall(b"HTTP/1.1 20"), "52 [] 0 0"),
    ("half a head", lambda peer: peer.sendall(b"HTTP/1.1 200 OK\r\nA: b\r\nC"), "200 [] 1 1"),
    ("a body too short", lambda peer: peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), "18 [abc] 1 1"),
    (
        "chunks cut off",
        lambda peer: peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc"),
        "18 [abc] 1 1",
    ),
    (
        "a chunk that is none",
        lambda peer: peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc"),
        "56 [] 1 1",
    ),
    ("lengths that differ", lambda peer: peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc"), "8 [] 0 0"),
    ("a header without a colon", lambda peer: peer.sendall(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), "8 [] 0 0"),
    ("no length", lambda peer: peer.sendall(b"HTTP/1.1 200 OK\r\n\r\nto the end"), "200 [to the end] 0 0"),
    ("HTTP 1.0", lambda peer: peer.sendall(b"HTTP/1.0 200 OK\r\n\r\nold"), "200 [old] 0 0"),
    ("no reason", lambda peer: peer.sendall(b"HTTP/1.1 204\r\n\r\n"), "204 [] 0 0"),
    ("a status of its own", lambda peer: peer.sendall(b"HTTP/1.1 799 ?\r\nContent-Length: 0\r\n\r\n"), "799 [] 1 1"),
    ("bare line ends", lambda peer: peer.sendall(b"HTTP/1.1 200 OK\nContent-Length: 1\n\nx"), "200 [x] 1 1"),
]


@pytest.mark.parametrize(("talk", "line"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_what_peers_do_wrong(talk: Callable[[socket.socket], None], line: str) -> None:
    with RawPeer(talk) as peer:
        assert answer_to(peer.url) == line


def test_a_reset_in_the_middle_of_the_body() -> None:
    read = threading.Event()

    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
        assert read.wait(PATIENCE)
        reset(connection)

    source = GET.replace("});", "}, function(content) { server.log(content); });")
    with RawPeer(talk) as peer, AgentRun(source, URL=peer.url) as agent:
        agent.wait_line("abc")
        read.set()
        assert agent.end() == ["abc", "56 [] 1 1"]


def test_a_head_without_end_is_bounded() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-Flood: " + b"x" * 1000 + b"\r\n")

    with RawPeer(talk) as peer, AgentRun(GET, URL=peer.url) as agent:
        [line] = agent.end()
        assert line.split()[0] in ("56", "100", "27")


def test_a_body_without_end_is_bounded() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 1048576)

    source = "http.get(URL).sendasync(@(r) server.log(r.statuscode));"
    with RawPeer(talk) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["63"]


def test_time_out() -> None:
    let_go = threading.Event()
    source = GET.replace("});", "}, null, 0.2);")

    def wait(connection: socket.socket) -> None:
        let_go.wait(PATIENCE)

    with RawPeer(wait) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["28 [] 0 0"]
        let_go.set()


@pytest.mark.parametrize("timeout", ["NO_TIMEOUT", "0", "3000000000.0"])
def test_no_time_out(timeout: str) -> None:
    source = GET.replace("});", f"}}, null, {timeout});")
    with HttpPeer(lambda handler: handler.reply(200, b"x")) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end()[0].startswith("200 [x]")


def test_a_peer_that_goes_on_for_ever_ends_at_the_time_limit() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        ticks = threading.Event()
        while not ticks.wait(0.05):
            connection.sendall(b"1\r\nx\r\n")

    source = "http.get(URL).sendasync(@(r) server.log(r.statuscode), @(c) null, 0.3);"
    with RawPeer(talk) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["28"]


def test_a_reset_connection_of_the_pool_is_replaced() -> None:
    """The peer closes an idle connection in the moment in which it is used again: libcurl tries once more."""
    seen: list[Handler] = []

    def answer(handler: Handler) -> None:
        seen.append(handler)
        if len(seen) == 2:
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
        else:
            handler.reply(200, b"ok")

    source = """
        http.get(URL).sendasync(function(r) {
            http.get(URL).sendasync(@(r) server.log(r.statuscode + " " + r.body));
        });
    """
    with HttpPeer(answer) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["200 ok"]


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx") as peer:
        assert answer_to(peer.url) == "200 [x] 1 1"


# TLS.


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    yield Authority()


def tls_answer(
    context: ssl.SSLContext, network: Callable[[int], NetworkConfig], *, validate: bool, host: str = "hub.example"
) -> str:
    source = """
        local r = http.get(URL);
        if (VALIDATE) r.setvalidation(VALIDATE_USING_SYSTEM_CA_CERTS); else r.setvalidation(VALIDATE_NONE);
        r.sendasync(function(r) { server.log(r.statuscode + " " + r.body); });
    """
    with (
        HttpPeer(lambda handler: handler.reply(200, (handler.headers["Host"] or "").encode()), context) as peer,
        AgentRun(source, network(peer.port), URL=f"https://{host}/", VALIDATE=validate) as agent,
    ):
        [line] = agent.end()
        return line


def redirected(port: int, **settings: tuple[str, ...]) -> NetworkConfig:
    return NetworkConfig(redirects={("hub.example", 443): ("127.0.0.1", port)}, **settings)  # type: ignore[arg-type]


def test_tls_is_not_checked_by_default(authority: Authority) -> None:
    assert tls_answer(authority.server("other.example", to_day=-1, from_day=-2), redirected, validate=False) == (
        "200 hub.example"
    )


def test_an_untrusted_authority(authority: Authority) -> None:
    assert tls_answer(authority.server("hub.example"), redirected, validate=True) == "60 "


def test_a_trusted_authority(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    file.write_text(authority.pem)

    def by_file(port: int) -> NetworkConfig:
        return redirected(port, ca_files=(str(file),))

    def by_text(port: int) -> NetworkConfig:
        return redirected(port, ca_pem=(authority.pem,))

    for network in (by_file, by_text):
        assert tls_answer(authority.server("hub.example"), network, validate=True) == "200 hub.example"


def test_the_authorities_of_the_system(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "system.pem"
    file.write_text(authority.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert tls_answer(authority.server("hub.example"), redirected, validate=True) == "200 hub.example"
    # Further ones come on top of them.
    assert tls_answer(authority.server("hub.example"), other_too, validate=True) == "200 hub.example"
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    assert tls_answer(authority.server("hub.example"), redirected, validate=True) == "60 "


def other_too(port: int) -> NetworkConfig:
    return redirected(port, ca_pem=(Authority("another authority").pem,))


@pytest.mark.parametrize(
    ("name", "days"), [("other.example", (-1, 1)), ("hub.example", (-2, -1)), ("hub.example", (1, 2))]
)
def test_certificates_that_are_wrong(authority: Authority, name: str, days: tuple[int, int]) -> None:
    def trusting(port: int) -> NetworkConfig:
        return redirected(port, ca_pem=(authority.pem,))

    context = authority.server(name, from_day=days[0], to_day=days[1])
    assert tls_answer(context, trusting, validate=True) == "60 "


def test_the_name_for_sni_is_that_of_the_url(authority: Authority) -> None:
    names: list[str | None] = []
    context = authority.server("hub.example")
    context.sni_callback = lambda connection, name, same: names.append(name)
    tls_answer(context, redirected, validate=False)
    assert names == ["hub.example"]


def test_a_peer_without_tls() -> None:
    with RawPeer(lambda peer: peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), wait=False) as peer:
        assert answer_to(peer.url.replace("http:", "https:")) == "35 [] 0 0"


def test_an_authority_that_cannot_be_read() -> None:
    source = """
        local r = http.get("https://127.0.0.1:1/");
        r.setvalidation(VALIDATE_USING_SYSTEM_CA_CERTS);
        r.sendasync(@(r) server.log(r.statuscode));
    """
    with AgentRun(source, NetworkConfig(ca_files=("/no/such/file",))) as agent:
        assert agent.end() == [str(pycurl.E_SSL_CACERT_BADFILE)]


# Where connections go.


def test_connect_to_leaves_the_host_header() -> None:
    with HttpPeer(lambda handler: handler.reply(200, handler.headers["Host"].encode())) as peer:
        network = NetworkConfig(
            redirects={("api.example", 80): ("127.0.0.1", peer.port), ("192.0.2.1", 8080): ("localhost", peer.port)}
        )
        assert answer_to("http://API.example/", network).startswith("200 [API.example]")
        assert answer_to("http://192.0.2.1:8080/", network).startswith("200 [192.0.2.1:8080]")


@pytest.mark.parametrize(
    "url", ["http://api.example/", "https://192.0.2.1:8443/x", "http://[2001:db8::1]/", "http://127.0.0.1.x/"]
)
def test_offline_refuses_what_is_elsewhere(url: str) -> None:
    host = {"http://api.example/": "api.example:80", "http://[2001:db8::1]/": "2001:db8::1:80"}.get(url)
    host = host or url.split("/")[2] + ("" if url.startswith("https") else ":80")
    with AgentRun(GET, NetworkConfig(offline=True), URL=url) as agent:
        assert agent.end() == [
            f"ERROR: http: no connection to {host}: with --offline only this machine can be reached",
            "7 [] 0 0",
        ]


def test_offline_allows_this_machine() -> None:
    with HttpPeer(lambda handler: handler.reply(200, b"x")) as peer:
        network = NetworkConfig(offline=True, redirects={("api.example", 80): ("127.0.0.1", peer.port)})
        for url in (peer.url, peer.url.replace("127.0.0.1", "localhost"), "http://api.example/"):
            assert answer_to(url, network).startswith("200 [x]")


def test_a_redirection_off_the_machine_is_refused_too() -> None:
    network = NetworkConfig(offline=True, redirects={("127.0.0.1", 80): ("192.0.2.1", 80)})
    with AgentRun(GET, network, URL="http://127.0.0.1/") as agent:
        assert agent.end()[1] == "7 [] 0 0"


def test_offline_refuses_amqp_too() -> None:
    source = """
        connection <- amqp.openconnection("amqps://hub.example", function(event, error) {
            server.log(event + " " + error);
            connection = null;
        });
    """
    with AgentRun(source, NetworkConfig(offline=True)) as agent:
        assert agent.end() == [
            "CONNECTION_ERROR no connection to hub.example:5671: with --offline only this machine can be reached"
        ]


def test_many_failures_leave_nothing_behind() -> None:
    source = """
        local left = 200;
        function next(r) {
            if (left-- > 0) http.get(left % 2 ? URL : "http://127.0.0.1:1/").sendasync(next);
            else server.log("done");
        }
        next(null);
    """
    gc.collect()
    with RawPeer(reset) as peer, AgentRun(source, URL=peer.url) as agent:
        agent.wait_line("done")
        assert agent.end() == ["done"]
    from imp_runtime.net.http_exchange import Exchange

    # Without the collector of cycles, which is off while an agent runs.
    assert [thing for thing in gc.get_objects() if isinstance(thing, Exchange)] == []
