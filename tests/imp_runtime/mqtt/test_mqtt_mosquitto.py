"""Agents against Mosquitto."""

from __future__ import annotations

import pytest

from imp_runtime.config import NetworkConfig
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.mqtt.mosquitto import PASSWORD, TLS_HOST, USER, Mosquitto

CONNECTED = """
client <- mqtt.createclient();
client.onconnect(function(code) {
    server.log("connected " + code);
    if (code == 0) scenario();
});
client.onconnectionlost(function(reason) { server.log("lost " + reason); });
"""


def log_of(code: str, url: str, client_id: str, options: str = "{}", network: NetworkConfig | None = None) -> list[str]:
    """The log of a run whose `scenario` runs on a connection, and that ends by itself."""
    script = f"{CONNECTED}\nfunction scenario() {{ {code} }}\nclient.connect(URL, ID, {options});"
    with AgentRun(script, network=network, URL=url, ID=client_id) as agent:
        return agent.end()


def test_connect_and_disconnect(mosquitto: Mosquitto) -> None:
    code = 'client.disconnect(function() { server.log("closed"); });'
    assert log_of(code, mosquitto.url, "simple") == ["connected 0", "closed"]
    # Clean session, a keep-alive time of 60 s.
    mosquitto.wait_log("as simple (p2, c1, k60)")
    mosquitto.wait_log("Received DISCONNECT from simple")


@pytest.mark.parametrize("qos", [0, 1, 2])
@pytest.mark.parametrize("granted", [0, 1, 2])
def test_messages_arrive_with_the_lower_qos_and_are_confirmed(mosquitto: Mosquitto, qos: int, granted: int) -> None:
    topic = f"qos/{qos}/{granted}"
    code = f"""
        pending <- 2;
        function done() {{ if (--pending == 0) client.disconnect(); }}
        client.onmessage(function(item) {{
            server.log(typeof item.message + " " + item.topic + " " + item.message.tostring() + " qos " + item.qos
                + " retain " + item.retain + " dup " + item.dup);
            done();
        }});
        server.log(client.subscribe("{topic}", {granted}, function(code, qos) {{
            server.log("granted " + code + " " + qos);
            client.createmessage("{topic}", "hello", {{ qos = {qos} }}).sendasync(function(code) {{
                sent <- code;
                done();
            }});
        }}));
    """
    lower = min(qos, granted)
    assert log_of(code, mosquitto.url, f"qos{qos}{granted}") == [
        "connected 0",
        "0",
        f"granted 0 {granted}",
        f"blob {topic} hello qos {lower} retain 0 dup 0",
    ]
    expected = {0: "Received PUBLISH", 1: "Sending PUBACK", 2: "Sending PUBCOMP"}
    mosquitto.wait_log(f"{expected[qos]} ", f" qos{qos}{granted} (")


def test_binary_payloads_of_all_sizes(mosquitto: Mosquitto) -> None:
    code = """
        sizes <- [0, 1, 127, 128, 16384, 262144];
        client.onmessage(function(item) {
            local size = sizes.remove(0);
            local good = item.message.len() == size;
            for (local i = 0; i < size; i += 997) if (item.message[i] != (i & 255)) good = false;
            server.log(size + " " + good);
            if (sizes.len() == 0) client.disconnect();
        });
        client.subscribe("sizes", 1, function(code, qos) {
            foreach (size in sizes) {
                local data = blob(size);
                for (local i = 0; i < size; i++) data[i] = i & 255;
                client.createmessage("sizes", data, { qos = 1 }).sendasync();
            }
        });
    """
    log = log_of(code, mosquitto.url, "sizes")
    assert log == ["connected 0", *(f"{size} true" for size in (0, 1, 127, 128, 16384, 262144))]


