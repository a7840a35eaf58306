"""A certificate authority for one run of the broker, and a server certificate for every name that a client asks for.

`run --broker` sends `amqps://any.host.name` to the broker while the client still checks for that name; so the broker
issues a certificate for the name in the TLS hello (SNI) on demand. Keys live in memory. Python's `ssl` loads them
from files only: such a file is readable by its owner alone, its key is encrypted, and it is gone right after.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import ssl
import tempfile
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFETIME = timedelta(days=30)
_MOST_NAMES = 1000
"""Names with a certificate of their own; a client that invents more gets the one for the local host."""


class CertificateAuthority:
    """A fresh authority with its own key; nobody trusts it unless told to with `ca_pem`."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        """`host`: the address of the listener, which the certificate for peers without SNI also names."""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._server_key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = self._make_authority()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._local_names = ["localhost", "127.0.0.1", "::1"]
        if _is_address(host) and host not in self._local_names:
            self._local_names.append(host)

    @property
    def ca_pem(self) -> bytes:
        """The authority's certificate, PEM."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def server_context(self) -> ssl.SSLContext:
        """A context for a listener: it presents a certificate for whatever name the client asks for."""
        context = self._context_for(self._local_names)
        context.sni_callback = self._choose
        return context

    def _choose(self, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if not name or name.lower() in self._local_names:
            return
        name = name.lower()
        if name not in self._contexts:
            if len(self._contexts) >= _MOST_NAMES or not _is_name(name):
                return
            self._contexts[name] = self._context_for([name])
        connection.context = self._contexts[name]

    def _make_authority(self) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "impsim development CA")])
        return (
            self._builder(subject, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def _issue(self, names: list[str]) -> x509.Certificate:
        alternatives: list[x509.GeneralName] = [
            x509.IPAddress(ipaddress.ip_address(name)) if _is_address(name) else x509.DNSName(name) for name in names
        ]
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "impsim development broker")])
        authority_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            self._builder(subject, self._server_key.public_key())
            .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(authority_key, critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "impsim development CA")])
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + _LIFETIME)
        )

    def _context_for(self, names: list[str]) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        password = secrets.token_bytes(32)
        key = self._server_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password),
        )
        certificate = self._issue(names).public_bytes(serialization.Encoding.PEM)
        descriptor, path = tempfile.mkstemp(prefix="impsim-", suffix=".pem")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(key + certificate + self.ca_pem)
            context.load_cert_chain(path, password=password)
        finally:
            os.unlink(path)
        return context


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_name(name: str) -> bool:
    """Whether a certificate can be made for a name: printable ASCII without blanks, as long as DNS allows."""
    return len(name) <= 253 and all("!" <= character <= "~" for character in name)
