"""The issuer's side: a key pair for an office, a laboratory or a test. The private key never comes near a meter.

make_issuer(folder, "metering-office", passphrase)   writes metering-office.pem (give it to who shall trust it)
                                                     and metering-office.key (keep it; encrypted, mode 0600)
key = load_private(path, passphrase) ; sign(authorisation, key)
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from fieldpro.errors import FileError, UsageError
from fieldpro.files import write_atomically
from fieldpro.secret import Secret
from fieldpro.security.authorisation import ISSUER, PrivateKey


def make_issuer(folder: Path, name: str, passphrase: Secret, *, p_256: bool = False) -> tuple[Path, Path]:
    """A new key pair: (public, private) files. Ed25519, or P-256 where a house has to have it.

    Raises `UsageError` for a name that cannot be one or a passphrase that is none, `FileError` when a file is there
    already or cannot be written.
    """
    if not ISSUER.fullmatch(name):
        raise UsageError("issuer", "letters, digits, dots and dashes", name)
    if not passphrase:
        raise UsageError("passphrase", "one that the private key is encrypted with", "none")
    public, private = folder / f"{name}.pem", folder / f"{name}.key"
    for path in (public, private):
        if path.exists():
            raise FileError(str(path), "the file", "a name that is not taken", "a file that is there")
    key: PrivateKey = ec.generate_private_key(ec.SECP256R1()) if p_256 else Ed25519PrivateKey.generate()
    encrypted = BestAvailableEncryption(passphrase.reveal())
    try:
        write_atomically(private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encrypted), private=True)
        write_atomically(public, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    except OSError as problem:
        raise FileError(str(folder), "the key pair", "a folder to write in", str(problem)) from problem
    return public, private


def load_private(path: Path, passphrase: Secret) -> PrivateKey:
    """The private key of an issuer. Raises `FileError` for a wrong passphrase too; it holds no secret."""
    try:
        key = load_pem_private_key(path.read_bytes(), passphrase.reveal())
    except (OSError, ValueError, TypeError) as problem:
        found = str(problem) if isinstance(problem, OSError) else "another passphrase, or no key"
        raise FileError(str(path), "the private key", "a key that opens with this passphrase", found) from None
    if not isinstance(key, Ed25519PrivateKey | ec.EllipticCurvePrivateKey):
        raise FileError(str(path), "the private key", "Ed25519 or P-256", type(key).__name__)
    return key
