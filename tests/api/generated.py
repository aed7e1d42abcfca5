"""A Python client made from what `tte serve` says of /v1, and used: issue, fetch, validate, withdraw. `make client`.

The generator (openapi-python-client) is fetched for the run by uv, apart from our own packages; what it makes is used
once and kept nowhere. Any warning of the generator is a failure: a piece would be missing.
"""

from __future__ import annotations

import io
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.api.conftest import TEMPLATE, record, unattended
from tests.api.test_serving import key_of, served
from tte.testing.homes import sample_home

GENERATOR = "openapi-python-client==0.29.1"
NAME = "tte_client"
SETTINGS = """
post_hooks: []
content_type_overrides:
  application/pdf: application/octet-stream
  text/csv: application/octet-stream
  application/x-ndjson: application/octet-stream
"""


def generate(url: str, folder: Path) -> None:
    """Make the client into a folder."""
    (folder / "settings.yml").write_text(SETTINGS)
    uv = str(Path(sys.executable).with_name("uv"))
    tool = [uv, "tool", "run", "--from", GENERATOR, "openapi-python-client", "generate"]
    where = ["--url", f"{url}/v1/openapi.json", "--config", str(folder / "settings.yml"), "--meta", "none"]
    done = subprocess.run([*tool, *where, "--output-path", str(folder / NAME)], capture_output=True, text=True)
    said = done.stdout + done.stderr
    if done.returncode or "WARNING" in said or "Unable" in said:
        raise SystemExit(f"the client could not be made whole:\n{said}")


def of(place: str, *names: str) -> Any:
    """A module of the client, or what it calls so."""
    found: Any = import_module(f"{NAME}.{place}")
    for name in names:
        found = getattr(found, name)
    return found


def use(url: str, key: str) -> None:
    """What an application does in its life."""
    client = of("client", "AuthenticatedClient")(base_url=url, token=key)
    new = of("models", "NewDocument").from_dict({"template": TEMPLATE, "record": record()})
    issued = of("api.documents.issue_document").sync(client=client, body=new)
    assert issued.number == record()["nomor_akta"], issued
    fetched = of("api.documents.get_document").sync(issued.id, client=client)
    assert fetched.pdf_sha256 == issued.pdf_sha256
    listed = of("api.documents.list_documents").sync(client=client, state=of("models", "DocumentState").ISSUED)
    assert [one.id for one in listed.items] == [issued.id]
    pdf = of("api.documents.get_document_pdf").sync(issued.id, client=client).payload.read()
    file = of("types", "File")(payload=io.BytesIO(pdf), file_name="akta.pdf", mime_type="application/pdf")
    body = of("models", "ValidateFilesBody")(file=file)
    report = of("api.validations.validate").sync(client=of("client", "Client")(base_url=url), body=body).to_dict()
    assert report["indication"] == "TOTAL-PASSED", report
    reason = of("models", "Withdrawal")(reason="salah tulis")
    draft = of("api.documents.propose_withdrawal").sync(issued.id, client=client, body=reason)
    assert draft.kind == "withdraw", draft
    again = of("api.documents.propose_withdrawal").sync(issued.id, client=client, body=reason)
    assert again.status == 409, again  # a refusal is a value as well
    print(f"a generated client has issued, fetched, validated {len(pdf)} bytes, and proposed to withdraw")


def main() -> None:
    with TemporaryDirectory() as made:
        home = unattended(sample_home(Path(made) / "home"))
        key = key_of(home)
        with served(home) as (port, _):
            url = f"http://127.0.0.1:{port}"
            generate(url, Path(made))
            sys.path.insert(0, made)
            use(url, key)


if __name__ == "__main__":
    main()
