"""``blob([size])`` and the methods of blobs (dialect sheet, section 10). Numbers are little-endian."""

from __future__ import annotations

import struct
from typing import Final

from squirrel.delegates.arguments import integer, number
from squirrel.delegates.common import collect, shared_members
from squirrel.delegates.memory import check_bytes
from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.values.blob import BLOB_MEMBERS, Blob
from squirrel.values.function import NativeFunction
from squirrel.values.numbers import round32

_NUMBER_FORMATS: Final[dict[int, struct.Struct]] = {
    ord("l"): struct.Struct("<i"),
    ord("i"): struct.Struct("<i"),
    ord("s"): struct.Struct("<h"),
    ord("w"): struct.Struct("<H"),
    ord("c"): struct.Struct("<b"),
    ord("b"): struct.Struct("<B"),
    ord("f"): struct.Struct("<f"),
    ord("d"): struct.Struct("<d"),
}


def _this(arguments: list[object]) -> Blob:
    """The blob a method was called on.

    Raises:
        SquirrelError: ``invalid type tag``: it is another object of the host.
    """
    value = arguments[0]
    if not isinstance(value, Blob):
        raise SquirrelError("invalid type tag")
    return value


def blob_new(machine: Machine, arguments: list[object]) -> object:
    """``blob([size])``: zero-filled."""
    # The reference reads the size only where it is the one argument.
    size = integer(arguments[1]) if len(arguments) == 2 else 0
    if size < 0:
        raise SquirrelError("cannot create blob with negative size")
    check_bytes(machine, size)
    return Blob(bytearray(size))


def blob_len(machine: Machine, arguments: list[object]) -> object:
    """``len()`` in bytes."""
    return len(_this(arguments).data)


def blob_tell(machine: Machine, arguments: list[object]) -> object:
    """``tell()``: the position."""
    return _this(arguments).position


def blob_eos(machine: Machine, arguments: list[object]) -> object:
    """``eos()``: 1 at the end, else null."""
    this = _this(arguments)
    return 1 if this.position == len(this.data) else None


def blob_seek(machine: Machine, arguments: list[object]) -> object:
    """``seek(offset, [origin])``: 0, or -1 where the target lies outside the blob.

    Raises:
        SquirrelError: ``invalid origin`` (it is ``'b'`` start, ``'c'`` current or ``'e'`` end).
    """
    this = _this(arguments)
    target = integer(arguments[1])
    if len(arguments) > 2:
        origin = integer(arguments[2])
        if origin == ord("c"):
            target += this.position
        elif origin == ord("e"):
            target += len(this.data)
        elif origin != ord("b"):
            raise SquirrelError("invalid origin")
    if not 0 <= target <= len(this.data):
        return -1
    this.position = target
    return 0


def blob_flush(machine: Machine, arguments: list[object]) -> object:
    """``flush()``: nothing to do; 1, as in the reference."""
    _this(arguments)
    return 1


def blob_readn(machine: Machine, arguments: list[object]) -> object:
    """``readn(type)``: a number.

    Raises:
        SquirrelError: ``invalid format``; ``io error`` where too few bytes are left (they are skipped).
    """
    this = _this(arguments)
    kind = _number_format(integer(arguments[1]))
    content = this.read(kind.size)
    if len(content) < kind.size:
        raise SquirrelError("io error")
    value: object = kind.unpack(content)[0]
    return round32(value) if type(value) is float else value


def blob_writen(machine: Machine, arguments: list[object]) -> object:
    """``writen(value, type)``: null. Integers are cut to the size of the type.

    Raises:
        SquirrelError: ``invalid format``.
    """
    this = _this(arguments)
    kind = _number_format(integer(arguments[2]))
    if kind.format in ("<f", "<d"):
        content = kind.pack(round32(number(arguments[1])))
    else:
        content = (integer(arguments[1]) & 0xFFFFFFFF).to_bytes(4, "little")[: kind.size]
    this.write(content)
    return None


def _number_format(letter: int) -> struct.Struct:
    kind = _NUMBER_FORMATS.get(letter)
    if kind is None:
        raise SquirrelError("invalid format")
    return kind


