"""Host objects: Python classes whose marked methods and attributes are what scripts see, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    refused: ClassVar[Mapping[str, str]] = {}
    others_refused: ClassVar[str] = ""

    def __init_subclass__(
        cls, name: str = "", refused: Mapping[str, str] | None = None, others_refused: str = ""
    ) -> None:
        """``refused`` names methods that are not to be had, and says why: calling one throws an error with both.

        ``others_refused`` says why there is nothing but what is declared: touching any other member throws.
        """
        super().__init_subclass__()
        if name:
            cls.host_name = name
        cls.refused = refused or {}
        cls.others_refused = others_refused

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
        if declared is MISSING and self.others_refused:
            raise refusal(f"{self.host_name}.{name}", self.others_refused)
        return declared

    def open_text(self) -> str | None:
        """For a handle that is open, what it is, such as ``sender to 'telemetry'``; None for everything else."""
        return None

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

    @property
    def module(self) -> Module:
        """The module; it is made if nobody has touched it."""
        if self._module is None:
            self._module = self._make()
        return self._module

    def member(self, name: object) -> object:
        """A member of the module, or MISSING."""
        return self.module.member(name)


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
        for name, reason in cls.refused.items():
            known[name] = _refused(f"{cls.host_name}.{name}", reason)
        _members[cls] = known
    return known


class Declared:
    """A member of a class as its declaration tells: its signature is None for an attribute.

    ``refused`` is the reason why it is not to be had, empty for what is there.
    """

    def __init__(self, name: str, signature: Signature | None, text: str, refused: str = "") -> None:
        self.name = name
        self.signature = signature
        self.text = text
        self.refused = refused


def declarations_of(cls: type[HostObject]) -> list[Declared]:
    """What a class declares beside what every object has, in the order of the declarations."""
    found: dict[str, Declared] = {}
    for owner in reversed(cls.__mro__):
        if owner is HostObject:
            continue
        for function in vars(owner).values():
            marks = getattr(function, "__dict__", {})
            if _METHOD in marks:
                found[marks[_METHOD]] = Declared(marks[_METHOD], Signature(function), function.__doc__ or "")
            elif _ATTRIBUTE in marks:
                found[marks[_ATTRIBUTE]] = Declared(marks[_ATTRIBUTE], None, function.__doc__ or "")
    for name, reason in cls.refused.items():
        found[name] = Declared(name, None, "", reason)
    if cls.others_refused:
        found["*"] = Declared("*", None, "", cls.others_refused)
    return list(found.values())


def refusal(name: str, reason: str) -> SquirrelError:
    """The error for what scripts cannot have."""
    return SquirrelError(f"{name} is not available: {reason}")


def _refused(name: str, reason: str) -> NativeFunction:
    def body(machine: Machine, arguments: list[object]) -> object:
        raise refusal(name, reason)

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
