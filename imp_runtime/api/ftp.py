"""``ftp``, which the platform itself wants to be rid of (http sheet, section 7)."""

from __future__ import annotations

from typing import Final

from imp_runtime.natives import Module

_REASON: Final = "ftp is deprecated on the platform, and impsim does not support it"


class Ftp(Module, name="ftp", refused={"get": _REASON, "put": _REASON}):
    """The ``ftp`` object of an agent: it is there to say why it is not."""
