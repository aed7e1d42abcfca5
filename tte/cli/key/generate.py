"""`tte key generate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tte.cli.console import AsJson, home_of, out, print_json
from tte.cli.key.words import ProfileName, check_is_key
from tte.office.making import make_key


def generate(
    context: typer.Context,
    profile: ProfileName,
    subject: Annotated[
        str, typer.Option("--subject", metavar="NAME", help="Whose key it is: CN=…,O=…,C=ID (RFC 4514).")
    ],
    request: Annotated[Path, typer.Option("--csr", metavar="FILE", help="Where the request goes; a new file.")],
    algorithm: Annotated[
        str, typer.Option("--algorithm", help="rsa-2048, rsa-3072, rsa-4096, ecdsa-p256 or ecdsa-p384.")
    ] = "rsa-3072",
    as_json: AsJson = False,
) -> None:
    """Make the private key that a profile names, and a request (CSR) for its certificate.

    The key is made where it will be used and does not leave it; a key that is there already is never written over. The
    request goes to your PSrE. For a key in a file the PIN is set now: with prompt: it is asked for twice.
    """
    home = home_of(context)
    check_is_key(home, profile, hint="the official's key is BSrE's and is not made here; see docs/keys/esc.md")
    made = make_key(home, profile, subject=subject, algorithm=algorithm, request=request)
    if as_json:
        content = {"profile": profile, "key": str(made.uri), "algorithm": made.algorithm, "file": str(made.request)}
        print_json("key-request", {**content, "subject": made.subject.rfc4514_string()})
        return
    out.print(f"{made.uri} is made ({made.algorithm}); it has no certificate yet.", style="green")
    out.print("Next:")
    out.print(f"  1. send {made.request} to your PSrE")
    out.print(f"  2. when the certificate has come: tte key import-certificate {profile} FILE")
