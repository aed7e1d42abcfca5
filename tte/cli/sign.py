"""`tte sign`: a signature on a PDF that somebody else made. The file that is given stays as it is."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tte.cli.console import AsJson, err, home_of, now, out, print_json, report
from tte.cli.exits import Exit
from tte.cli.expiry import warn_of_expiry
from tte.cli.files import OutputError, settled
from tte.cli.typing_in import typed
from tte.errors import ConfigError, ImageRefused, LintError, ServiceUnavailable
from tte.model import Level

if TYPE_CHECKING:
    from tte.key import Key
    from tte.office import Home, Profile
    from tte.uploads import Mark, Placing, UploadDraft


def sign(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The PDF to sign.")],
    key: Annotated[str | None, typer.Option("--key", metavar="PROFILE", help="The key profile that signs.")] = None,
    target: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="The signed file.", show_default="NAME-signed.pdf beside it"),
    ] = None,
    box: Annotated[
        str | None,
        typer.Option(
            "--box",
            metavar="X,Y,W,H",
            help="Where it is seen, in points from the bottom left of the page as seen; W,H with --tag.",
        ),
    ] = None,
    page: Annotated[
        int | None,
        typer.Option("--page", help="The page, from 1; -1 is the last.", show_default="1, or any with --tag"),
    ] = None,
    tag: Annotated[
        str | None,
        typer.Option("--tag", metavar="TEXT", help="Put it where this text stands, such as #, instead of it."),
    ] = None,
    image: Annotated[
        Path | None, typer.Option("--image", metavar="PICTURE", help="What is seen: a PNG or JPEG.")
    ] = None,
    qr: Annotated[str, typer.Option("--qr", metavar="TEXT", help="What is seen: a QR code of this.")] = "",
    lines: Annotated[
        list[str] | None, typer.Option("--line", metavar="TEXT", help="A line of text in the box; may be repeated.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why it is signed, said in the signature.")] = "",
    location: Annotated[str, typer.Option("--location", help="Where it is signed, said in the signature.")] = "",
    contact: Annotated[str, typer.Option("--contact", help="How to reach the signer, said in the signature.")] = "",
    field: Annotated[
        str, typer.Option("--field", metavar="NAME", help="An empty signature field of the PDF, or the new one's name.")
    ] = "",
    encrypted: Annotated[bool, typer.Option("--password", help="Ask for the password of the PDF.")] = False,
    descriptor: Annotated[
        int | None, typer.Option("--fd", metavar="N", help="Read that password from descriptor N, as in 3<file.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse a PDF that holds what could act, or change what is seen.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Sign a PDF that somebody else made; the file that is given stays as it is.

    A signed copy is written, and no file is overwritten. The signature is added after the file, so earlier signatures
    stay valid. Without --box or --tag it is not seen on the page. It gets the level of the key profile, if the trust
    services answer. What is in the file that a signer should know is said in codes (docs/sign.md). The register does
    not know of files signed so.

    Exit code 0: signed; 1: the PDF cannot be signed, or not so; 2: usage; 4: key or trust services unavailable.
    """
    from tte.uploads import prepare_upload

    home = home_of(context)
    placing, mark = _placing(box, page, tag), _mark(image, qr, lines or ())
    written = target or file.with_name(f"{file.stem}-signed.pdf")
    if written.exists():
        raise OutputError(f"{written} is there already", hint="move it away or choose another --out")
    if not file.is_file():
        raise ConfigError(f"{file} is not there, or is no file")
    password = typed("password of the PDF", descriptor) if encrypted or descriptor is not None else ""
    name = key or home.settings.default_key
    if home.signs_whole_documents(name):
        raise ConfigError(
            f"{name} is a service that takes whole documents and draws what is seen itself",
            hint="choose a key that signs digests: --key PROFILE",
        )
    with home.open_key(name) as (profile, opened):
        home.trust_for(opened.identity)
        warn_of_expiry(opened.identity.certificate)
        try:
            draft = prepare_upload(
                file,
                opened.identity,
                at=now(),
                placing=placing,
                mark=mark,
                reason=reason,
                location=location,
                contact=contact,
                field_name=field,
                password=password,
                room=0 if profile.level is Level.B_B else profile.tsa_room,
                strict=strict,
            )
        except LintError as why:
            report(why, what=str(file))
            raise typer.Exit(Exit.REFUSED) from None
        level, stopped = _write(draft, opened, written, home, profile)
    settled()
    if as_json:
        behind = {"code": stopped.code, "message": str(stopped), "hint": stopped.hint} if stopped else None
        content = {"level": level, "field": draft.field, "findings": draft.findings, "stopped": behind}
        print_json("signed", {"file": file, "written": written, **content})
    else:
        out.print(f"{written}: signed, {level}", style="yellow" if stopped else "green")
        if draft.findings:
            out.print(f"  found in it: {', '.join(draft.findings)} (docs/sign.md)")
        if stopped:
            report(stopped, what="it got no farther")
    raise typer.Exit(Exit.UNAVAILABLE if stopped else Exit.DONE)


def _placing(box: str | None, page: int | None, tag: str | None) -> Placing | None:
    from tte.uploads import AtTag, OnPage

    if box is None:
        if tag is not None or page is not None:
            raise ConfigError("--page and --tag want a --box", hint="--box 40,40,200,80, or --tag '#' --box 100,100")
        return None
    try:
        numbers = [float(number) for number in box.split(",")]
        if tag is not None:
            width, height = numbers
            return AtTag(tag, width, height, page)
        x, y, width, height = numbers
        return OnPage(x, y, width, height, 1 if page is None else page)
    except ValueError:
        raise ConfigError(
            "--box is four numbers, or two with --tag, which is 1 to 100 characters",
            hint="--box 40,40,200,80: from the left, from the bottom, width, height, in points of 1/72 inch",
        ) from None


def _mark(image: Path | None, qr: str, lines: Sequence[str]) -> Mark:
    from tte.uploads import Mark

    if image and qr:
        raise ConfigError("--image or --qr, not both")
    try:
        return Mark(image=image.read_bytes() if image else b"", qr=qr, lines=tuple(lines))
    except OSError as why:
        raise ImageRefused(f"{image} cannot be read: {why.strerror}", hint="give a PNG or JPEG file") from None


def _write(
    draft: UploadDraft, key: Key, target: Path, home: Home, profile: Profile
) -> tuple[Level, ServiceUnavailable | None]:
    """Write the signed file whole or not at all; its level, and what stopped it from getting farther."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with draft, part.open("xb") as stream:
            (signature,) = key.sign([draft.digest])
            draft.write(signature, stream)
        level, stopped = Level.B_B, None
        if profile.level is not Level.B_B:
            level, stopped = _raise(part, home, profile)
        part.rename(target)
    except OSError as why:
        raise OutputError(f"{target} cannot be written: {why.strerror}", hint="choose another --out") from why
    finally:
        part.unlink(missing_ok=True)
    return level, stopped


def _raise(file: Path, home: Home, profile: Profile) -> tuple[Level, ServiceUnavailable | None]:
    """Raise it to the level of the profile. A file that is encrypted or hybrid stays at B-B, and it is said."""
    from tte.pades import augment

    with home.services(profile) as services:
        try:
            found = augment(file.read_bytes(), profile.level, services)
        except LintError as why:
            err.print(f"it stays at B-B: {why}", style="yellow")
            return Level.B_B, None
    file.write_bytes(found.pdf)
    return found.level, found.stopped
