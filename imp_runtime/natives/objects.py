"""Host objects: Python classes whose marked methods and attributes are what scripts see, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, overload

from imp_runtime.natives.signature import Signature, to_result
from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.call import parameter_error
from squirrel.values.base import weak_reference
from squirrel.values.function import NativeFunction
from squirrel.values.native import NativeObject
from squirrel.values.table import MISSING

_Function = TypeVar("_Function", bound=Callable[..., object])

# Where ``method`` and ``attribute`` leave their marks, in the ``__dict__`` of the Python function.
_METHOD = "squirrel_method"
_ATTRIBUTE = "squirrel_attribute"


@overload
def method(function: _Function, /) -> _Function: ...
@overload
def method(*, name: str) -> Callable[[_Function], _Function]: ...
def method(function: Any = None, /, *, name: str = "") -> Any:
    """Declare a method that scripts may call; ``name`` where Python's name cannot be the script's.

    Its annotations are the signature (``imp_runtime.natives.signature``). It raises ``SquirrelError`` for what the
    script did wrong, and returns a Squirrel value.
    """

    def mark(function: _Function) -> _Function:
        function.__dict__[_METHOD] = name or function.__name__
        return function

    return mark if function is None else mark(function)


def attribute(function: _Function) -> _Function:
    """Declare a member that scripts may read: the method without parameters that computes it."""
    function.__dict__[_ATTRIBUTE] = function.__name__
    return function


class HostObject(NativeObject):
    """Base of the objects that the host gives to scripts.

    ``class Sender(HostObject, name="amqpsender")`` names it for ``typeof`` and for error texts. A subclass that owns
    something closes it in ``__del__``, which runs the moment the last reference goes.
    """

    host_name: ClassVar[str] = "meta"
    later: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, name: str = "", later: tuple[str, ...] = ()) -> None:
        """``later`` names methods that this version does not have: calling one throws an error that names it."""
        super().__init_subclass__()
        if name:
            cls.host_name = name
        cls.later = later

    def native_name(self) -> str:
        """What ``typeof`` returns."""
        return self.host_name

    def member(self, name: object) -> object:
        """A declared member, or MISSING."""
        if type(name) is not str:
            return MISSING
        declared = members_of(type(self)).get(name, MISSING)
        if isinstance(declared, _Attribute):
            return to_result(declared.read(self))
        return declared

    @method
    def weakref(self) -> object:
        """A weak reference to the object, as every Squirrel value gives."""
        return weak_reference(self)


class Module(HostObject):
    """A host object of which there is one, a slot of the root table: ``server``, ``imp``, ``amqp``.

    Its methods belong to it whatever ``this`` is, so that a script may keep ``server.log`` in a variable and call it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._functions: dict[str, NativeFunction] = {}

    def member(self, name: object) -> object:
        """A declared member, or MISSING."""
        if type(name) is not str:
            return MISSING
        function = self._functions.get(name)
        if function is not None:
            return function
        declared = super().member(name)
        if isinstance(declared, NativeFunction):
            body = declared.body

            def on_this_module(machine: Machine, arguments: list[object]) -> object:
                arguments[0] = self
                return body(machine, arguments)

            function = NativeFunction(name, on_this_module, declared.least, declared.most)
            self._functions[name] = function
            return function
        return declared


class OnDemand(NativeObject):
    """Stands for a module whose libraries take long to import: it is made when a script first touches it."""

    def __init__(self, name: str, make: Callable[[], Module]) -> None:
        super().__init__()
        self.name = name
        self._make = make
        self._module: Module | None = None

    def native_name(self) -> str:
        """What ``typeof`` returns."""
        return self.name

    def member(self, name: object) -> object:
        """A member of the module, or MISSING."""
        if self._module is None:
            self._module = self._make()
        return self._module.member(name)


class Unavailable(NativeObject):
    """Stands for an API object that does not exist yet: touching it throws an error that names it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def native_name(self) -> str:
        """What ``typeof`` returns."""
        return self.name

    def member(self, name: object) -> object:
        """Always throws."""
        raise _unavailable(self.name)

    def set_member(self, name: object, value: object) -> bool:
        """Always throws."""
        raise _unavailable(self.name)

    def next_index(self, previous: object) -> object:
        """Always throws."""
        raise _unavailable(self.name)


class _Attribute:
    """A declared attribute: how it is read."""

    def __init__(self, read: Callable[[Any], object]) -> None:
        self.read = read


_members: dict[type, dict[str, NativeFunction | _Attribute]] = {}


def members_of(cls: type[HostObject]) -> dict[str, NativeFunction | _Attribute]:
    """What a class declares, inherited members included.

    Read at the first use, not at the definition: annotations may name classes that are defined further down.
    """
    known = _members.get(cls)
    if known is None:
        known = {}
        for owner in reversed(cls.__mro__):
            for function in vars(owner).values():
                marks = getattr(function, "__dict__", {})
                if _METHOD in marks:
                    known[marks[_METHOD]] = _native(marks[_METHOD], owner, function)
                elif _ATTRIBUTE in marks:
                    known[marks[_ATTRIBUTE]] = _Attribute(function)
        for name in cls.later:
            known[name] = _later(f"{cls.host_name}.{name}")
        _members[cls] = known
    return known


def _unavailable(name: str) -> SquirrelError:
    return SquirrelError(f"{name} is not available in this version of impsim")


def _later(name: str) -> NativeFunction:
    def body(machine: Machine, arguments: list[object]) -> object:
        raise _unavailable(name)

    return NativeFunction(name, body, 0, -1)


def _native(name: str, owner: type, function: Callable[..., object]) -> NativeFunction:
    signature = Signature(function)
    owner_name: str = owner.host_name if issubclass(owner, HostObject) else owner.__name__

    def body(machine: Machine, arguments: list[object]) -> object:
        this = arguments[0]
        if not isinstance(this, owner):
            raise parameter_error(0, this, owner_name)
        for argument in arguments:
            if type(argument) is str:
                # A loop of calls with long strings must still obey an interrupt.
                machine.spend(len(argument))
        return to_result(function(this, *signature.convert(arguments[1:])))

    return NativeFunction(name, body, signature.least, signature.most)
