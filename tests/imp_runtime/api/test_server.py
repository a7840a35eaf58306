"""The ``server`` object (core sheet, section 4)."""

from __future__ import annotations

import pytest
from hypothesis import given

from imp_runtime.api.http_json import decode_json
from imp_runtime.api.saving import exact_text
from imp_runtime.config import AgentConfig
from imp_runtime.file_store import FileStore
from imp_runtime.store import MemoryStore, Saved, Store, StoreError
from tests.imp_runtime.squirrel_values import floats
from tests.in_process import run


def test_anything_can_be_logged() -> None:
    ran = run(
        "server.log(1); server.log(1.5); server.log(null); server.log(true); server.log(blob(2).len());\n"
        'local b = blob(); b.writestring("bytes"); server.log(b);\n'
        'server.log(class { function _tostring() { return "instance" } }());'
    )
    assert ran.lines == ["1", "1.5", "(null : (nil))", "true", "2", "bytes", "instance"]


def test_results_and_prefix() -> None:
    ran = run('local a = server.log("x"); local b = server.error("y"); server.log(a + b);')
    assert ran.lines == ["x", "ERROR: y", "0"]


def test_a_tostring_that_throws_is_the_scripts_error() -> None:
    ran = run('try { server.log(class { function _tostring() { throw "mine" } }()) } catch (e) { server.log(e) }')
    assert ran.lines == ["mine"]


def test_device_only_members_are_absent() -> None:
    ran = run('try { server.isconnected(); } catch (e) { server.log(e); } server.log("bless" in server);')
    assert ran.lines == ["the index 'isconnected' does not exist", "false"]


def test_print_and_error_go_to_the_log() -> None:
    assert run('print("a"); print("b\\n"); print(1); error("c");').lines == ["a", "b", "1", "c"]


def after_saving(save: str, load: str) -> list[str]:
    """The log of a script that loads what another has saved."""
    store = MemoryStore()
    config = AgentConfig(store=store, agent_id="agent")
    first = run(save, config=config)
    return first.lines + run(load, config=config).lines


LOG = "server.log(http.jsonencode(server.load()));"


def test_nothing_saved_is_an_empty_table() -> None:
    assert run("server.log(typeof server.load() + server.load().len());").lines == ["table0"]


def test_saved_tables_are_loaded() -> None:
    ran = run(f'server.log(server.save({{ a = 1, b = [true, null, 2.5], c = {{ d = "é" }} }})); {LOG}')
    assert ran.lines == ["0", '{ "a": 1, "c": { "d": "é" }, "b": [ true, null, 2.5 ] }']
    assert run(f"server.save({{ a = 1 }}); server.save({{ b = 2 }}); {LOG} server.save({{}}); {LOG}").lines == [
        '{ "b": 2 }',
        "{ }",
    ]


def test_what_is_loaded_is_a_copy() -> None:
    ran = run(
        "local t = { a = [1] }; server.save(t); t.a.push(2); server.load().a.push(3);\n"
        "server.log(server.load().a.len());"
    )
    assert ran.lines == ["1"]


def test_agents_with_another_id_see_nothing() -> None:
    store = MemoryStore()
    run("server.save({ a = 1 });", config=AgentConfig(store=store, agent_id="one"))
    assert run(LOG, config=AgentConfig(store=store, agent_id="two")).lines == ["{ }"]
    assert run(LOG, config=AgentConfig(store=store, agent_id="one")).lines == ['{ "a": 1 }']
    assert run(LOG).lines == ["{ }"]


def test_json_leaves_out_what_it_cannot_carry_and_says_so() -> None:
    save = (
        "local inf = 1e30 * 1e30;\n"
        'server.save({ f = function() {}, b = blob(2), u = "\\xff", n = null, i = inf, k = [1, blob(1), inf] });'
    )
    lines = after_saving(save, LOG)
    assert lines[0].startswith("ERROR: server.save cannot save as JSON, and left out: ")
    for member in ("f (function)", "b (blob)", "u (string that is not UTF-8, or has a NUL)", "k[1] (blob)"):
        assert member in lines[0]
    loaded = decode_json(lines[1])
    assert lines[1].count(":") == 3
    assert '"n": null' in lines[1]
    assert '"i": null' in lines[1]
    assert '"k": [ 1, null ]' in lines[1]
    assert loaded is not None


def test_many_members_that_are_left_out_make_one_entry() -> None:
    ran = run("local t = { list = [] }; for (local i = 0; i < 9; i++) t.list.push(print); server.save(t);")
    assert ran.lines == [
        "ERROR: server.save cannot save as JSON, and left out: "
        "list[0] (function), list[1] (function), list[2] (function), list[3] (function), list[4] (function) and 4 more"
    ]


def test_binary_keeps_blobs_and_more() -> None:
    save = (
        "local inf = 1e30 * 1e30; local b = blob(2); b[0] = 255;\n"
        'server.save({ f = function() {}, b = b, u = "\\xff", n = null, i = inf, x = inf - inf }, 2);'
    )
    load = (
        "local t = server.load(); server.log(t.len()); server.log(typeof t.b + t.b[0]);\n"
        "server.log(typeof t.u + t.u[0]); server.log(t.n); server.log(t.i); server.log(typeof t.x);"
    )
    assert after_saving(save, load) == ["5", "blob255", "blob255", "(null : (nil))", "inf", "float"]


