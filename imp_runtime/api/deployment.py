"""``__EI`` and ``__VARS``: what the platform tells a script about its deployment (core sheet, section 6.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from imp_runtime.log import timestamp

_NAME: Final = "impsim"
_NO_ID: Final = "00000000-0000-0000-0000-000000000000"


def deployment_enums(source: bytes, now: float, variables: Mapping[str, object]) -> dict[str, object]:
    """The enums as constants of the machine: ``__EI`` describes a development device group of nobody.

    ``variables`` is what ``--define`` gave, which ``__VARS`` has as its members; ``now`` is in seconds since the epoch.
    """
    deployment: dict[str, object] = {
        "PRODUCT_ID": _NO_ID,
        "PRODUCT_NAME": _NAME,
        "DEVICEGROUP_ID": _NO_ID,
        "DEVICEGROUP_NAME": _NAME,
        "DEVICEGROUP_TYPE": "development",
        "DEPLOYMENT_ID": _NO_ID,
        "DEPLOYMENT_SHA": hashlib.sha256(source).hexdigest(),
        "DEPLOYMENT_CREATED_AT": timestamp(now),
    }
    return {"__EI": deployment, "__VARS": dict(variables)}
