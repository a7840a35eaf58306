"""How Python classes appear to scripts, without any script: members, texts of errors, results."""

from __future__ import annotations

import math

import pytest

from imp_runtime.natives import Callback, HostObject, Module, attribute, invoke, method
from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.access import contains, get, new_slot, set_slot
from squirrel.ops.call import call
from squirrel.ops.text import typeof
from squirrel.values.array import Array
from squirrel.values.function import NativeFunction
from squirrel.values.table import MISSING, Table


class Message(HostObject, name="amqpmessage"):
    def __init__(self, body: str) -> None:
        super().__init__()
        self.body_text = body

    @method
    def body(self) -> str:
        return self.body_text


class Sender(HostObject, name="amqpsender", refused={"flush": "nothing is kept"}):
    def __init__(self) -> None:
        super().__init__()
        self.secret = "not for scripts"
        self.got: list[object] = []

    @method
    def take(self, message: Message) -> None:
        self.got.append(message.body_text)

    @method
    def number(self, value: float) -> float:
        self.got.append(value)
        return value

    @method
    def integer(self, value: int) -> int:
        return value

    @method
    def flag(self, value: bool) -> bool:
        return value

    @method
    def data(self, value: bytes) -> int:
        self.got.append(value)
        return len(value)

    @method
    def container(self, value: Table | Array) -> None:
        self.got.append(type(value).__name__)

    @method
    def optional(self, path: str, callback: Callback | None = None) -> bool:
        return callback is not None

    @method
    def defaulted(self, count: int = 7) -> int:
        return count

    @method
    def rest(self, first: str, *others: int) -> int:
        return sum(others)

    @method
    def anything(self, value: object) -> object:
        return value

    @method(name="delete")
    def delete_it(self) -> str:
        return "gone"

    @attribute
    def place(self) -> str:
        return "here"

    @method
    def leak(self) -> object:
        return {"a": object()}

    def helper(self) -> None:
        raise AssertionError("not declared, not reachable")


class Loud(Sender, name="loud"):
    @method
    def flag(self, value: bool) -> bool:
        return not value

    @method
    def more(self) -> int:
        return 1


class Log(Module, name="log"):
    def __init__(self) -> None:
        super().__init__()
        self.entries: list[str] = []

    @method
    def write(self, text: str) -> int:
        self.entries.append(text)
        return 0


@pytest.fixture
def machine() -> Machine:
    return Machine(lambda text: None)


def do(machine: Machine, target: HostObject, name: str, *arguments: object) -> object:
    return call(machine, get(machine, target, name), target, list(arguments))


def failure(machine: Machine, target: HostObject, name: str, *arguments: object) -> object:
    with pytest.raises(SquirrelError) as caught:
        do(machine, target, name, *arguments)
    return caught.value.value


def function() -> NativeFunction:
    return NativeFunction("f", lambda machine, arguments: None)


def test_accepted_arguments(machine: Machine) -> None:
    sender = Sender()
    do(machine, sender, "take", Message("m"))
    do(machine, sender, "data", "a\xff")
    do(machine, sender, "container", Table())
    do(machine, sender, "container", Array([]))
    assert sender.got == ["m", b"a\xff", "Table", "Array"]
    assert do(machine, sender, "integer", -3) == -3
    assert do(machine, sender, "flag", True) is True
    assert do(machine, sender, "delete") == "gone"
    assert do(machine, sender, "anything", None) is None
    assert do(machine, sender, "rest", "x", 1, 2) == 3
    assert do(machine, sender, "defaulted") == 7


def test_a_number_arrives_as_float(machine: Machine) -> None:
    sender = Sender()
    do(machine, sender, "number", 2)
    assert type(sender.got[0]) is float


@pytest.mark.parametrize(("arguments", "given"), [(["p"], False), (["p", None], False), (["p", function()], True)])
def test_null_for_an_optional_argument_is_as_absent(machine: Machine, arguments: list[object], given: bool) -> None:
    assert do(machine, Sender(), "optional", *arguments) is given


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("take", [1], "parameter 1 has an invalid type 'integer' ; expected: 'amqpmessage'"),
        ("take", [Table()], "parameter 1 has an invalid type 'table' ; expected: 'amqpmessage'"),
        ("take", [None], "parameter 1 has an invalid type 'null' ; expected: 'amqpmessage'"),
        ("number", ["1"], "parameter 1 has an invalid type 'string' ; expected: 'integer|float'"),
        ("number", [True], "parameter 1 has an invalid type 'bool' ; expected: 'integer|float'"),
        ("integer", [True], "parameter 1 has an invalid type 'bool' ; expected: 'integer'"),
        ("integer", [1.5], "parameter 1 has an invalid type 'float' ; expected: 'integer'"),
        ("flag", [1], "parameter 1 has an invalid type 'integer' ; expected: 'bool'"),
        ("data", [1], "parameter 1 has an invalid type 'integer' ; expected: 'string|blob'"),
        ("container", [1], "parameter 1 has an invalid type 'integer' ; expected: 'table|array'"),
        ("optional", [1], "parameter 1 has an invalid type 'integer' ; expected: 'string'"),
        ("optional", ["p", 1], "parameter 2 has an invalid type 'integer' ; expected: 'null|function|function'"),
        ("defaulted", [None], "parameter 1 has an invalid type 'null' ; expected: 'integer'"),
        ("rest", ["x", 1, "y"], "parameter 3 has an invalid type 'string' ; expected: 'integer'"),
        ("take", [], "wrong number of parameters"),
        ("take", [Message("m"), 1], "wrong number of parameters"),
        ("optional", ["p", None, None], "wrong number of parameters"),
        ("rest", [], "wrong number of parameters"),
        ("flush", [], "amqpsender.flush is not available: nothing is kept"),
    ],
)
def test_texts_for_wrong_arguments(machine: Machine, name: str, arguments: list[object], text: str) -> None:
    assert failure(machine, Sender(), name, *arguments) == text


