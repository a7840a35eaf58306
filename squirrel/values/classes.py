"""Classes and instances."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from squirrel.values.base import Value, strong
from squirrel.values.function import Closure, NativeFunction
from squirrel.values.table import MISSING, Table, to_key

METAMETHODS: Final = frozenset(
    {
        "_add",
        "_sub",
        "_mul",
        "_div",
        "_modulo",
        "_unm",
        "_typeof",
        "_get",
        "_set",
        "_newslot",
        "_delslot",
        "_tostring",
        "_nexti",
        "_cmp",
        "_call",
        "_cloned",
        "_inherited",
        "_newmember",
    }
)


class LayoutNumbers:
    """Gives out the numbers of class layouts."""

    def __init__(self) -> None:
        self.last: i64 = 0

    def next(self) -> i64:
        """A number that no layout has had."""
        self.last += 1
        return self.last


_layout_numbers: Final = LayoutNumbers()


class Class(Value):
    """A Squirrel class.

    ``members`` maps each name to where its value is: a field's index in ``field_defaults`` (and in the ``fields`` of
    every instance), or ``-1 - index`` in ``methods`` for functions and statics. Metamethods live apart: they are not
    members (dialect sheet, section 18). ``layout`` is a number that changes with every change of all this, and that no
    other class has: who has looked up a name may remember the answer under it, without holding the class.
    """

    def __init__(self, base: Class | None) -> None:
        super().__init__()
        self.base = base
        self.layout: i64 = _layout_numbers.next()
        self.locked = False
        self.attributes: object = None
        # Attributes of single members, made when first set.
        self.member_attributes: dict[object, object] = {}
        self.constructor: object = None
        if base is None:
            self.members = Table()
            self.field_defaults: list[object] = []
            self.methods: list[object] = []
            self.metamethods: dict[str, object] = {}
        else:
            self.members = base.members.copy()
            self.field_defaults = base.field_defaults.copy()
            self.methods = base.methods.copy()
            self.metamethods = base.metamethods.copy()
            self.constructor = base.constructor
            self.member_attributes = base.member_attributes.copy()

    @property
    def type_name(self) -> str:
        return "class"

    def get(self, name: object) -> object:
        """A member's value (the default of a field), or MISSING."""
        where = self.members.slots.get(to_key(name), MISSING)
        if where is MISSING:
            return MISSING
        assert type(where) is int
        return strong(self.field_defaults[where]) if where >= 0 else strong(self.methods[-1 - where])

    def add(self, name: object, value: object, static: bool) -> bool:
        """Add or override a member. False when the class has been instantiated and may not change any more."""
        self.layout = _layout_numbers.next()
        is_function = type(value) is Closure or type(value) is NativeFunction
        belongs_to_class = static or is_function
        if self.locked and not belongs_to_class:
            return False
        where = self.members.slots.get(to_key(name), MISSING)
        if type(where) is int and where >= 0:
            self.field_defaults[where] = value
            return True
        if not belongs_to_class:
            self.members.new_slot(name, len(self.field_defaults))
            self.field_defaults.append(value)
            return True
        if is_function and type(name) is str and name in METAMETHODS:
            self.metamethods[name] = value
            return True
        if type(value) is Closure and self.base is not None:
            # The same function may be a method of several classes: ``base`` is a matter of each.
            value = value.copy()
            value.base = self.base
        if name == "constructor":
            self.constructor = value
        if type(where) is int:
            self.methods[-1 - where] = value
        else:
            self.members.new_slot(name, -1 - len(self.methods))
            self.methods.append(value)
        return True

    def lock(self) -> None:
        """It has been instantiated: it and its base classes get no more fields."""
        current: Class | None = self
        while current is not None and not current.locked:
            current.locked = True
            current = current.base

    def is_or_extends(self, other: Class) -> bool:
        """True for the class itself and for every class it inherits from."""
        current: Class | None = self
        while current is not None:
            if current is other:
                return True
            current = current.base
        return False


class Instance(Value):
    """An instance: its class and the values of its fields, in the order of the class's ``field_defaults``."""

    def __init__(self, cls: Class) -> None:
        super().__init__()
        if not cls.locked:
            cls.lock()
        self.cls = cls
        self.fields = cls.field_defaults.copy()

    @property
    def type_name(self) -> str:
        return "instance"

    def get(self, name: object) -> object:
        """A field, method or static, or MISSING."""
        where = self.cls.members.slots.get(to_key(name), MISSING)
        if where is MISSING:
            return MISSING
        assert type(where) is int
        return strong(self.fields[where]) if where >= 0 else strong(self.cls.methods[-1 - where])

    def set(self, name: object, value: object) -> bool:
        """Assign to a field; False when there is no such field (methods and statics cannot be set)."""
        where = self.cls.members.slots.get(to_key(name), MISSING)
        if type(where) is int and where >= 0:
            self.fields[where] = value
            return True
        return False

    def copy(self) -> Instance:
        """``clone``, without the ``_cloned`` metamethod."""
        result = Instance(self.cls)
        result.fields = self.fields.copy()
        return result
