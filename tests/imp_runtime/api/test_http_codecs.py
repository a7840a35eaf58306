"""Base64, URL coding and digests of ``http`` (http sheet, section 3; decisions 10 and 11)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import parse_qs, quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imp_runtime.api.http_codecs import decode_base64, decode_url, encode_base64, encode_url
from squirrel.values.array import Array
from squirrel.values.table import Table
from squirrel.vm import VM
from tests.imp_runtime.squirrel_values import byte_view
from tests.in_process import run

MACHINE = VM().machine


@pytest.mark.parametrize(
    ("data", "text"),
    # RFC 4648, section 10.
    [(b"", ""), (b"f", "Zg=="), (b"fo", "Zm8="), (b"foo", "Zm9v"), (b"foob", "Zm9vYg=="), (b"foobar", "Zm9vYmFy")],
)
def test_base64_vectors(data: bytes, text: str) -> None:
    assert encode_base64(data) == text
    assert decode_base64(text.encode()) == data


@given(st.binary(max_size=300))
def test_base64_round_trip(data: bytes) -> None:
    text = encode_base64(data)
    assert text == base64.b64encode(data).decode()
    assert decode_base64(text.encode()) == data


@pytest.mark.parametrize("text", [b"Zm9v\r\nYmFy\n", b" Z m 9 v\tYmFy", b"\vZm9v\fYmFy"])
def test_base64_skips_white_space(text: bytes) -> None:
    assert decode_base64(text) == b"foobar"


@pytest.mark.parametrize(
    "text", [b"Zm9", b"Zg=", b"Zg", b"Z", b"=", b"Zm9v!", b"Zm9-", b"Zm9_", b"Zg==Zg==", b"Zg==x", b"\xff\xff\xff\xff"]
)
def test_base64_rubbish_is_an_empty_blob(text: bytes) -> None:
    assert decode_base64(text) == b""


def test_base64_in_scripts() -> None:
    ran = run(
        "local b = blob(3); b[0] = 0xfb; b[1] = 0xff; b[2] = 0xfe; server.log(http.base64encode(b));\n"
        'local d = http.base64decode("aGVsbG8="); server.log(typeof d + " " + d.len() + " " + d.tell() + " " + d);\n'
        'server.log(http.base64decode("***").len()); server.log(http.base64encode("x".tostring()));\n'
        "try { http.base64encode(1); } catch (e) { server.log(e); }\n"
        "try { http.base64decode(null); } catch (e) { server.log(e); }"
    )
    assert ran.lines == [
        "+//+",
        "blob 5 0 hello",
        "0",
        "eA==",
        "parameter 1 has an invalid type 'integer' ; expected: 'string|blob'",
        "parameter 1 has an invalid type 'null' ; expected: 'string|blob'",
    ]


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("{}", ""),
        ('{ a = "x y" }', "a=x%20y"),
        ('{ ["k&="] = "~-._/+%" }', "k%26%3D=~-._%2F%2B%25"),
        ("{ i = -5 }", "i=-5"),
        ("{ f = 2.5 }", "f=2.5"),
        ("{ b = true }", "b=true"),
        ("{ b = false }", "b=false"),
        ("{ foo = null }", "foo=%28null%20%3A%20%28nil%29%29"),
        ('{ a = ["x", 1, 2.5, true] }', "a=x&a=1&a=2.5&a=true"),
        ("{ a = [] }", ""),
        ('{ a = "é\\xff" }', "a=%C3%A9%FF"),
        ("{ one = 1, two = 2, three = 3, four = 4 }", "three=3&one=1&two=2&four=4"),
        ('{ i = class { function _tostring() { return "me"; } }() }', "i=me"),
        ("{ [1] = 2 }", "1=2"),
    ],
)
def test_urlencode(table: str, text: str) -> None:
    assert run(f"server.log(http.urlencode({table}));").lines == [text]


def test_urlencode_of_a_table_that_changes_meanwhile() -> None:
    ran = run(
        "local t = {}; local list = [];\n"
        'local eraser = class { function _tostring() { t.clear(); list.clear(); return "gone"; } }();\n'
        "list.push(eraser); list.push(1); t.a <- list; t.b <- list; t.c <- list;\n"
        "server.log(http.urlencode(t));\n"
        'try { http.urlencode({ x = class { function _tostring() { throw "mine"; } }() }); } catch (e) server.log(e);\n'
        "try { http.urlencode([]); } catch (e) server.log(e);"
    )
    assert ran.lines[0].split("=")[1] == "gone&" + ran.lines[0][0]
    assert ran.lines[1:] == ["mine", "parameter 1 has an invalid type 'array' ; expected: 'table'"]


def decoded(text: str) -> dict[str, object]:
    table = decode_url(text)
    values = {str(key): table.get(key) for key in list(table.keys())}
    return {key: value.items if isinstance(value, Array) else value for key, value in values.items()}


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("", {}),
        ("a=1", {"a": "1"}),
        ("state=on&color=255,255,0", {"state": "on", "color": "255,255,0"}),
        ("a=1&b=x+y%20z&a=2&a=3", {"a": ["1", "2", "3"], "b": "x y z"}),
        ("a&b=&=c&&", {"a": "", "b": "", "": "c"}),
        ("a=b=c", {"a": "b=c"}),
        ("k%26%3d=%C3%A9", {"k&=": byte_view("é")}),
        ("a=100%&b=%zz&c=%4", {"a": "100%", "b": "%zz", "c": "%4"}),
        ("a=%00%ff", {"a": "\x00\xff"}),
    ],
)
def test_urldecode(text: str, table: dict[str, object]) -> None:
    assert decoded(text) == table


def test_urldecode_in_scripts() -> None:
    ran = run(
        'local t = http.urldecode("a=1&b=2&b=3"); server.log(typeof t.a + " " + typeof t.b + " " + t.b[1]);\n'
        "try { http.urldecode(blob(1)); } catch (e) { server.log(e); }"
    )
    assert ran.lines == ["string array 3", "parameter 1 has an invalid type 'meta' ; expected: 'string'"]


@given(st.lists(st.tuples(st.binary(max_size=8), st.binary(max_size=8)), max_size=8))
def test_url_round_trip(pairs: list[tuple[bytes, bytes]]) -> None:
    table = Table()
    for key, value in pairs:
        table.new_slot(key.decode("latin-1"), value.decode("latin-1"))
    text = encode_url(MACHINE, table)
    assert decoded(text) == dict(table.slots)
    # Another reader agrees.
    others = parse_qs(text, keep_blank_values=True, encoding="latin-1")
    assert others == {key: [value] for key, value in table.slots.items()}


@given(st.binary(max_size=20))
def test_escapes_are_those_of_rfc_3986(data: bytes) -> None:
    table = Table()
    table.new_slot("k", data.decode("latin-1"))
    assert encode_url(MACHINE, table) == "k=" + quote(data, safe="")


HEX = 'local hex = function(b) { local s = ""; foreach (x in b) s += format("%02x", x); return s; };\n'


@pytest.mark.parametrize(
    ("name", "data", "digest"),
    # RFC 1321 and FIPS 180: the digests of "abc" and of nothing.
    [
        ("md5", "abc", "900150983cd24fb0d6963f7d28e17f72"),
        ("md5", "", "d41d8cd98f00b204e9800998ecf8427e"),
        ("sha1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("sha256", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (
            "sha512",
            "abc",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
    ],
)
def test_digests(name: str, data: str, digest: str) -> None:
    script = f'local d = http.hash.{name}("{data}"); server.log(typeof d + " " + hex(d));'
    assert run(HEX + script).lines == [f"blob {digest}"]


@pytest.mark.parametrize(
    ("key", "data", "sha1", "sha256"),
    # RFC 2202 and RFC 4231, test cases 1, 2 and 6; a key longer than a block among them.
    [
        (
            "\\x0b" * 20,
            "Hi There",
            "b617318655057264e28bc0b6fb378c8ef146be00",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            "Jefe",
            "what do ya want for nothing?",
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            "\\xaa" * 131,
            "Test Using Larger Than Block-Size Key - Hash Key First",
            "90d0dace1c1bdc957339307803160335bde6df2b",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
    ],
)
def test_keyed_digests(key: str, data: str, sha1: str, sha256: str) -> None:
    # An escape may have more digits than two: each stands in a string of its own.
    written = " + ".join(f'"{part}"' for part in key.replace("\\x", " \\x").split())
    script = (
        f'local key = {written}; local data = "{data}"; server.log(hex(http.hash.hmacsha1(data, key)));\n'
        "server.log(hex(http.hash.hmacsha256(data, key)));\n"
        "local b = blob(); b.writestring(key); server.log(hex(http.hash.hmacsha256(data, b)));"
    )
    ran = run(HEX + script)
    assert ran.lines[1:] == [sha256, sha256]
    if "\\xaa" not in key:
        assert ran.lines[0] == sha1


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_all_digests_agree_with_python(data: bytes, key: bytes) -> None:
    from imp_runtime.api.http_hash import Hash

    ours = Hash()
    for name in ("md5", "sha1", "sha256", "sha512"):
        assert bytes(getattr(ours, name)(data).data) == hashlib.new(name, data).digest()
        if name != "md5":
            assert bytes(getattr(ours, f"hmac{name}")(data, key).data) == hmac.new(key, data, name).digest()


def test_members() -> None:
    ran = run(
        'foreach (name in ["md5", "hmacsha512", "hmacmd5", "crc32"]) server.log(name in http.hash);\n'
        'local f = http.hash.sha256; server.log(f("abc").len()); server.log("hmac" in http);\n'
        'try { http.hash.sha3("x"); } catch (e) { server.log(e); }\n'
        'try { http.hash.hmacsha1("x"); } catch (e) { server.log(e); }'
    )
    assert ran.lines == [
        "true",
        "true",
        "false",
        "false",
        "32",
        "false",
        "the index 'sha3' does not exist",
        "wrong number of parameters",
    ]
