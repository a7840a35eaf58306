"""``crypto``: comparison in constant time, RSA signatures, digests (http sheet, section 5)."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from imp_runtime.api.http_hash import digest, keyed_digest
from imp_runtime.natives import Callback, Module, attribute, invoke, method
from squirrel.errors import SquirrelError
from squirrel.values.blob import Blob

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

    from imp_runtime.agent import Agent

_Key = TypeVar("_Key")

# The one mode there is; its number on the platform is not documented.
_RSASSA_PKCS1_SHA256: Final = 1
_LONGEST_MESSAGE: Final = 65536
_KEY_BITS: Final = range(1024, 4097)
# DER of a private key of 4096 bits takes some 2,400 bytes; checking a much larger key would take many seconds.
_LONGEST_KEY: Final = 4096


class Crypto(Module, name="crypto"):
    """The ``crypto`` object of an agent. Messages, keys and digests are strings or blobs."""

    def __init__(self, agent: Agent) -> None:
        super().__init__()
        self._agent = agent

    @attribute
    def RSASSA_PKCS1_SHA256(self) -> int:
        """The mode of ``sign`` and ``verify``."""
        return _RSASSA_PKCS1_SHA256

    @method
    def equals(self, hashOne: bytes, hashTwo: bytes) -> bool:
        """Whether both are the same bytes; takes the same time wherever they differ."""
        return hmac.compare_digest(hashOne, hashTwo)

    @method
    def sha256(self, data: bytes) -> Blob:
        """As ``http.hash.sha256``."""
        return digest("sha256", data)

    @method
    def hmacsha256(self, data: bytes, key: bytes) -> Blob:
        """As ``http.hash.hmacsha256``."""
        return keyed_digest("sha256", data, key)

    @method
    def sign(self, mode: int, message: bytes, privateKey: bytes, callback: Callback) -> None:
        """Sign a message of up to 65,536 bytes; ``callback(error, signature)``, as a later event, gets a blob.

        ``privateKey`` is an RSA key of 1024 to 4096 bits in DER, PKCS#1 or PKCS#8, not encrypted.

        Raises:
            SquirrelError: another mode, a key that is none, a message that is too long.
        """
        _check(mode, message)
        key = _load(privateKey, _private_key, "private")
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        self._later(callback, Blob(bytearray(key.sign(message, PKCS1v15(), SHA256()))))

    @method
    def verify(self, mode: int, message: bytes, signature: bytes, publicKey: bytes, callback: Callback) -> None:
        """Check a signature; ``callback(error, isVerified)``, as a later event, gets a bool.

        ``publicKey`` is an RSA key of 1024 to 4096 bits in DER, PKCS#1 or SubjectPublicKeyInfo.

        Raises:
            SquirrelError: as ``sign``.
        """
        _check(mode, message)
        key = _load(publicKey, _public_key, "public")
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        try:
            key.verify(signature, message, PKCS1v15(), SHA256())
        except InvalidSignature:
            self._later(callback, False)
        else:
            self._later(callback, True)

    def _later(self, callback: Callback, result: object) -> None:
        machine = self._agent.machine

        def tell() -> None:
            invoke(machine, callback, None, result)

        self._agent.scheduler.post(tell)


def _check(mode: int, message: bytes) -> None:
    if mode != _RSASSA_PKCS1_SHA256:
        raise SquirrelError("invalid mode: it must be crypto.RSASSA_PKCS1_SHA256")
    if len(message) > _LONGEST_MESSAGE:
        raise SquirrelError(f"the message is longer than {_LONGEST_MESSAGE} bytes")


def _load(data: bytes, load: Callable[[bytes], tuple[_Key | None, int]], kind: str) -> _Key:
    """Read a key; ``load`` returns it with its bits, or None for a key that is not RSA."""
    from cryptography.exceptions import UnsupportedAlgorithm

    expected = f"an RSA {kind} key in DER form, {_KEY_BITS[0]} to {_KEY_BITS[-1]} bits"
    if len(data) > _LONGEST_KEY:
        raise SquirrelError(f"the key is too long: it must be {expected}")
    try:
        key, bits = load(data)
    except TypeError:
        raise SquirrelError(f"the key is encrypted: it must be {expected}, without a password") from None
    except (ValueError, UnsupportedAlgorithm):
        raise SquirrelError(f"malformed key: it must be {expected}") from None
    if key is None:
        raise SquirrelError(f"not an RSA key: it must be {expected}")
    if bits not in _KEY_BITS:
        raise SquirrelError(f"the key has {bits} bits: it must be {expected}")
    return key


def _private_key(data: bytes) -> tuple[RSAPrivateKey | None, int]:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    key = load_der_private_key(data, None)
    return (key, key.key_size) if isinstance(key, RSAPrivateKey) else (None, 0)


def _public_key(data: bytes) -> tuple[RSAPublicKey | None, int]:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    key = load_der_public_key(data)
    return (key, key.key_size) if isinstance(key, RSAPublicKey) else (None, 0)
