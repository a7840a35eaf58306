"""In which order a table is iterated (dialect sheet, section 6).

Squirrel's tables are chained scatter tables with Brent's variation. Iteration follows the node array, so programs can
see where each key landed. A ``Layout`` is that node array, keys only: tables keep their values in a dict and make a
layout when somebody iterates.
"""

from __future__ import annotations

from typing import Final

from squirrel.values.numbers import float_to_int

SMALLEST: Final = 4


class FloatKey:
    """A float as a key of a Python dict: equal when the bits are, and never equal to an integer key."""

    def __init__(self, number: float, bits: int) -> None:
        self.number = number
        self.bits = bits

    def __hash__(self) -> int:
        return self.bits

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FloatKey) and other.bits == self.bits


class BoolKey:
    """``true`` or ``false`` as a key of a Python dict, where they would be 1 and 0. Compared by identity."""

    def __init__(self, flag: bool) -> None:
        self.flag = flag


class _Empty:
    """Marks a free node."""


_EMPTY: Final = _Empty()


def string_hash(text: str) -> int:
    """Squirrel's string hash, unsigned 32 bits: long strings contribute about 32 of their first characters."""
    length = len(text)
    value = length
    step = (length >> 5) | 1
    position = 0
    remaining = length
    while remaining >= step:
        code = ord(text[position])
        if code >= 128:
            code += 0xFF00  # a char is signed there: sign-extended, then cut to 16 bits
        value = (value ^ ((value << 5) + (value >> 2) + code)) & 0xFFFFFFFF
        position += 1
        remaining -= step
    return value


def key_hash(key: object) -> int:
    """The hash that decides a key's main position; for objects it is their address, as in the reference."""
    if type(key) is str:
        return string_hash(key)
    if type(key) is int:
        return key & 0xFFFFFFFF
    if type(key) is FloatKey:
        return float_to_int(key.number) & 0xFFFFFFFF
    if type(key) is BoolKey:
        return 1 if key.flag else 0
    return (id(key) >> 3) & 0xFFFFFFFF


class Layout:
    """The node array of a table: for each node its key, its hash and the next node of its chain (-1: none)."""

    def __init__(self, size: int) -> None:
        self.size = SMALLEST
        while self.size < size:
            self.size *= 2
        self.used = 0
        self._allocate(self.size)

    def _allocate(self, size: int) -> None:
        self.size = size
        self.keys: list[object] = [_EMPTY] * size
        self.hashes: list[int] = [0] * size
        self.chain: list[int] = [-1] * size
        self.free = size - 1

    def insert(self, key: object) -> None:
        """Add a key that is not there yet."""
        self._insert(key, key_hash(key))

    def _insert(self, key: object, hashed: int) -> None:
        keys, hashes, chain = self.keys, self.hashes, self.chain
        mask = self.size - 1
        main = hashed & mask
        if keys[main] is not _EMPTY:
            free = self.free
            other = hashes[main] & mask
            if main > free and other != main:
                # The occupant is a guest here: it moves to the free node, its chain with it.
                while chain[other] != main:
                    other = chain[other]
                chain[other] = free
                keys[free] = keys[main]
                hashes[free] = hashes[main]
                chain[free] = chain[main]
                chain[main] = -1
            else:
                chain[free] = chain[main]
                chain[main] = free
                main = free
        keys[main] = key
        hashes[main] = hashed
        while True:
            if keys[self.free] is _EMPTY and chain[self.free] == -1:
                self.used += 1
                return
            if self.free == 0:
                break
            self.free -= 1
        # Full: the new key already stands in its node and moves with the others.
        self._rehash(True)
        return

    def _rehash(self, force: bool) -> None:
        size = self.size
        used = self.used
        if used >= size - size // 4:
            new_size = size * 2
        elif used <= size // 4 and size > SMALLEST:
            new_size = size // 2
        elif force:
            new_size = size
        else:
            return
        old_keys, old_hashes = self.keys, self.hashes
        self._allocate(new_size)
        self.used = 0
        for index in range(size):
            if old_keys[index] is not _EMPTY:
                self._insert(old_keys[index], old_hashes[index])

    def remove(self, key: object) -> None:
        """Take out a key that is there. Its node keeps its place in the chain until the next rehash."""
        mask = self.size - 1
        node = key_hash(key) & mask
        while node != -1:
            found = self.keys[node]
            if found is key or (found is not _EMPTY and found == key):
                self.keys[node] = _EMPTY
                self.used -= 1
                self._rehash(False)
                return
            node = self.chain[node]

    def next_used(self, index: int) -> int:
        """The first used node at or after ``index``, or -1."""
        keys = self.keys
        while index < self.size:
            if keys[index] is not _EMPTY:
                return index
            index += 1
        return -1

    def in_order(self) -> list[object]:
        """All keys in iteration order."""
        return [key for key in self.keys if key is not _EMPTY]