def test_a_method_of_one_class_does_not_take_another_as_this(machine: Machine) -> None:
    with pytest.raises(SquirrelError) as caught:
        call(machine, get(machine, Sender(), "integer"), Message("m"), [1])
    assert caught.value.value == "parameter 0 has an invalid type 'meta' ; expected: 'amqpsender'"


def test_inherited_and_overridden_methods(machine: Machine) -> None:
    loud = Loud()
    assert do(machine, loud, "flag", True) is False
    assert do(machine, loud, "defaulted") == 7
    assert do(machine, loud, "more") == 1
    assert "more" not in Sender.__dict__
    assert not contains(machine, Sender(), "more")


@pytest.mark.parametrize(
    "name",
    ["helper", "secret", "got", "__class__", "__dict__", "__init__", "member", "anchor", "host_name", "leak_", 1],
)
def test_nothing_but_declared_members_is_visible(machine: Machine, name: object) -> None:
    sender = Sender()
    assert sender.member(name) is MISSING
    assert not contains(machine, sender, name)
    with pytest.raises(SquirrelError) as caught:
        get(machine, sender, name)
    assert caught.value.value == f"the index '{name}' does not exist"


def test_python_values_do_not_get_out(machine: Machine) -> None:
    with pytest.raises(TypeError, match="no Squirrel value"):
        do(machine, Sender(), "leak")


def test_attributes_read_and_nothing_can_be_set(machine: Machine) -> None:
    sender = Sender()
    assert get(machine, sender, "place") == "here"
    for change in (set_slot, new_slot):
        with pytest.raises(SquirrelError) as caught:
            change(machine, sender, "place", "there")
        assert caught.value.value == "cannot set property of object of type amqpsender"
    assert typeof(machine, sender) == "amqpsender"
    assert sender.type_name == "meta"


def test_results_are_brought_into_range(machine: Machine) -> None:
    sender = Sender()
    assert do(machine, sender, "rest", "x", 2147483647, 1) == -2147483648
    assert do(machine, sender, "number", 0.1) == 0.10000000149011612
    assert math.isinf(float(str(do(machine, sender, "number", 1e300))))


def test_module_methods_work_with_any_this(machine: Machine) -> None:
    log = Log()
    write = get(machine, log, "write")
    assert write is get(machine, log, "write")
    call(machine, write, Table(), ["a"])
    assert isinstance(write, NativeFunction)
    bound = write.copy()
    bound.environment, bound.is_bound = Table(), True
    call(machine, bound, None, ["b"])
    assert log.entries == ["a", "b"]
    assert contains(machine, log, "write")
    assert not contains(machine, log, "info")
    assert failure(machine, log, "write", 1) == "parameter 1 has an invalid type 'integer' ; expected: 'string'"


def test_modules_of_two_agents_do_not_mix(machine: Machine) -> None:
    first, second = Log(), Log()
    do(machine, first, "write", "1")
    do(machine, second, "write", "2")
    assert (first.entries, second.entries) == (["1"], ["2"])


@pytest.mark.parametrize(("most", "seen"), [(0, []), (1, [1]), (2, [1, 2]), (-1, [1, 2])])
def test_invoke_trims_arguments(machine: Machine, most: int, seen: list[object]) -> None:
    got: list[object] = []
    callback = NativeFunction("f", lambda machine, arguments: got.extend(arguments), 0, most)
    invoke(machine, callback, 1, 2)
    assert got[0] is machine.root
    assert got[1:] == seen


def test_invoke_never_pads(machine: Machine) -> None:
    with pytest.raises(SquirrelError, match="wrong number of parameters"):
        invoke(machine, NativeFunction("f", lambda machine, arguments: None, 2, 2), 1)


def test_invoke_keeps_no_reference(machine: Machine) -> None:
    ended: list[str] = []

    class Handle(HostObject, name="handle"):
        def __del__(self) -> None:
            ended.append("closed")

    def body(machine: Machine, arguments: list[object]) -> object:
        arguments.clear()
        return list(ended)

    # Not inside the assertion: pytest would keep the handle to be able to show it.
    seen = invoke(machine, NativeFunction("f", body, 1, 1), Handle())
    assert seen == ["closed"]


class Unannotated(HostObject, name="unannotated"):
    @method
    def bad(self, value) -> None:  # type: ignore[no-untyped-def]
        return


class Foreign(HostObject, name="foreign"):
    @method
    def bad(self, value: Exception) -> None:
        return


@pytest.mark.parametrize("cls", [Unannotated, Foreign])
def test_bad_declarations_are_refused(cls: type[HostObject]) -> None:
    with pytest.raises(TypeError, match="value"):
        cls().member("bad")
