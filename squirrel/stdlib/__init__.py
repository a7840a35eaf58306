"""Squirrel's standard library as the imp has it (dialect sheet, sections 2.1 and 9 to 11)."""

from __future__ import annotations

from squirrel.machine import Machine
from squirrel.stdlib.base import install as install_base
from squirrel.stdlib.blob import install as install_blob
from squirrel.stdlib.math import install as install_math
from squirrel.stdlib.regexp import install as install_regexp
from squirrel.stdlib.regexp2 import install as install_regexp2
from squirrel.stdlib.string import install as install_string
from squirrel.stdlib.system import install as install_system


def install(machine: Machine) -> None:
    """Put all libraries into a machine's root table.

    The order is that of the reference (base, blob, mathematics, strings, system) less what the imp does not have: it
    decides in which order the root table is iterated.
    """
    install_base(machine)
    install_blob(machine)
    install_math(machine)
    install_regexp(machine)
    install_regexp2(machine)
    install_string(machine)
    install_system(machine)