def test_subscriptions_to_several_topics(mosquitto: Mosquitto) -> None:
    code = """
        client.onmessage(function(item) {
            server.log(item.topic + " " + item.message);
            if (item.topic == "last") client.disconnect();
        });
        client.subscribe(["several/+/x", "several/deep/#", "last"], [0, 1, 2], function(code, qos) {
            server.log(code + " " + typeof qos + " " + qos[0] + qos[1] + qos[2]);
            foreach (topic in ["several/a/x", "several/a/y", "several/deep/er/still", "several/deep", "last"])
                client.createmessage(topic, "m").sendasync();
        });
    """
    assert log_of(code, mosquitto.url, "several") == [
        "connected 0",
        "0 array 012",
        "several/a/x m",
        "several/deep/er/still m",
        "several/deep m",
        "last m",
    ]


def test_one_argument_gets_the_granted_qos(mosquitto: Mosquitto) -> None:
    code = """
        client.subscribe("one", mqtt.AT_LEAST_ONCE, function(granted) {
            server.log(granted);
            client.subscribe(["one"], function(granted) {
                server.log(typeof granted + " " + granted[0]);
                client.subscribe("one", function() {
                    client.subscribe("one", 2, function(...) { server.log(vargv.len() + " " + vargv[0] + vargv[1]);
                        client.disconnect(); });
                });
            });
        });
    """
    assert log_of(code, mosquitto.url, "one") == ["connected 0", "1", "array 0", "2 02"]


def test_unsubscribe(mosquitto: Mosquitto) -> None:
    code = """
        client.onmessage(function(item) {
            server.log(item.topic);
            if (item.topic == "un/end") client.disconnect();
        });
        client.subscribe(["un/a", "un/b", "un/end"], 0, function(granted) {
            client.unsubscribe(["un/a", "un/b"], function(code) {
                server.log("unsubscribed " + code);
                foreach (topic in ["un/a", "un/b", "un/end"]) client.createmessage(topic, "").sendasync();
            });
        });
    """
    assert log_of(code, mosquitto.url, "unsub") == ["connected 0", "unsubscribed 0", "un/end"]


def test_retained_messages(mosquitto: Mosquitto) -> None:
    code = """
        client.onmessage(function(item) {
            server.log(item.message + " " + item.retain);
            client.createmessage("kept", "", { retain = true, qos = 1 }).sendasync(@(code) client.disconnect());
        });
        client.createmessage("kept", "old", { retain = true, qos = 1 }).sendasync(function(code) {
            client.subscribe("kept");
        });
    """
    assert log_of(code, mosquitto.url, "retained")[:2] == ["connected 0", "old 1"]


def test_will_is_published_when_the_connection_breaks(mosquitto: Mosquitto) -> None:
    watch = """
        client.onmessage(function(item) { server.log(item.topic + " " + item.message + " " + item.qos + item.retain);
            client.disconnect(); });
        client.subscribe("will/#", function(granted) { server.log("watching"); });
    """
    script = f"{CONNECTED}\nfunction scenario() {{ {watch} }}\nclient.connect(URL, `watcher`);".replace("`", '"')
    dying = """
        client <- mqtt.createclient();
        client.onconnect(function(code) {
            // The same client id: the broker throws the older connection out.
            server.log("up");
        });
        client.onconnectionlost(function(reason) { server.log("lost " + reason); });
        client.connect(URL, "dying", { willtopic = "will/dying", willmessage = "gone" });
    """
    with AgentRun(script, URL=mosquitto.url) as watcher:
        watcher.wait_line("watching")
        with AgentRun(dying, URL=mosquitto.url) as first:
            first.wait_line("up")
            with AgentRun(dying, URL=mosquitto.url) as second:
                second.wait_line("up")
                assert first.end()[-1] == "lost -1"
                assert watcher.end()[-1] == "will/dying gone 00"


