"""`tte seal show` and `verify`: from a signed PDF, a picture or scan, or the text itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from tte.cli.console import AsJson, home_of, now, out, print_json
from tte.cli.exits import Exit
from tte.cli.seal.keys import day
from tte.cli.seal.scanning import modules_read, scanned
from tte.errors import ConfigError
from tte.model import Indication
from tte.seal import KINDS, Claim, KeyList, Malformed, Reading, Root, StatusList, read, read_key_list, read_status_list
from tte.seal.words import DAYS, INDICATIONS, NAMES, SAID
from tte.validation.verdict import MAX_SIZE

What = Annotated[str, typer.Argument(metavar="FILE.pdf|IMAGE|TEXT", help="A PDF, a picture or scan, or the text.")]
Lists = Annotated[
    Path | None, typer.Option("--lists", metavar="DIR", help="Published lists of another office, to read by.")
]
RootXy = Annotated[
    str | None, typer.Option("--root", metavar="OFFICE:HEX", help="The root of that office: its code and its point.")
]


@dataclass(frozen=True, slots=True)
class Given:
    """The text of a code, and the PDF it was found in. `drawn`: whether the page's dots say so, if they were read."""

    text: str
    pdf: bytes = b""
    drawn: bool | None = None


def show(context: typer.Context, what: What, lists: Lists = None, root: RootXy = None, as_json: AsJson = False) -> None:
    """Say what a seal says, and what it is worth by the lists at hand."""
    given = _given(what)
    _tell(context, given, lists, root, as_json=as_json, compare=False)


def verify(
    context: typer.Context, what: What, lists: Lists = None, root: RootXy = None, as_json: AsJson = False
) -> None:
    """The same; and of a PDF, whether its signature holds and says the same as its seal. The exit code tells."""
    given = _given(what)
    raise typer.Exit(_tell(context, given, lists, root, as_json=as_json, compare=True))


def _given(what: str) -> Given:
    file = Path(what)
    try:
        if "://" in what or not file.is_file():
            return Given(what)
        with file.open("rb") as stream:
            content = stream.read(MAX_SIZE + 1)
    except OSError as why:
        raise ConfigError(f"{what[:200]} cannot be read: {why.strerror}") from why
    if len(content) > MAX_SIZE:
        raise ConfigError(f"{file} is larger than any document")
    if not content.startswith(b"%PDF-"):
        return Given(scanned(content, file))
    from tte.checking.sealed_file import seal_in

    found = seal_in(content)
    if found is None:
        return Given(scanned(content, file), content)
    return Given(found.text, content, modules_read(found))


def _tell(
    context: typer.Context, given: Given, lists: Path | None, root: str | None, *, as_json: bool, compare: bool
) -> Exit:
    keys, status = _of_others(lists, root) if lists and root else _of_home(context)
    reading = read(given.text, keys, status, int(now().timestamp()))
    indication = Indication(INDICATIONS[reading.verdict])
    differences: list[str] = []
    if given.drawn is False:
        differences.append("the dots of the code say something else than the file says of them")
    signature = None
    if compare and given.pdf:
        from tte.checking.sealed_file import agreement

        found = agreement(given.pdf, reading, home_of(context).trust(), now())
        signature = found.file.fault or str(Indication.TOTAL_PASSED)
        differences += found.differences
        if signature != Indication.TOTAL_PASSED:
            differences.append(f"the signature of the file is {signature}")
    if as_json:
        _print_json(given, reading, indication, signature, differences)
    else:
        _print(given, reading, indication, signature, differences)
    return Exit.REFUSED if differences else Exit.of_indications([indication])


def _of_home(context: typer.Context) -> tuple[list[KeyList], dict[tuple[int, int], StatusList]]:
    """The lists of this home's offices, their status as the register says it now."""
    home = home_of(context)
    at = now()
    keys: list[KeyList] = []
    status: dict[tuple[int, int], StatusList] = {}
    for office in home.settings.offices:
        seals = home.seals(office.code)
        if not seals.has_keys():
            continue
        keys.append(seals.keys())
        if home.has_register():
            with home.open_register() as register:
                for period, message in seals.status_lists(register, at).items():
                    status[int(office.code), period] = read_status_list(message, keys[-1], period)
    return keys, status


def _of_others(lists: Path, root: str) -> tuple[list[KeyList], dict[tuple[int, int], StatusList]]:
    """The lists that an office published, as anybody reads them."""
    code, _, point = root.partition(":")
    try:
        keys = read_key_list((lists / "keys").read_bytes(), Root(int(code), bytes.fromhex(point)))
        status = {
            (keys.office, int(file.name)): read_status_list(file.read_bytes(), keys, int(file.name))
            for file in sorted((lists / "status").glob("[0-9]*"))
        }
    except Malformed as why:
        raise ConfigError(f"the lists in {lists} cannot be believed: {why}") from why
    except ValueError:
        raise ConfigError("--root is the code of the office, a colon, and 128 hex digits") from None
    except OSError as why:
        raise ConfigError(f"the lists in {lists} cannot be read: {why.strerror}") from why
    return [keys], status


def _shown(reading: Reading) -> list[tuple[str, str, Any]]:
    """Facts with their names in both languages, as they are printed."""
    shown: list[tuple[str, str, Any]] = []
    for label, fact in (reading.facts or {}).items():
        names = NAMES.get(label, (f"isian {label}", f"field {label}"))
        if label in DAYS and isinstance(fact, int):
            shown.append((*names, day(fact).isoformat()))
        elif label == Claim.KIND and isinstance(fact, int):
            shown.append((*names, KINDS.get(fact, str(fact))))
        elif isinstance(fact, bytes):
            shown.append((*names, " ".join(f"{byte:02d}" for byte in fact)))
        else:
            shown.append((*names, str(fact)))
    return shown


def _print(
    given: Given, reading: Reading, indication: Indication, signature: str | None, differences: list[str]
) -> None:
    colour = {"TOTAL-PASSED": "yellow", "TOTAL-FAILED": "red"}.get(indication, "")
    out.print(f"{reading.verdict}  {SAID[reading.verdict][0]}", style=colour)
    out.print(f"  {SAID[reading.verdict][1]}")
    for name, english, fact in (("Id", "id", reading.id), *_shown(reading)) if reading.facts else ():
        out.print(f"  {name} ({english}): {fact}")
    if signature:
        out.print(f"  Tanda tangan berkas (signature of the file): {signature}")
    if given.pdf and given.drawn is None:
        out.print("  The dots of the code were not read: install zxing-cpp for that.")
    for difference in differences:
        out.print(f"  BERBEDA (they differ): {difference}", style="red")


def _print_json(
    given: Given, reading: Reading, indication: Indication, signature: str | None, differences: list[str]
) -> None:
    facts = {
        str(label): fact.hex() if isinstance(fact, bytes) else fact for label, fact in (reading.facts or {}).items()
    }
    print_json(
        "seal",
        {
            "verdict": reading.verdict,
            "indication": indication,
            "id": reading.id or None,
            "facts": facts or None,
            "status_at": reading.status_at,
            "text": given.text,
            "drawn": given.drawn,
            "signature": signature,
            "differences": differences,
        },
    )
