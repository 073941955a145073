"""Signed statements: in-toto Statement v1 in a DSSE envelope, Ed25519.

https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)


PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"


def seal(statement: Mapping[str, object], key: Ed25519PrivateKey) -> bytes:
    """The statement in an envelope with one signature."""
    payload = json.dumps(statement, ensure_ascii=False, sort_keys=True).encode()
    envelope = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [
            {
                "keyid": key_id(key.public_key()),
                "sig": base64.b64encode(key.sign(_signed_bytes(payload))).decode(),
            }
        ],
    }
    return json.dumps(envelope, indent=2).encode() + b"\n"


def unseal(
    envelope: bytes, keys: Mapping[str, Ed25519PublicKey]
) -> tuple[str, dict[str, Any]]:
    """Who of `keys` signed, and the statement; ValueError if not validly signed."""
    try:
        outer = json.loads(envelope)
        (signature,) = outer["signatures"]
        payload = base64.b64decode(outer["payload"], validate=True)
        signed = base64.b64decode(signature["sig"], validate=True)
        by_id = {key_id(key): name for name, key in keys.items()}
        name = by_id[signature["keyid"]]
        keys[name].verify(signed, _signed_bytes(payload))
        statement = json.loads(payload)
        known = outer["payloadType"], statement["_type"]
    except InvalidSignature as error:
        raise ValueError("the signature is not valid") from error
    except KeyError as error:
        raise ValueError("not signed with a known key, or incomplete") from error
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError("not an envelope with one signature") from error
    if known != (PAYLOAD_TYPE, STATEMENT_TYPE) or not isinstance(statement, dict):
        raise ValueError("not an in-toto statement")
    return name, statement


def key_id(key: Ed25519PublicKey) -> str:
    """SHA-256 of the 32 bytes of the public key."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()


def _signed_bytes(payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: type and payload, each with its length."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
