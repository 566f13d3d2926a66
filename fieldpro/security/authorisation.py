"""Signed authorisations: a file that allows chosen jobs on named meters, for a time and a number of uses.

    {"authorisation": {"schema": 1, "id": "A-2026-0815", "issuer": "metering-office", "meters": ["ITRN 00012345"],
                       "rights": ["switch.disconnect"], "from": "2026-03-01T06:00:00+00:00",
                       "to": "2026-03-02T06:00:00+00:00", "uses": 1, "note": "order 4711"},
     "signature": base64}

The signature is over a fixed line and the canonical JSON of the body (keys sorted, no blanks, UTF-8): Ed25519
(RFC 8032), or ECDSA with SHA-256 on P-256 (FIPS 186-5). Which of the two is told by the trusted key of the issuer,
never by the file. The trusted keys are PEM files in one folder, `ISSUER.pem`; who may add one is who may write there.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from fieldpro.errors import AuthorisationForged, FileError
from fieldpro.security.rights import Right

SCHEMA = 1
DOMAIN = b"FieldPro authorisation 1\n"
LARGEST = 65_536  # bytes of a file
ISSUER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

PrivateKey: TypeAlias = Ed25519PrivateKey | ec.EllipticCurvePrivateKey
PublicKey: TypeAlias = Ed25519PublicKey | ec.EllipticCurvePublicKey


@dataclass(frozen=True, slots=True)
class Authorisation:
    """What an issuer allows. `meters` are keys of meters (`MeterIdentity.key`); times are aware, in UTC."""

    id: str
    issuer: str
    meters: frozenset[str]
    rights: frozenset[Right]
    valid_from: datetime
    valid_to: datetime
    uses: int = 1
    note: str = ""

    def body(self) -> dict[str, Any]:
        """The body in the types of JSON."""
        return {
            "schema": SCHEMA,
            "id": self.id,
            "issuer": self.issuer,
            "meters": sorted(self.meters),
            "rights": sorted(self.rights),
            "from": self.valid_from.astimezone(UTC).isoformat(),
            "to": self.valid_to.astimezone(UTC).isoformat(),
            "uses": self.uses,
            "note": self.note,
        }


def sign(authorisation: Authorisation, key: PrivateKey) -> bytes:
    """The content of an authorisation file: for an issuing office, a laboratory, and tests."""
    body = authorisation.body()
    message = _message(body)
    if isinstance(key, Ed25519PrivateKey):
        signature = key.sign(message)
    else:
        signature = key.sign(message, ec.ECDSA(hashes.SHA256()))
    file = {"authorisation": body, "signature": base64.b64encode(signature).decode()}
    return (json.dumps(file, indent=2, ensure_ascii=False) + "\n").encode()


def read(content: bytes, trusted: Mapping[str, PublicKey], path: str) -> Authorisation:
    """An authorisation whose signature is that of a trusted issuer.

    Raises `FileError` for what is no authorisation file, `AuthorisationForged` for one that no trusted issuer signed
    or that was changed since: the body is not even looked into before.
    """
    body, signature = _parts(content, path)
    named, issuer = str(body.get("id", "")), str(body.get("issuer", ""))
    if issuer not in trusted:
        raise AuthorisationForged(named or path, "", "", f"its issuer {issuer!r} is not trusted here")
    if not _is_signed(trusted[issuer], signature, _message(body)):
        raise AuthorisationForged(named or path, "", "", "its signature does not fit")
    return _authorisation(body, path)


def trusted_keys(folder: Path) -> dict[str, PublicKey]:
    """The public keys in a folder, by issuer. Raises `FileError` for a file that is no Ed25519 or P-256 key."""
    found = {}
    for path in sorted(folder.glob("*.pem")):
        try:
            key = load_pem_public_key(path.read_bytes())
        except (OSError, ValueError, UnsupportedAlgorithm) as problem:
            raise FileError(str(path), "the whole file", "a public key in PEM", str(problem)) from problem
        good = isinstance(key, Ed25519PublicKey) or (
            isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
        )
        if not good or not isinstance(key, Ed25519PublicKey | ec.EllipticCurvePublicKey):
            raise FileError(str(path), "the key", "Ed25519 or P-256", type(key).__name__)
        found[path.stem] = key
    return found


def _parts(content: bytes, path: str) -> tuple[dict[str, Any], bytes]:
    if len(content) > LARGEST:
        raise FileError(path, "the whole file", f"{LARGEST} bytes at most", f"{len(content)} bytes")
    try:
        file = json.loads(content, object_pairs_hook=_without_doubles)
        body, signature = file["authorisation"], base64.b64decode(file["signature"], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise FileError(path, "the whole file", "a signed authorisation", str(problem)) from problem
    if not isinstance(body, dict):
        raise FileError(path, "authorisation", "an object", type(body).__name__)
    return body, signature


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key that is there twice reads otherwise in another program: refused."""
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key is there twice")
    return result


def _message(body: Mapping[str, Any]) -> bytes:
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return DOMAIN + text.encode("utf-8", "surrogatepass")


def _is_signed(key: PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, message)
        else:
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _authorisation(body: Mapping[str, Any], path: str) -> Authorisation:
    try:
        if body["schema"] != SCHEMA:
            raise FileError(path, "schema", f"{SCHEMA}; a newer FieldPro may know this one", repr(body["schema"]))
        found = Authorisation(
            id=str(body["id"]),
            issuer=str(body["issuer"]),
            meters=frozenset(str(meter) for meter in body["meters"]),
            rights=frozenset(Right(right) for right in body["rights"]),
            valid_from=_time(body["from"]),
            valid_to=_time(body["to"]),
            uses=int(body["uses"]),
            note=str(body.get("note", "")),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise FileError(path, "authorisation", "meters, rights, from, to, uses", str(problem)) from problem
    if not ISSUER.fullmatch(found.issuer) or not found.id or not found.meters or not found.rights or found.uses < 1:
        raise FileError(path, "authorisation", "an id, meters, rights and at least one use", "one of them missing")
    return found


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return time.astimezone(UTC)
