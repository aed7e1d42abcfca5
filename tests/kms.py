"""AWS KMS on this machine: moto's server, with what moto leaves out of Sign.

moto 5 signs the digest of a digest: it reads MessageType and does not follow it. It signs with disabled keys, too. Here
Sign with MessageType DIGEST is answered in front of moto, at the HTTP interface, with moto's own keys, as the API
reference says (2014-11-01, Sign). Everything else is moto's answer. A test may also say what is answered instead.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIEnvironment

import boto3.session
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.kms.models import kms_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import rsa

REGION = "ap-southeast-3"

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIAUJICOBA",
    "AWS_SECRET_ACCESS_KEY": "uji-coba",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}

Instead = Callable[[dict[str, Any]], tuple[int, dict[str, Any]] | bytes | None]
"""What is answered to one request instead of an answer by KMS: status and JSON, or a page; None: KMS answers."""


def refusal(code: str, status: int = 400) -> Instead:
    """An error as KMS sends it; its message must not be shown to anybody."""
    return lambda asked: (status, {"__type": code, "message": "User: arn:aws:iam::111122223333:user/rahasia-sekali"})


class Kms:
    """KMS, running. `asked` are the requests that came, `instead` what the next ones are answered."""

    def __init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self.asked: list[str] = []
        self.instead: deque[Instead] = deque()
        self.url = ""

    @cached_property
    def client(self) -> Any:
        """boto3's own client for it."""
        return boto3.session.Session().client("kms", endpoint_url=self.url, region_name=REGION)

    def make(self, spec: str, usage: str = "SIGN_VERIFY") -> str:
        """A new key; gives its ARN."""
        return str(self.client.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["Arn"])

    def uri(self, key: str, certificate: str = "key.pem", **access: str) -> str:
        there = {"region": REGION, "endpoint": self.url, **access}
        return f"awskms:key={quote(key, safe='')};certificate={certificate}?" + "&".join(
            f"{name}={quote(value, safe='')}" for name, value in there.items()
        )

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        operation = environ.get("HTTP_X_AMZ_TARGET", "").partition(".")[2]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        asked = json.loads(body or b"{}")
        self.asked.append(operation)
        answer = self.instead.popleft()(asked) if self.instead else None
        if answer is None and operation == "Sign" and asked.get("MessageType") == "DIGEST":
            answer = _signed(asked)
        if answer is None:
            environ["wsgi.input"] = BytesIO(body)
            moto: Iterable[bytes] = self._moto(environ, start)
            return moto
        status, content = (200, answer) if isinstance(answer, bytes) else (answer[0], json.dumps(answer[1]).encode())
        start(f"{status} .", [("Content-Type", "application/x-amz-json-1.1"), ("Content-Length", str(len(content)))])
        return [content]


def _signed(asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    backend = kms_backends[DEFAULT_ACCOUNT_ID][REGION]
    named = asked["KeyId"]
    key = backend.keys.get(backend.any_id_to_key_id(named))
    if key is None:
        return 400, {"__type": "NotFoundException"}
    if key.key_state == "PendingDeletion":
        return 400, {"__type": "KMSInvalidStateException"}
    if not key.enabled:
        return 400, {"__type": "DisabledException"}
    if key.key_usage != "SIGN_VERIFY" or asked["SigningAlgorithm"] not in key.signing_algorithms:
        return 400, {"__type": "InvalidKeyUsageException"}
    digest = base64.b64decode(asked["Message"], validate=True)
    kind = hashes.SHA384() if asked["SigningAlgorithm"].endswith("384") else hashes.SHA256()
    if len(digest) != kind.digest_size:
        return 400, {"__type": "ValidationException"}
    held: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = vars(key.private_key)["private_key"]
    if isinstance(held, ec.EllipticCurvePrivateKey):
        signature = held.sign(digest, ec.ECDSA(Prehashed(kind)))
    else:
        signature = held.sign(digest, padding.PKCS1v15(), Prehashed(kind))
    return 200, {
        "KeyId": key.arn,
        "Signature": base64.b64encode(signature).decode(),
        "SigningAlgorithm": asked["SigningAlgorithm"],
    }


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 werkzeug's name
        pass


@contextmanager
def kms_server() -> Iterator[Kms]:
    """KMS, answering on 127.0.0.1 for the length of a block, in which boto3 finds credentials for it alone."""
    kms = Kms()
    server = make_server("127.0.0.1", 0, kms, threaded=True, request_handler=_Quiet)
    kms.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("AWS_")]:
                patch.delenv(name)
            for name, value in ENVIRONMENT.items():
                patch.setenv(name, value)
            yield kms
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
