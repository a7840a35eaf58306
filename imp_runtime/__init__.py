"""Hosts Electric Imp agents: the imp API, the network behind it, the embedded broker and the command line."""

from typing import Final

__version__: Final = "0.1.0"
