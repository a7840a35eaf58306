"""How Python classes become Squirrel objects: one declaration style, one argument checker.

    class Sender(HostObject, name="amqpsender"):
        @method
        def createtransfer(self, message: Message) -> Transfer: ...

The annotations of a method are its Squirrel signature; see ``imp_runtime.natives.signature`` for what they may be.
Scripts see nothing but the declared members.
"""

from imp_runtime.natives.calls import invoke
from imp_runtime.natives.objects import (
    Declared,
    HostObject,
    Module,
    OnDemand,
    attribute,
    declarations_of,
    method,
    refusal,
)
from imp_runtime.natives.signature import Callback
from imp_runtime.natives.text import byte_string, host_text

__all__ = [
    "Callback",
    "Declared",
    "HostObject",
    "Module",
    "OnDemand",
    "attribute",
    "byte_string",
    "declarations_of",
    "host_text",
    "invoke",
    "method",
    "refusal",
]
