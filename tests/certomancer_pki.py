"""A whole PKI over HTTP on this machine, by certomancer: CA, CRLs, OCSP and a TSA, at a fixed time or with a clock."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from werkzeug.serving import make_server

from tte.backends.memory import PrivateKey
from tte.testing.pki import generate

KEYS = ("root", "interm", "interm-ocsp", "tsa", "pejabat")


@dataclass(frozen=True)
class Pki:
    """The signer's private key and certificate, its issuer, the anchor, and where the TSA answers."""

    private: PrivateKey
    certificate: x509.Certificate
    issuer: x509.Certificate
    anchor: x509.Certificate
    tsa_url: str


@contextmanager
def certomancer_pki(folder: Path, *, at: datetime | None, algorithm: str = "ecdsa-p256") -> Iterator[Pki]:
    """The PKI, answering for the length of a block as if it were `at`; None: now. Keys go into `folder`."""
    keys = {name: generate(algorithm if name == "pejabat" else "ecdsa-p256") for name in KEYS}
    for name, key in keys.items():
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.key.pem").write_bytes(pem)
    server = make_server("127.0.0.1", 0, lambda environ, start: animator(environ, start), threaded=True)
    url = f"http://127.0.0.1:{server.port}"
    settings = Path(__file__).with_name("certomancer.yml")
    config = CertomancerConfig.from_file(str(settings), key_search_dir=str(folder), external_url_prefix=url)
    animator = Animator(AnimatorArchStore(config.pki_archs), at_time=at, with_web_ui=False)
    arch = config.get_pki_arch(ArchLabel("demo"))

    def certificate(label: str) -> x509.Certificate:
        return x509.load_der_x509_certificate(arch.get_cert(CertLabel(label)).dump())

    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Pki(
            keys["pejabat"], certificate("pejabat"), certificate("interm"), certificate("root"), f"{url}/demo/tsa/tsa"
        )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