def test_numbers_are_kept_exactly() -> None:
    save = "server.save({ a = 0.1234567, b = 3.0, c = 16777217, d = 1.0e-30, e = -0.0, f = 123456789.0 });"
    load = (
        "local t = server.load(); server.log(t.a == 0.1234567); server.log(typeof t.b + typeof t.c + t.c);\n"
        "server.log(t.d == 1.0e-30); server.log(t.e == -0.0); server.log(t.f == 123456789.0);"
    )
    assert after_saving(save, load) == ["true", "floatinteger16777217", "true", "true", "true"]


@given(floats)
def test_any_float_reads_back(number: float) -> None:
    decoded = decode_json(exact_text(number))
    assert isinstance(decoded, float)
    assert decoded.hex() == number.hex()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("server.save(1)", "parameter 1 has an invalid type 'integer' ; expected: 'table'"),
        ("server.save([])", "parameter 1 has an invalid type 'array' ; expected: 'table'"),
        ("server.save(null)", "parameter 1 has an invalid type 'null' ; expected: 'table'"),
        ("server.save()", "wrong number of parameters"),
        ("server.save({}, 3)", "invalid format 3: it must be 1 (JSON) or 2 (binary)"),
        ("server.save({}, 0)", "invalid format 0: it must be 1 (JSON) or 2 (binary)"),
        ('server.save({}, "2")', "parameter 2 has an invalid type 'string' ; expected: 'integer'"),
        ("server.save({ b = blob(65530) }, 2)", "the serialized data is larger than 65536 bytes"),
        ("server.save({ a = array(9000, 1234567) })", "the serialized data is larger than 65536 bytes"),
        ("server.save(circle)", "cannot serialize a circular structure: the table contains itself"),
        ("server.save(circle, 2)", "cannot serialize a circular structure: the table contains itself"),
        ("server.onshutdown()", "wrong number of parameters"),
        ("server.onshutdown(1)", "parameter 1 has an invalid type 'integer' ; expected: 'null|function|function'"),
    ],
)
def test_what_cannot_be_saved_leaves_the_last_data(call: str, text: str) -> None:
    ran = run(
        "circle <- {}; circle.me <- circle; server.save({ kept = 1 });\n"
        f"try {{ {call}; }} catch (e) {{ server.log(e); }} {LOG}"
    )
    assert ran.lines == [text, '{ "kept": 1 }']


def test_exactly_64_kilobytes_fit() -> None:
    # {"a":"..."}: eight bytes beside the text.
    script = (
        'local text = ""; for (local i = 0; i < 13; i++) text += text == "" ? "12345678" : text; text = text + text;\n'
        "text = text.slice(0, 65528); server.save({ a = text }); server.log(server.load().a.len());\n"
        'try { server.save({ a = text + "x" }); } catch (e) { server.log(e); }'
    )
    assert run(script).lines == ["65528", "the serialized data is larger than 65536 bytes"]


class Broken(MemoryStore):
    """Fails as a full disk or a damaged file does."""

    def load(self, agent_id: str) -> Saved | None:
        raise StoreError("cannot read the store x: the file is damaged")

    def save(self, agent_id: str, saved: Saved) -> None:
        raise StoreError("cannot write the store é: the disk is full")


def test_a_store_that_fails_is_an_error_to_catch() -> None:
    script = (
        "try { server.save({}); } catch (e) { server.log(e); } try { server.load(); } catch (e) { server.log(e); }\n"
        'server.log("on");'
    )
    assert run(script, config=AgentConfig(store=Broken())).lines == [
        "cannot write the store é: the disk is full",
        "cannot read the store x: the file is damaged",
        "on",
    ]


@pytest.mark.parametrize(
    ("saved", "text"),
    [
        (Saved(1, b"[1]"), "the saved data is damaged: it is no table"),
        (Saved(1, b"{"), "json parse error"),
        (Saved(2, b"{"), "the saved data is damaged: it ends in the middle of a value"),
        (Saved(2, b"n"), "the saved data is damaged: it is no table"),
    ],
)
def test_damaged_data(saved: Saved, text: str) -> None:
    store = MemoryStore()
    store.save("agent", saved)
    ran = run("try { server.load(); } catch (e) { server.log(e); }", config=AgentConfig(store=store, agent_id="agent"))
    assert len(ran.lines) == 1
    assert text in ran.lines[0]


def test_stores_may_be_files(tmp_path: object) -> None:
    def config() -> AgentConfig:
        store: Store = FileStore(f"{tmp_path}/store")
        return AgentConfig(store=store, agent_id="agent")

    run("server.save({ n = 7 }, 2);", config=config())
    assert run(LOG, config=config()).lines == ['{ "n": 7 }']


def test_onshutdown_registers_and_never_fires() -> None:
    ran = run(
        "local tell = @(reason) server.log(reason);\n"
        "server.onshutdown(tell); server.onshutdown(null); server.onshutdown(tell);\n"
        "server.log(SHUTDOWN_NEWSQUIRREL + SHUTDOWN_NEWFIRMWARE + SHUTDOWN_OTHER);"
    )
    assert ran.lines == ["6"]
