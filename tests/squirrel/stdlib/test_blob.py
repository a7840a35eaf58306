"""Blobs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from squirrel import VM
from squirrel.values.blob import Blob

NUMBER = "expected: 'integer|float'"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "local b = blob(3); return [b.len(), b.tell(), b.eos(), typeof b, type(b), b[0]]",
            "[3, 0, None, 'blob', 'meta', 0]",
        ),
        ("local b = blob(); return [b.len(), b.eos()]", "[0, 1]"),
        ("blob(-1)", "error: cannot create blob with negative size"),
        ("blob(2000000000)", "error: out of memory"),
        ('blob("x")', f"error: parameter 1 has an invalid type 'string' ; {NUMBER}"),
        ("local b = blob(3); b[0] = 300; b[1] = 65.9; b[2] = -1; return [b[0], b[1.9], b[2]]", "[44, 65, 255]"),
        ("blob(3)[3]", "error: index out of range"),
        ("blob(3)[-1]", "error: index out of range"),
        ("local b = blob(3); b[3] = 1; return b", "error: index out of range"),
        ('local b = blob(3); b[0] = "x"; return b', f"error: parameter 2 has an invalid type 'string' ; {NUMBER}"),
        ("local b = blob(3); b[0] = null; return b", f"error: parameter 2 has an invalid type 'null' ; {NUMBER}"),
        ("local b = blob(3); b[0] = {}; return b", f"error: parameter 2 has an invalid type 'table' ; {NUMBER}"),
        ("blob(3).foo", "error: the index 'foo' does not exist"),
        ("local b = blob(3); b.foo = 1; return b", "error: cannot set property of object of type blob"),
        ("local b = blob(3); b.foo <- 1; return b", "error: cannot set property of object of type blob"),
        ('"len" in blob(3)', "True"),
        ('"foo" in blob(3)', "False"),
        (
            "local b = blob(3); return [b.seek(3), b.tell(), b.eos(), b.seek(4), b.seek(-1), b.tell()]",
            "[0, 3, 1, -1, -1, 3]",
        ),
        (
            "local b = blob(3); b.seek(2); return [b.seek(-1, 'c'), b.tell(), b.seek(-3, 'e'), b.seek(1, 'e')]",
            "[0, 1, 0, -1]",
        ),
        ("blob(3).seek(1, 'q')", "error: invalid origin"),
        ('blob(3).seek(1, "b")', f"error: parameter 2 has an invalid type 'string' ; {NUMBER}"),
        ("blob(1).flush()", "1"),
        ("local b = blob(); return [b.writen(1.9, 'i'), b[0], b.len()]", "[None, 1, 4]"),
        ("blob().writen(1, 'q')", "error: invalid format"),
        ("blob(9).readn('q')", "error: invalid format"),
        ("local b = blob(4); b.seek(2); try { b.readn('i'); } catch (e) { return [e, b.tell()]; }", "['io error', 4]"),
        ("local b = blob(4); b.seek(2); local c = b.readblob(10); return [c.len(), c.tell(), b.tell()]", "[2, 0, 4]"),
        ("blob(4).readblob(0)", "error: no data left to read"),
        ("blob(4).readblob(-1)", "error: no data left to read"),
        ("blob().readstring(1)", "error: no data left to read"),
        (r'local b = blob(); b.writestring("a\0\xff"); b.seek(1); return b.readstring(9)', r"'\x00ÿ'"),
        ('local b = blob(1); return [b.writestring("abc"), b.len(), b.tell()]', "[3, 3, 3]"),
        ("local b = blob(4); b.seek(3); return [b.writeblob(blob(2)), b.len(), b.tell()]", "[2, 5, 5]"),
        ("local b = blob(4); b.seek(2); return [b.writeblob(b), b.len()]", "[4, 6]"),
        ('blob().writeblob("x")', "error: parameter 1 has an invalid type 'string' ; expected: 'meta'"),
        ('blob().writeblob(regexp("x"))', "error: invalid parameter"),
        ('blob().len.call(regexp("x"))', "error: invalid type tag"),
        ("blob().len.call(1)", "error: parameter 0 has an invalid type 'integer' ; expected: 'meta'"),
        ("local b = blob(4); b.seek(4); b.resize(2); return [b.len(), b.tell()]", "[2, 2]"),
        ("local b = blob(4); b.resize(9); return b.len()", "4"),
        ("blob(4).resize(-1)", "error: negative size"),
        ("local s = []; foreach (i, v in blob(2)) s.append([i, v]); return s", "[[0, 0], [1, 0]]"),
        ("local s = []; foreach (v in blob()) s.append(v); return s", "[]"),
        (
            "local b = blob(2); b.seek(1); local c = clone b; c[0] = 7; return [b[0], c[0], c.tell(), c.len()]",
            "[0, 7, 0, 2]",
        ),
        (
            r'local b = blob(2); b[0] = 65; return [b.tostring(), "<" + b + ">", blob().tostring()]',
            r"['A\x00', '<A\x00>', '']",
        ),
        ("blob(1) == blob(1)", "False"),
        ("local b = blob(1); local w = b.weakref(); b = null; return w.ref()", "None"),
    ],
)
def test_result(evaluate: Callable[[str], str], source: str, expected: str) -> None:
    assert evaluate(source) == expected


@pytest.mark.parametrize(
    ("letter", "value", "stored", "read"),
    [
        ("c", "-1", b"\xff", "-1"),
        ("c", "200", b"\xc8", "-56"),
        ("b", "300", b"\x2c", "44"),
        ("s", "-2", b"\xfe\xff", "-2"),
        ("w", "65534", b"\xfe\xff", "65534"),
        ("i", "0x12345678", b"\x78\x56\x34\x12", "305419896"),
        ("i", "1e10", b"\x00\x00\x00\x80", "-2147483648"),
        ("l", "7", b"\x07\x00\x00\x00", "7"),
        ("f", "1.5", b"\x00\x00\xc0\x3f", "1.5"),
        ("f", "3", b"\x00\x00\x40\x40", "3.0"),
        ("d", "1.5", b"\x00\x00\x00\x00\x00\x00\xf8\x3f", "1.5"),
    ],
)
def test_numbers(evaluate: Callable[[str], str], letter: str, value: str, stored: bytes, read: str) -> None:
    written = VM().run(f"local b = blob(); b.writen({value}, '{letter}'); return b")
    assert isinstance(written, Blob)
    assert written.data == stored
    assert evaluate(f"local b = blob(); b.writen({value}, '{letter}'); b.seek(0); return b.readn('{letter}')") == read


def test_swaps() -> None:
    vm = VM()
    vm.define("b", Blob(bytearray(range(10))))
    vm.run("b.swap2()")
    swapped = vm.run("return b")
    assert isinstance(swapped, Blob)
    assert list(swapped.data) == [1, 0, 3, 2, 5, 4, 7, 6, 9, 8]
    vm.run("b.swap4()")
    assert list(swapped.data) == [2, 3, 0, 1, 6, 7, 4, 5, 9, 8]


def test_large_blobs_take_linear_time() -> None:
    assert VM().run("local b = blob(20000000); b.swap4(); return (clone b).tostring().len()") == 20000000
