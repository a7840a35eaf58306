"""``impsim api``: the table, and that it has all that an agent reaches on the platform (http sheet, section 8)."""

from __future__ import annotations

import re

import pytest

from imp_runtime.api.coverage import THROWS, WORKS, Row, agent_sections, device_sections
from tests.command import Cli
from tests.in_process import run

# Objects and members of the coverage table.
MEMBERS = """
imp.wakeup imp.cancelwakeup imp.sleep imp.environment imp.configparams imp.getmemoryfree imp.getsoftwareversion
imp.onunhandledexception
server.log server.error server.save server.load server.restart server.onshutdown
device.on device.send device.onconnect device.ondisconnect device.isconnected device.info
http.jsonencode http.jsondecode http.get http.post http.request http.put http.httpdelete http.agenturl http.onrequest
http.urlencode http.urldecode http.base64encode http.base64decode http.poststream http.putstream http.requeststream
http.hash.md5 http.hash.sha1 http.hash.sha256 http.hash.sha512 http.hash.hmacsha1 http.hash.hmacsha256
http.hash.hmacsha512
httprequest.sendasync httprequest.sendsync httprequest.cancel httprequest.setvalidation
httpresponse.send httpresponse.header httpstream.send
crypto.equals crypto.sign crypto.verify crypto.sha256 crypto.hmacsha256 crypto.RSASSA_PKCS1_SHA256
mqtt.createclient mqtt.AT_MOST_ONCE mqtt.AT_LEAST_ONCE mqtt.EXACTLY_ONCE
mqttclient.connect mqttclient.disconnect mqttclient.onconnect mqttclient.onconnectionlost mqttclient.onmessage
mqttclient.url mqttclient.subscribe mqttclient.unsubscribe mqttclient.createmessage mqttmessage.sendasync
amqp.openconnection amqp.createmessage amqp.createbinarymessage
amqpconnection.opensession amqpconnection.isopen amqpconnection.close
amqpsession.opensender amqpsession.openreceiver amqpsession.isopen amqpsession.close
amqpsender.createtransfer amqpsender.isopen amqpsender.close amqpreceiver.isopen amqpreceiver.close
amqptransfer.sendasync amqptransfer.cancel amqpmessage.body amqpmessage.properties
amqpdelivery.message amqpdelivery.accept amqpdelivery.reject amqpdelivery.release
""".split()
REFUSED = ["ftp.get", "ftp.put", "mqttmessage.sendsync"]
FUNCTIONS = """
getroottable assert array type print error callee dummy collectgarbage time date clock castf2i casti2f swap2 swap4
swapfloat format split strip lstrip rstrip regexp regexp2 blob
math.abs math.acos math.asin math.atan math.atan2 math.ceil math.cos math.exp math.fabs math.floor math.log math.log10
math.pow math.rand math.sin math.sqrt math.srand math.tan math.PI math.RAND_MAX
""".split()
CONSTANTS = """
NO_TIMEOUT VALIDATE_NONE VALIDATE_USING_SYSTEM_CA_CERTS ENVIRONMENT_CARD ENVIRONMENT_MODULE ENVIRONMENT_AGENT
SHUTDOWN_NEWSQUIRREL SHUTDOWN_NEWFIRMWARE SHUTDOWN_OTHER _version_ _versionnumber_ _charsize_ _intsize_ _floatsize_
""".split()
# What stock Squirrel or a device has, and an agent has not.
ABSENT = """
imp.onidle imp.info imp.net agent hardware setroottable getconsttable compilestring newthread suspend
server.bless server.connect server.sleepfor system getenv file dofile
""".split()


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    return {re.sub(r"\(.*", "", row.name): row for section in agent_sections() for row in section.rows}


def test_everything_that_an_agent_reaches_is_there(rows: dict[str, Row]) -> None:
    assert [name for name in [*MEMBERS, *FUNCTIONS, *CONSTANTS] if name not in rows] == []
    assert {rows[name].status for name in [*MEMBERS, *FUNCTIONS, *CONSTANTS]} == {WORKS}


def test_what_throws_names_itself_and_the_reason(rows: dict[str, Row]) -> None:
    assert sorted(name for name, row in rows.items() if row.status == THROWS) == REFUSED
    assert all(rows[name].text for name in REFUSED)
    ran = run('try { ftp.get("ftp://host/file"); } catch (e) { server.log(e); }')
    assert ran.lines == [f"ftp.get is not available: {rows['ftp.get'].text}"]


def test_what_an_agent_does_not_have_is_absent(rows: dict[str, Row]) -> None:
    assert [name for name in ABSENT if name in rows] == []


def test_every_member_says_what_it_does(rows: dict[str, Row]) -> None:
    assert [name for name, row in rows.items() if not row.text and name not in FUNCTIONS] == []


def test_what_a_device_has() -> None:
    found = {re.sub(r"\(.*", "", row.name): row.status for section in device_sections() for row in section.rows}
    works = ["agent.on", "agent.send", "imp.onidle", "imp.getmacaddress", "server.sleepfor", "SEND_ERROR_WOULDBLOCK"]
    assert {found[name] for name in works} == {WORKS}
    assert {found[name] for name in ("hardware.*", "imp.rssi", "server.bless")} == {THROWS}
    assert not any(name.startswith(("device.", "http.", "amqp.", "mqtt.")) for name in found)


def test_the_command(cli: Cli) -> None:
    done = cli("api")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert re.search(r"^works   imp\.wakeup\(interval, callback, \[name\]\)  Call", done.stdout, re.MULTILINE)
    assert re.search(r"^throws  ftp\.get\(\)  ftp is deprecated", done.stdout, re.MULTILINE)
    listed = [line for line in lines if line.startswith(("works ", "throws "))]
    counts = [tuple(map(int, re.findall(r"\d+", line))) for line in lines if line.startswith("On a") and ", " in line]
    assert [works + throws for _, works, throws in counts] == [members for members, _, _ in counts]
    assert sum(members for members, _, _ in counts) == len(listed)
