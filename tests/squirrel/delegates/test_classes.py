"""Methods of classes, instances, generators and weak references."""

from __future__ import annotations

from collections.abc import Callable

import pytest

LOCKED = "error: trying to modify a class that has already been instantiated"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "class A { </ a = 2 /> y = 3; x = 1; function f() {} }"
            ' return [A.getattributes("y"), A.getattributes("x"), A.getattributes("f"), A.getattributes(null)]',
            "[{'a': 2}, None, None, None]",
        ),
        (
            'class A { x = 1; } return [A.setattributes("x", 5), A.setattributes("x", 6), A.getattributes("x")]',
            "[None, 5, 6]",
        ),
        ("class A {} return [A.setattributes(null, 5), A.getattributes(null)]", "[None, 5]"),
        ('class A { </ a = 2 /> y = 3; } class B extends A {} return B.getattributes("y")', "{'a': 2}"),
        ('class A {} return A.getattributes("z")', "error: wrong index"),
        ('class A {} return A.setattributes("z", 1)', "error: wrong index"),
        (
            'class A { x = 1; } return [A.rawget("x"), A.rawin("x"), A.rawin("y"), A.rawset("y", 2), A.y]',
            "[1, True, False, None, 2]",
        ),
        ('class A {} return A.rawget("z")', "error: the index doesn't exist"),
        ("class A {} return A.rawset(null, 1)", "error: null key"),
        ('class A {} A.instance(); A.rawset("x", 1); return A.rawin("x")', "False"),
        ('class A {} A.instance(); A.rawset("x", @() 1); return A.rawin("x")', "True"),
        ("class A {} class B extends A {} return [B.getbase() == A, A.getbase()]", "[True, None]"),
        ("class A { x = 1; constructor() { x = 2; } } return [A.instance().x, A().x]", "[1, 2]"),
        ("class A {} return A.instance(1)", "error: wrong number of parameters"),
        (
            'class A {} return [A.newmember("z", 5), A.z, A.newmember("w", 5, "at", true), A.getattributes("w")]',
            "[None, 5, 'at', 'at']",
        ),
        ('class A {} return [A.rawnewmember("z", 5, "at"), A.z, A.getattributes("z")]', "['at', 5, 'at']"),
        (
            'class A {} A.newmember("s", 5, null, true); local a = A(); a.s = 1; return a',
            "error: the index 's' does not exist",
        ),
        ('class A {} return A.newmember("z")', "error: wrong number of parameters"),
        ("class A {} return A.newmember(null, 1)", "error: null key"),
        ('class A {} return A.newmember("z", 1, 2, 3, 4)', "error: new member only works with classes"),
        ('class A {} A.instance(); return A.newmember("b", 1)', LOCKED),
        (
            "class A { static log = []; function _newmember(k, v, a, s) { log.append([k, v, a, s]); } }"
            ' A.newmember("b", 1, "at", true); A.rawnewmember("c", 1); return [A.log, A.rawin("b"), A.rawin("c")]',
            "[[['b', 1, 'at', True]], False, True]",
        ),
    ],
)
def test_class(evaluate: Callable[[str], str], source: str, expected: str) -> None:
    assert evaluate(source) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a.getclass() == A", "True"),
        ('[a.rawget("x"), a.rawset("x", 4), a.x]', "[1, None, 4]"),
        ('[a.rawin("x"), a.rawin("f"), a.rawin("q")]', "[True, True, False]"),
        ('a.rawget("q")', "error: the index doesn't exist"),
        ('a.rawset("f", 1)', "error: the index 'f' does not exist"),
        ('a.rawset("zz", 1)', "error: the index 'zz' does not exist"),
        ("a.rawset(null, 1)", "error: null key"),
        ("a.tostring().slice(0, 12)", "'(instance : '"),
        ("typeof a.weakref()", "'weakref'"),
    ],
)
def test_instance(evaluate: Callable[[str], str], body: str, expected: str) -> None:
    setup = "class A { x = 1; function f() {} function _get(k) { throw null; } } local a = A(); return "
    assert evaluate(setup + body) == expected


def test_generator_status(evaluate: Callable[[str], str]) -> None:
    source = """
        seen <- []
        function count() { seen.append(running.getstatus()); yield 1; }
        running <- count()
        seen.append(running.getstatus())
        resume running
        seen.append(running.getstatus())
        resume running
        seen.append(running.getstatus())
        return seen
    """
    assert evaluate(source) == "['suspended', 'running', 'suspended', 'dead']"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("local o = [1]; local w = o.weakref(); return [w.ref() == o, typeof w]", "[True, 'weakref']"),
        ("local o = [1]; local w = o.weakref(); o = null; return w.ref()", "None"),
        ("local o = [1]; return o.weakref() == o.weakref()", "True"),
        (
            "local o = [1]; local t = {w = o.weakref()}; local seen = typeof t.w; o = null; return [seen, t.w]",
            "['array', None]",
        ),
    ],
)
def test_weak_reference(evaluate: Callable[[str], str], source: str, expected: str) -> None:
    assert evaluate(source) == expected