def _read_some(machine: Machine, arguments: list[object]) -> bytes:
    """What ``readblob`` and ``readstring`` read.

    Raises:
        SquirrelError: ``no data left to read``.
    """
    this = _this(arguments)
    size = integer(arguments[1])
    machine.spend(min(size, len(this.data)))
    content = this.read(size)
    if not content:
        raise SquirrelError("no data left to read")
    return content


def blob_readblob(machine: Machine, arguments: list[object]) -> object:
    """``readblob(size)``: a blob of what is left, ``size`` bytes at most."""
    return Blob(bytearray(_read_some(machine, arguments)))


def blob_readstring(machine: Machine, arguments: list[object]) -> object:
    """``readstring(size)``: a string of what is left, ``size`` bytes at most."""
    return _read_some(machine, arguments).decode("latin-1")


def blob_writeblob(machine: Machine, arguments: list[object]) -> object:
    """``writeblob(blob)``: how many bytes were written."""
    this, other = _this(arguments), arguments[1]
    if not isinstance(other, Blob):
        raise SquirrelError("invalid parameter")
    check_bytes(machine, this.position + len(other.data))
    content = bytes(other.data)
    this.write(content)
    return len(content)


def blob_writestring(machine: Machine, arguments: list[object]) -> object:
    """``writestring(string)``: how many bytes were written."""
    this, text = _this(arguments), arguments[1]
    assert type(text) is str
    check_bytes(machine, this.position + len(text))
    this.write(text.encode("latin-1"))
    return len(text)


def blob_resize(machine: Machine, arguments: list[object]) -> object:
    """``resize(size)``: null. Cuts the blob; a larger size only reserves memory, as in the reference."""
    this = _this(arguments)
    size = integer(arguments[1])
    check_bytes(machine, size)
    del this.data[size:]
    this.position = min(this.position, size)
    return None


def blob_swap2(machine: Machine, arguments: list[object]) -> object:
    """``swap2()``: swap the bytes of every 16-bit word, in place; null."""
    data = _this(arguments).data
    machine.spend(len(data))
    end = len(data) // 2 * 2
    data[0:end:2], data[1:end:2] = data[1:end:2], data[0:end:2]
    return None


def blob_swap4(machine: Machine, arguments: list[object]) -> object:
    """``swap4()``: reverse the bytes of every 32-bit word, in place; null."""
    data = _this(arguments).data
    machine.spend(len(data))
    end = len(data) // 4 * 4
    data[0:end:4], data[3:end:4] = data[3:end:4], data[0:end:4]
    data[1:end:4], data[2:end:4] = data[2:end:4], data[1:end:4]
    return None


def install(machine: Machine) -> None:
    """Put ``blob`` into the root table."""
    machine.root.new_slot("blob", NativeFunction("blob", blob_new, 0, -1, ".n"))


BLOB_MEMBERS.update(
    collect(
        [
            NativeFunction("len", blob_len, 0, 0, "m"),
            NativeFunction("tell", blob_tell, 0, 0, "m"),
            NativeFunction("eos", blob_eos, 0, 0, "m"),
            NativeFunction("seek", blob_seek, 1, -1, "mnn"),
            NativeFunction("flush", blob_flush, 0, 0, "m"),
            NativeFunction("readn", blob_readn, 1, 1, "mn"),
            NativeFunction("writen", blob_writen, 2, 2, "mnn"),
            NativeFunction("readblob", blob_readblob, 1, 1, "mn"),
            NativeFunction("readstring", blob_readstring, 1, 1, "mn"),
            NativeFunction("writeblob", blob_writeblob, 1, -1, "mm"),
            NativeFunction("writestring", blob_writestring, 1, 1, "ms"),
            NativeFunction("resize", blob_resize, 1, 1, "mn"),
            NativeFunction("swap2", blob_swap2, 0, 0, "m"),
            NativeFunction("swap4", blob_swap4, 0, 0, "m"),
            *shared_members(),
        ]
    )
)
