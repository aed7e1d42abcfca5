"""The `csc` backend against a service that others wrote: certomancer's CSC dummy, which speaks 1.0.4.0.

It asks for no token, PIN or one-time password; what it does is `info`, `credentials/list`, `credentials/info`,
`credentials/authorize` bound to the digests (SCAL2) or not, at most 10 at once, and `signatures/signHash`.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests import certomancer_pki
from tte.backends import open_key
from tte.errors import KeyNotFound
from tte.testing.keys import KeySuite, Opening
from tte.testing.pki import generate

dummy = pytest.importorskip("csc_dummy.csc_dummy_server", reason="certomancer-csc-dummy is not installed")

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.web.NotAppKeyWarning")


@contextmanager
def running(application: Any) -> Iterator[str]:
    """Where the application answers, for the length of a block."""
    from aiohttp import web

    loop = asyncio.new_event_loop()
    runner = web.AppRunner(application)
    loop.run_until_complete(runner.setup())
    site = web.TCPSite(runner, "127.0.0.1", 0)
    loop.run_until_complete(site.start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(runner.cleanup())
        loop.close()


@contextmanager
def service(folder: Path, algorithm: str, *, bound: bool) -> Iterator[str]:
    """The dummy over the PKI of `tests/certomancer.yml`; `bound`: a SAD is for the digests that it was asked for."""
    from certomancer.registry import CertomancerConfig

    for name in certomancer_pki.KEYS:
        private = generate(algorithm if name == "pejabat" else "ecdsa-p256")
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.key.pem").write_bytes(pem)
    config = CertomancerConfig.from_file(
        str(Path(certomancer_pki.__file__).with_name("certomancer.yml")),
        key_search_dir=str(folder),
        external_url_prefix="http://127.0.0.1",
    )
    parameters = dummy.DummyServiceParams(hash_pinning_required=bound, multisign=10)
    application = dummy.CSCWithCertomancer(config, service_params=parameters)
    application.register_routes()
    with running(application.app) as url:
        yield f"csc:service={quote(f'{url}/csc/v1', safe='')};credential=demo%2F"


class TestCscAtCertomancersDummy(KeySuite):
    @pytest.fixture(
        scope="class",
        params=[("rsa-2048", True), ("ecdsa-p256", False), ("ecdsa-p384", True)],
        ids=lambda given: f"{given[0]}-SCAL{1 + given[1]}",
    )
    @classmethod
    def opening(cls, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opening]:
        algorithm, bound = request.param
        with service(tmp_path_factory.mktemp("pki"), algorithm, bound=bound) as uri:
            yield Opening(f"{uri}pejabat", at=AT)


def test_a_credential_that_it_does_not_have_is_not_found(tmp_path: Path) -> None:
    with service(tmp_path, "ecdsa-p256", bound=True) as uri, pytest.raises(KeyNotFound) as refusal:
        open_key(f"{uri}lain", lambda source: source, pinned=None, at=AT)
    assert "demo/pejabat" in refusal.value.hint
