"""Values and source lines in error reports."""

from __future__ import annotations

import pytest

from imp_runtime.cli.errors import excerpt
from imp_runtime.cli.options import address, constant
from imp_runtime.cli.shown import shown_value, shown_variable
from imp_runtime.redaction import hide_secrets
from squirrel.values.array import Array
from squirrel.values.table import Table


def table(**slots: object) -> Table:
    result = Table()
    for name, value in slots.items():
        result.new_slot(name, value)
    return result


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (7, "7"),
        (0.5, "0.5"),
        ('a"\n\x1b', '"a\\"\\n\\x1b"'),
        ("caf\xc3\xa9", '"café"'),
        ("x" * 61, '"' + "x" * 60 + '"...'),
        (Array([1, "a", Array([2])]), '[ 1, "a", [ 1 items ] ]'),
        (Array(list(range(10))), "[ 0, 1, 2, 3, 4, 5, 6, 7, ... 10 in all ]"),
        (Array([]), "[]"),
        (table(a=1), "{ a = 1 }"),
        (Table(), "{}"),
    ],
)
def test_values(value: object, text: str) -> None:
    assert shown_value(value) == text


def test_a_cycle_is_no_problem() -> None:
    loop = table()
    loop.new_slot("self", loop)
    assert shown_value(loop) == "{ self = { 1 items } }"


@pytest.mark.parametrize(
    "name",
    [
        *("password", "dbPassword", "PASS", "passHash", "pw", "pwd", "DB_PW", "pw1", "secret", "accessToken", "TOKENS"),
        *("api_key", "deviceKey", "key", "keyValue", "auth", "Authorization", "sas", "hubSas", "credentials"),
    ],
)
def test_secret_names(name: str) -> None:
    assert shown_variable(name, "hunter2") == f"{name} = ***"


@pytest.mark.parametrize("value", [table(a="hunter2"), Array(["hunter2"]), Array([table(a=Array(["hunter2"]))])])
def test_what_a_secret_name_holds(value: object) -> None:
    assert shown_variable("auth", value) == "auth = ***"
    assert shown_variable("outer", table(auth=value)) == "outer = { auth = *** }"


def test_numbers_are_no_secrets() -> None:
    assert shown_variable("keys", 5) == "keys = 5"


@pytest.mark.parametrize("name", ["path", "count", "text", "event", "hub", "state"])
def test_harmless_names(name: str) -> None:
    assert shown_variable(name, "x") == f'{name} = "x"'


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("amqps://user:hunter2@host/path", "amqps://user:***@host/path"),
        ("amqp://host:5672/a", "amqp://host:5672/a"),
        ("amqp://u:1234/a@host", "amqp://u:***@host"),
        ("amqp://u:a@b:c/d@host:5671 or x@y", "amqp://u:***@host:5671 or x@y"),
        ("amqps://device@sas.hub:hunter2@hub.example", "amqps://device@sas.hub:***@hub.example"),
        ("https://h/?to=amqp://u:hunter2@h", "https://h/?to=amqp://u:***@h"),
        ("'amqp://u:hunter2@h' 'amqp://v:hunter3@h'", "'amqp://u:***@h' 'amqp://v:***@h'"),
        ("the index 'amqp://u:hunt' does not exist", "the index 'amqp://u:***' does not exist"),
        ("'amqp://host:5672' 'amqp://[::1]:5672' 'amqp://u@host:5671'",) * 2,
        ("HostName=h;SharedAccessKey=hunter2=;x=1", "HostName=h;SharedAccessKey=***;x=1"),
        ("SharedAccessSignature sr=h&sig=hunter2&se=1", "SharedAccessSignature sr=h&sig=***&se=1"),
    ],
)
def test_secrets_inside_strings(text: str, hidden: str) -> None:
    assert hide_secrets(text) == hidden


def test_hidden_secrets_may_keep_their_length() -> None:
    assert hide_secrets("amqp://u:hunter2@h;sig=ab", keep_length=True) == "amqp://u:*******@h;sig=**"


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["://a:", "://a", "'://a:", "sig="])
def test_long_texts_are_searched_once(text: str) -> None:
    """A search whose time grows with the square of the length would take hours here."""
    assert len(hide_secrets(text * 1_000_000)) > 0


@pytest.mark.parametrize(
    ("source", "line", "column", "shown"),
    [
        ("local = 1", 1, 7, "\nlocal = 1\n      ^"),
        ("\t\tx y", 1, 5, "\n\t\tx y\n\t\t  ^"),
        ("é = x y", 1, 7, "\né = x y\n     ^"),
        ("漢 = x", 1, 7, "\n漢 = x\n     ^"),
        ("one\r\ntwo\r\n", 2, 4, "\ntwo\n   ^"),
        ("one", 1, 9, "\none\n        ^"),
        ("one", 3, 1, ""),
    ],
)
def test_excerpt(source: str, line: int, column: int, shown: str) -> None:
    assert excerpt(source.encode(), line, column) == shown


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2147483647", 2147483647),
        ("2147483648", "2147483648"),
        ("0x80000000", -2147483648),
        ("0x1FFFFFFFF", "0x1FFFFFFFF"),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e400", "1e400"),
        ("nan", "nan"),
        ("True", "True"),
        (" 1", " 1"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_constants(text: str, value: object) -> None:
    assert constant(text) == value
    assert type(constant(text)) is type(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("host:1", ("host", 1)),
        ("[::1]:5671", ("::1", 5671)),
        ("::1:5671", None),
        ("host", None),
        (":1", None),
        ("host:0", None),
        ("host:65536", None),
        ("host:+1", None),
    ],
)
def test_addresses(text: str, expected: object) -> None:
    assert address(text) == expected


def test_no_secret_in_the_keys_of_a_table() -> None:
    shown = shown_variable("t", table(**{"amqps://bob:hunter2@host": 1}))
    assert "hunter2" not in shown
    assert "amqps://bob:***@host" in shown


@pytest.mark.parametrize("text", ['{"password":"hunter2"}', '{"SharedAccessKey" : "hunter2"}', "password: hunter2"])
def test_no_secret_in_json(text: str) -> None:
    assert "hunter2" not in hide_secrets(text)
