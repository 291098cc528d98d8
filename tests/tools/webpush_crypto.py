"""What a browser and a push service do with a web push message: RFC 8291 decryption, RFC 8292 signatures.

Shares no code with pywebpush, http_ece or py_vapid, so it is an independent check of what those produce.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAX_VAPID_LIFETIME = 24 * 3600  # RFC 8292 2: exp at most 24 h away


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    """The 65 bytes of a P-256 point, as they travel."""
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def b64u(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text: str | bytes) -> bytes:
    """The bytes of a base64url text; raises ValueError for anything else."""
    if isinstance(text, str):
        text = text.encode()
    text = text.rstrip(b"=")
    if re.search(rb"[^A-Za-z0-9_-]", text):
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


class DecryptError(Exception):
    """A browser couldn't decrypt this."""


def decrypt_aes128gcm(body: bytes, private_key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """RFC 8291 decryption of an RFC 8188 `aes128gcm` body, as a browser does it; raises DecryptError."""
    if len(body) < 21:
        raise DecryptError("body shorter than the aes128gcm header")
    salt, record_size, id_length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    if id_length != 65 or len(body) < 21 + id_length:
        raise DecryptError(f"keyid is {id_length} bytes, must be a 65-byte P-256 point (RFC 8291 4)")
    if record_size < 18:
        raise DecryptError(f"record size {record_size} is too small")
    sender_public, cipher = body[21 : 21 + id_length], body[21 + id_length :]
    if len(cipher) > record_size:
        raise DecryptError("more than one record; RFC 8291 4 allows exactly one")
    try:
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender_public)
    except ValueError as error:
        raise DecryptError(f"bad sender key: {error}") from None
    info = b"WebPush: info\x00" + public_bytes(private_key.public_key()) + sender_public
    shared = HKDF(hashes.SHA256(), 32, salt=auth, info=info).derive(private_key.exchange(ec.ECDH(), sender))
    key = HKDF(hashes.SHA256(), 16, salt=salt, info=b"Content-Encoding: aes128gcm\x00").derive(shared)
    nonce = HKDF(hashes.SHA256(), 12, salt=salt, info=b"Content-Encoding: nonce\x00").derive(shared)
    try:
        plain = AESGCM(key).decrypt(nonce, cipher, None).rstrip(b"\x00")
    except (InvalidTag, ValueError):
        raise DecryptError("authentication failed: wrong keys or damaged body") from None
    if plain[-1:] != b"\x02":
        raise DecryptError("bad padding delimiter on the last record")
    return plain[:-1]


class VapidError(Exception):
    """A push service refuses this signature; `status` is what it answers."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def verify_vapid(authorization: str | None, audience: str, required_key: bytes | None = None) -> dict[str, Any]:
    """Verifies an RFC 8292 `Authorization: vapid t=..., k=...` header; returns the claims.

    `required_key` is the applicationServerKey the subscription is restricted to.
    Raises VapidError(401) when there is no header, VapidError(403) otherwise.
    """
    head, claims, key_bytes = _signed_claims(authorization)
    if head.get("alg") != "ES256":
        raise VapidError(403, f"alg is {head.get('alg')!r}, must be ES256")
    _check_claims(claims, audience)
    if required_key is not None and key_bytes != required_key:
        raise VapidError(403, "k is not the applicationServerKey of this subscription")
    return claims


def _signed_claims(authorization: str | None) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Header, claims and key of a token whose signature is right."""
    if not authorization:
        raise VapidError(401, "missing Authorization header")
    scheme, _, parameters = authorization.partition(" ")
    if scheme.lower() != "vapid":
        raise VapidError(401, f"scheme {scheme!r} is not 'vapid' (RFC 8292)")
    pairs = (part.partition("=") for part in parameters.split(","))
    fields = {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}
    try:
        key_bytes = unb64u(fields["k"])
        head64, body64, signature64 = fields["t"].split(".")
        head, claims, signature = json.loads(unb64u(head64)), json.loads(unb64u(body64)), unb64u(signature64)
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key_bytes)
    except (KeyError, ValueError, binascii.Error) as error:
        raise VapidError(403, f"malformed vapid header: {error!r}") from None
    if len(signature) != 64:
        raise VapidError(403, "signature is not 64 bytes")
    both = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        key.verify(both, f"{head64}.{body64}".encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise VapidError(403, "bad signature") from None
    return head, claims, key_bytes


def _check_claims(claims: dict[str, Any], audience: str) -> None:
    now = time.time()
    if claims.get("aud") != audience:
        raise VapidError(403, f"aud is {claims.get('aud')!r}, must be {audience!r}")
    expires = claims.get("exp")
    if not isinstance(expires, (int, float)) or isinstance(expires, bool):
        raise VapidError(403, "exp is missing or not a number")
    if expires <= now:
        raise VapidError(403, f"token expired {now - expires:.0f} s ago")
    if expires > now + MAX_VAPID_LIFETIME + 60:
        raise VapidError(403, f"exp is {(expires - now) / 3600:.1f} h away, at most 24 h allowed")
    # Optional in the RFC, but Apple answers 403 BadJwtToken without a good one (also for mailto:someone@localhost).
    subject = claims.get("sub")
    if not isinstance(subject, str) or not re.match(r"(mailto:[^@\s]+@[^@\s]+\.[^@\s.]+|https://\S+)$", subject):
        raise VapidError(403, f"sub is {subject!r}, must be a mailto: of a real domain or an https: URL")
