"""``http.hash``: digests and HMACs (http sheet, section 3)."""

from __future__ import annotations

import hashlib
import hmac

from imp_runtime.natives import Module, method
from squirrel.values.blob import Blob


def digest(algorithm: str, data: bytes) -> Blob:
    """The digest of some bytes, as a blob."""
    # The scripts decide what it is for: a system that bans MD5 must not stop them.
    return Blob(bytearray(hashlib.new(algorithm, data, usedforsecurity=False).digest()))


def keyed_digest(algorithm: str, data: bytes, key: bytes) -> Blob:
    """The HMAC (RFC 2104) of some bytes, as a blob."""
    return Blob(bytearray(hmac.digest(key, data, algorithm)))


class Hash(Module, name="hash"):
    """``http.hash``. Data and keys are strings or blobs; every result is a blob."""

    @method
    def md5(self, data: bytes) -> Blob:
        """MD5: 16 bytes."""
        return digest("md5", data)

    @method
    def sha1(self, data: bytes) -> Blob:
        """SHA-1: 20 bytes."""
        return digest("sha1", data)

    @method
    def sha256(self, data: bytes) -> Blob:
        """SHA-256: 32 bytes."""
        return digest("sha256", data)

    @method
    def sha512(self, data: bytes) -> Blob:
        """SHA-512: 64 bytes."""
        return digest("sha512", data)

    @method
    def hmacsha1(self, data: bytes, key: bytes) -> Blob:
        """HMAC with SHA-1: 20 bytes."""
        return keyed_digest("sha1", data, key)

    @method
    def hmacsha256(self, data: bytes, key: bytes) -> Blob:
        """HMAC with SHA-256: 32 bytes."""
        return keyed_digest("sha256", data, key)

    @method
    def hmacsha512(self, data: bytes, key: bytes) -> Blob:
        """HMAC with SHA-512: 64 bytes."""
        return keyed_digest("sha512", data, key)