def test_will_is_not_published_after_disconnect(mosquitto: Mosquitto) -> None:
    assert log_of(
        "client.disconnect();", mosquitto.url, "polite", '{ willtopic = "w", willmessage = blob(3), keepalive = 0 }'
    ) == ["connected 0"]
    mosquitto.wait_log("as polite (p2, c1, k0)")
    mosquitto.wait_log("Received DISCONNECT from polite")


def test_user_name_and_password(mosquitto: Mosquitto) -> None:
    good = f'{{ username = "{USER}", password = "{PASSWORD}" }}'
    code = """
        client.subscribe("allowed/x", 1, function(code, qos) {
            server.log("allowed " + code + " " + qos);
            client.disconnect();
        });
    """
    assert log_of(code, mosquitto.user_url, "user", good) == ["connected 0", "allowed 0 1"]


@pytest.mark.parametrize("options", ["{}", f'{{ username = "{USER}" }}', f'{{ username = "{USER}", password = "x" }}'])
def test_refused_logins(mosquitto: Mosquitto, options: str) -> None:
    assert log_of("", mosquitto.user_url, "nobody", options) == ["connected 5"]


def test_password_as_a_blob(mosquitto: Mosquitto) -> None:
    options = f'(function() {{ local p = blob(); p.writestring("{PASSWORD}"); return p; }})()'
    code = "client.disconnect();"
    assert log_of(code, mosquitto.user_url, "blobs", f'{{ username = "{USER}", password = {options} }}') == [
        "connected 0"
    ]


def test_the_same_client_connects_again_from_the_callback(mosquitto: Mosquitto) -> None:
    code = """
        if (!("rounds" in getroottable())) ::rounds <- 0;
        if (++::rounds < 3) client.disconnect(function() { client.connect(URL, "again"); });
        else client.disconnect();
    """
    assert log_of(code, mosquitto.url, "again") == ["connected 0"] * 3


def test_a_failed_client_can_connect_elsewhere(mosquitto: Mosquitto) -> None:
    script = f"""
        client <- mqtt.createclient();
        client.onconnect(function(code) {{
            server.log(code);
            if (code == 5) client.connect("{mosquitto.url}", "elsewhere");
            else client.disconnect();
        }});
        client.connect("{mosquitto.user_url}", "elsewhere");
    """
    with AgentRun(script) as agent:
        assert agent.end() == ["5", "0"]


def test_tls(mosquitto: Mosquitto) -> None:
    code = 'server.log(client.url()); client.disconnect(function() { server.log("closed"); });'
    url = f"ssl://{TLS_HOST}"
    assert log_of(code, url, "tls", network=mosquitto.tls_network()) == ["connected 0", url, "closed"]
    mosquitto.wait_log("Received DISCONNECT from tls")


def test_tls_with_a_certificate_that_nobody_vouches_for(mosquitto: Mosquitto) -> None:
    log = log_of("", f"ssl://{TLS_HOST}", "untrusted", network=mosquitto.tls_network(trusted=False))
    assert len(log) == 2
    assert log[0].startswith(f"WARNING: mqttclient: the certificate of {TLS_HOST}:8883 (redirected to ")
    assert log[1] == "connected -1"


@pytest.mark.parametrize("qos", [0, 1, 2])
def test_two_thousand_messages_in_order_and_none_twice(mosquitto: Mosquitto, qos: int) -> None:
    code = f"""
        expected <- 0;
        confirmed <- 0;
        client.onmessage(function(item) {{
            if (item.message.tostring() != expected.tostring()) server.log("wrong " + item.message);
            expected++;
            check();
        }});
        function check() {{
            if (expected == 2000 && confirmed == 2000) client.disconnect();
        }}
        client.subscribe("many", {qos}, function(code, qos) {{
            for (local i = 0; i < 2000; i++)
                client.createmessage("many", i.tostring(), {{ qos = {qos} }}).sendasync(function(code) {{
                    if (code == 0) confirmed++;
                    check();
                }});
        }});
    """
    assert log_of(code, mosquitto.url, f"many{qos}") == ["connected 0"]
