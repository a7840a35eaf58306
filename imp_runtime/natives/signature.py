"""The argument checker: a Python method's annotations, read as a Squirrel signature.

| annotation | accepts | the method gets |
|---|---|---|
| ``object`` | anything | the value |
| ``str`` | string | the byte string |
| ``bytes`` | string or blob | its bytes |
| ``int`` / ``bool`` | integer / bool | the same |
| ``float`` | integer or float | a float |
| ``Table``, ``Array``, ``Blob`` ... | that type of value | the value |
| ``Callback`` | closure or native function | the function |
| a ``HostObject`` class | an object of that class | the object |
| ``X | None`` | what X accepts, and null | None for null |

A parameter with a default may be left out; ``*rest: X`` takes any number of further arguments.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from typing import Any, Final

from squirrel.errors import SquirrelError
from squirrel.ops.call import WRONG_NUMBER, parameter_error
from squirrel.values.array import Array
from squirrel.values.base import Value, WeakRef
from squirrel.values.blob import Blob
from squirrel.values.classes import Class, Instance
from squirrel.values.function import Closure, NativeFunction
from squirrel.values.generator import Generator
from squirrel.values.native import NativeObject
from squirrel.values.numbers import round32, wrap32
from squirrel.values.table import MISSING, Table

Callback = Closure | NativeFunction
"""The annotation of a parameter that takes a function."""

# Names as in the texts of ``squirrel.values.function.MASK_NAMES``, in the order in which error texts list them.
_NAMES: Final[dict[type, str]] = {
    types.NoneType: "null",
    int: "integer",
    float: "integer|float",
    bool: "bool",
    str: "string",
    bytes: "string|blob",
    Table: "table",
    Array: "array",
    Closure: "function",
    NativeFunction: "function",
    Generator: "generator",
    Class: "class",
    Instance: "instance",
    WeakRef: "weakref",
}
_PLAIN: Final = frozenset({types.NoneType, int, bool, str})
# The flag of a code object whose function takes ``*rest``, which then is the name after those of the parameters.
_HAS_REST: Final = 0x04


class Parameter:
    """One parameter: the types it accepts and how a value is handed to Python."""

    def __init__(self, name: str, annotation: object) -> None:
        """Raises TypeError for an annotation that the table in the module's docstring does not have."""
        self.name = name
        self.anything = annotation is object
        union = isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union
        self.types: tuple[type, ...] = typing.get_args(annotation) if union else (typing.cast(type, annotation),)
        for accepted in self.types:
            if accepted not in _NAMES and not self.anything and not issubclass(accepted, NativeObject):
                raise TypeError(f"parameter {name}: {accepted!r} is no type of a Squirrel value")

    def expected(self) -> str:
        """The accepted types as error texts list them."""
        known = [name for accepted, name in _NAMES.items() if accepted in self.types]
        return "|".join(known + [object_name(accepted) for accepted in self.types if accepted not in _NAMES])

    def convert(self, position: int, value: object) -> object:
        """Check an argument and return what the method gets for it.

        Raises:
            SquirrelError: the standard text for a wrong type; ``position`` counts from 1.
        """
        kind = type(value)
        if self.anything or (kind in self.types and kind in _PLAIN):
            return value
        for accepted in self.types:
            if accepted is float:
                if kind is int or kind is float:
                    return float(typing.cast(float, value))
            elif accepted is bytes:
                if isinstance(value, str):
                    return value.encode("latin-1")
                if isinstance(value, Blob):
                    return bytes(value.data)
            elif accepted not in _PLAIN and isinstance(value, accepted):
                return value
        raise parameter_error(position, value, self.expected())


class Signature:
    """The parameters of a Python method without ``self``, with the least and most arguments (-1: no limit)."""

    def __init__(self, function: Callable[..., object]) -> None:
        """Raises TypeError for a parameter without annotation, or with one that says nothing about Squirrel."""
        assert isinstance(function, types.FunctionType)
        hints = typing.get_type_hints(function)
        # Read off the code object: importing ``inspect`` takes longer than most scripts run.
        code = function.__code__
        assert code.co_kwonlyargcount == 0, "scripts pass arguments by their place"
        names = code.co_varnames[1 : code.co_argcount + bool(code.co_flags & _HAS_REST)]
        for name in names:
            if name not in hints:
                raise TypeError(f"parameter {name} of {function.__qualname__} needs an annotation")
        declared = [Parameter(name, hints[name]) for name in names]
        self.rest: Parameter | None = declared.pop() if code.co_flags & _HAS_REST else None
        self.parameters = declared
        self.least = len(declared) - len(function.__defaults__ or ())
        self.most = -1 if self.rest is not None else len(declared)

    def convert(self, arguments: list[object]) -> list[object]:
        """Check the arguments (without ``this``) and return what the method is called with.

        Raises:
            SquirrelError: ``wrong number of parameters``, or the standard text for a wrong type.
        """
        count = len(arguments)
        if count < self.least or 0 <= self.most < count:
            raise SquirrelError(WRONG_NUMBER)
        converted: list[object] = []
        for index, value in enumerate(arguments):
            parameter = self.parameters[index] if index < len(self.parameters) else self.rest
            assert parameter is not None
            converted.append(parameter.convert(index + 1, value))
        return converted


def object_name(cls: type) -> str:
    """What scripts call the objects of a native class."""
    name: Any = getattr(cls, "host_name", None)
    return name if isinstance(name, str) else cls.__name__.lower()


def to_result(value: object) -> object:
    """What a native method returned, as a Squirrel value: numbers are brought into range.

    Raises:
        TypeError: the method returned something that scripts must not see: an error in the host.
    """
    if value is None or isinstance(value, (bool, Value)):
        return value
    if type(value) is int:
        return wrap32(value)
    if type(value) is float:
        return round32(value)
    if type(value) is str and (value.isascii() or max(value) <= "\xff"):
        return value
    if value is MISSING:
        return value
    raise TypeError(f"a native method returned {type(value).__name__}, which is no Squirrel value")
