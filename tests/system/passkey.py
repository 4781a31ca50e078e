"""An authenticator in software for system tests: ES256 (P-256) in plain Python, and the codes of an authenticator app.

    device = Passkey()
    client.must("POST", "/api/v1/me/passkeys", device.made(question))
    client.must("POST", "/api/v1/sign-in/passkey", device.used(question))
"""
import base64
import hashlib
import hmac
import json
import os
import secrets
import time

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def _add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    if a == b:
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def _times(number, point):
    result = None
    while number:
        if number & 1:
            result = _add(result, point)
        point = _add(point, point)
        number >>= 1
    return result


def _integer(number):
    raw = number.to_bytes(33, "big").lstrip(b"\0")
    raw = (b"\0" if raw[0] & 0x80 else b"") + raw
    return b"\x02" + bytes([len(raw)]) + raw


def base64url(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Passkey:
    def __init__(self):
        self.secret = secrets.randbelow(N - 1) + 1
        self.public = _times(self.secret, G)
        self.id, self.count = os.urandom(16), 0

    def _head(self, site, flags):
        self.count += 1
        return hashlib.sha256(site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    @staticmethod
    def _client(kind, question):
        return json.dumps({"type": kind, "challenge": question["challenge"], "origin": question["origin"], "crossOrigin": False}).encode()

    def made(self, question, name="Test device"):
        x, y = (value.to_bytes(32, "big") for value in self.public)
        key = bytes.fromhex("a5010203262001215820") + x + bytes.fromhex("225820") + y
        data = self._head(question["site"], 0x45) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + key
        return {"name": name, "authenticator_data": base64url(data), "client_data": base64url(self._client("webauthn.create", question))}

    def used(self, question):
        data, client = self._head(question["site"], 0x05), self._client("webauthn.get", question)
        digest = int.from_bytes(hashlib.sha256(data + hashlib.sha256(client).digest()).digest(), "big")
        nonce = secrets.randbelow(N - 1) + 1
        r = _times(nonce, G)[0] % N
        s = pow(nonce, -1, N) * (digest + r * self.secret) % N
        pair = _integer(r) + _integer(s)
        return {"credential_id": base64url(self.id), "authenticator_data": base64url(data), "client_data": base64url(client),
                "signature": base64url(b"\x30" + bytes([len(pair)]) + pair)}


def code_of(secret, at=None):
    """What an authenticator app shows for this base32 secret."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, int((time.time() if at is None else at) // 30).to_bytes(8, "big"), "sha1").digest()
    start = mac[19] & 15
    return f"{(int.from_bytes(mac[start:start + 4], 'big') & 0x7FFFFFFF) % 1000000:06d}"
