"""The ``crypto`` object (http sheet, section 5)."""

from __future__ import annotations

import functools
import shutil
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.in_process import run


@functools.cache
def rsa_key(bits: int = 1024) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def private_der(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey,
    form: PrivateFormat = PrivateFormat.PKCS8,
    encryption: KeySerializationEncryption | None = None,
) -> str:
    return b64encode(key.private_bytes(Encoding.DER, form, encryption or NoEncryption())).decode()


def public_der(key: rsa.RSAPrivateKey, form: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> str:
    return b64encode(key.public_key().public_bytes(Encoding.DER, form)).decode()


TELL = (
    'function(error, result) { server.log(error == null ? typeof result + " " + http.base64encode(result) : error); }'
)


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("bits", [1024, 2048])
def test_sign(bits: int, form: PrivateFormat) -> None:
    key = rsa_key(bits)
    ran = run(
        f'local key = http.base64decode("{private_der(key, form)}");\n'
        f'crypto.sign(crypto.RSASSA_PKCS1_SHA256, "message", key, {TELL}); server.log("later");'
    )
    assert ran.lines[0] == "later"
    kind, signature = ran.lines[1].split()
    assert kind == "blob"
    key.public_key().verify(b64decode(signature), b"message", padding.PKCS1v15(), SHA256())


@pytest.mark.parametrize("form", [PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1])
def test_verify(form: PublicFormat) -> None:
    signature = b64encode(rsa_key().sign(b"message", padding.PKCS1v15(), SHA256())).decode()
    ran = run(
        f'local key = http.base64decode("{public_der(rsa_key(), form)}");\n'
        f'local good = http.base64decode("{signature}");\n'
        "local tell = function(error, verified) { server.log(error + typeof verified + verified); };\n"
        'crypto.verify(crypto.RSASSA_PKCS1_SHA256, "message", good, key, tell);\n'
        'crypto.verify(crypto.RSASSA_PKCS1_SHA256, "massage", good, key, tell);\n'
        'crypto.verify(crypto.RSASSA_PKCS1_SHA256, "message", "rubbish", key, tell);\n'
        'crypto.verify(crypto.RSASSA_PKCS1_SHA256, "message", "", key.tostring(), tell);\n'
        'server.log("later");'
    )
    null = "(null : (nil))"
    assert ran.lines == ["later", f"{null}booltrue", *[f"{null}boolfalse"] * 3]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_verifies_what_we_sign(tmp_path: Path) -> None:
    ran = run(
        f'crypto.sign(crypto.RSASSA_PKCS1_SHA256, blob(3), http.base64decode("{private_der(rsa_key())}"), {TELL});'
    )
    (tmp_path / "signature").write_bytes(b64decode(ran.lines[0].split()[1]))
    (tmp_path / "key").write_bytes(rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "data").write_bytes(bytes(3))
    command = ["openssl", "dgst", "-sha256", "-verify", "key", "-signature", "signature", "data"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "Verified OK\n"


def test_callbacks_may_take_fewer_arguments_or_throw() -> None:
    call = f'crypto.sign(crypto.RSASSA_PKCS1_SHA256, "m", http.base64decode("{private_der(rsa_key())}"), %s);'
    assert run(call % 'function(error) { server.log("one"); }').lines == ["one"]
    assert run(call % 'function(a, b) { throw "mine"; }').lines[0] == "ERROR: mine"
    assert run(call % "function(a, b, c) {}").lines[0] == "ERROR: wrong number of parameters"


def errors(script: str) -> list[str]:
    return run(f"try {{ {script} }} catch (e) {{ server.log(e); }}").lines


WANTED = "it must be an RSA private key in DER form, 1024 to 4096 bits"


REFUSED: dict[str, tuple[Callable[[], str], str]] = {
    "empty": (lambda: "", f"malformed key: {WANTED}"),
    "rubbish": (lambda: b64encode(b"rubbish").decode(), f"malformed key: {WANTED}"),
    "cut": (lambda: private_der(rsa_key())[:-8], f"malformed key: {WANTED}"),
    "public": (lambda: public_der(rsa_key()), f"malformed key: {WANTED}"),
    "ed25519": (lambda: private_der(ed25519.Ed25519PrivateKey.generate()), f"not an RSA key: {WANTED}"),
    "elliptic": (lambda: private_der(ec.generate_private_key(ec.SECP256R1())), f"not an RSA key: {WANTED}"),
    "long": (lambda: b64encode(bytes(5000)).decode(), f"the key is too long: {WANTED}"),
    "encrypted": (
        lambda: private_der(rsa_key(), encryption=BestAvailableEncryption(b"secret")),
        f"the key is encrypted: {WANTED}, without a password",
    ),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_keys_that_are_refused_at_the_call(name: str) -> None:
    make, text = REFUSED[name]
    call = f'crypto.sign(crypto.RSASSA_PKCS1_SHA256, "m", http.base64decode("{make()}"), {TELL});'
    assert errors(call) == [text]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("bits", [512])
def test_keys_that_are_too_short(bits: int) -> None:
    # The library that makes the other keys refuses to make one of these.
    made = subprocess.run(["openssl", "genrsa", str(bits)], capture_output=True, check=True).stdout
    der = subprocess.run(["openssl", "rsa", "-outform", "DER"], input=made, capture_output=True, check=True).stdout
    key = b64encode(der).decode()
    call = f'crypto.sign(crypto.RSASSA_PKCS1_SHA256, "m", http.base64decode("{key}"), {TELL});'
    assert errors(call) == [f"the key has {bits} bits: {WANTED}"]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ('crypto.sign(7, "m", "k", @(e, s) 0);', "invalid mode: it must be crypto.RSASSA_PKCS1_SHA256"),
        ('crypto.verify(0, "m", "s", "k", @(e, v) 0);', "invalid mode: it must be crypto.RSASSA_PKCS1_SHA256"),
        (
            'crypto.sign(crypto.RSASSA_PKCS1_SHA256, blob(65537), "k", @(e, s) 0);',
            "the message is longer than 65536 bytes",
        ),
        ('crypto.sign(crypto.RSASSA_PKCS1_SHA256, "m", "k");', "wrong number of parameters"),
        (
            'crypto.sign(crypto.RSASSA_PKCS1_SHA256, "m", "k", null);',
            "parameter 4 has an invalid type 'null' ; expected: 'function|function'",
        ),
        ('crypto.encrypt("x");', "the index 'encrypt' does not exist"),
        ('crypto.equals("x", 1);', "parameter 2 has an invalid type 'integer' ; expected: 'string|blob'"),
    ],
)
def test_errors(script: str, text: str) -> None:
    assert errors(script) == [text]


def test_a_message_of_the_largest_size() -> None:
    call = (
        f'crypto.sign(crypto.RSASSA_PKCS1_SHA256, blob(65536), http.base64decode("{private_der(rsa_key())}"), {TELL});'
    )
    assert run(call).lines[0].startswith("blob ")


def test_equals_and_digests() -> None:
    ran = run(
        'local hash = http.hash.sha256("abc");\n'
        'server.log(crypto.equals(hash, crypto.sha256("abc"))); server.log(crypto.equals(hash, hash.tostring()));\n'
        'server.log(crypto.equals("a", "b")); server.log(crypto.equals("a", "ab"));\n'
        'server.log(crypto.equals("", ""));\n'
        'server.log(crypto.equals(crypto.hmacsha256("data", "key"), http.hash.hmacsha256("data", "key")));\n'
        "server.log(typeof crypto);"
    )
    assert ran.lines == ["true", "true", "false", "false", "true", "true", "crypto"]
