"""`tte augment`: raises signed PDFs to a higher level, and what the register holds; renews what runs out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tte.cli.console import AsJson, err, home_of, out, print_json, report
from tte.cli.exits import Exit
from tte.cli.files import output_folder, settled, write_as
from tte.cli.pending import in_register
from tte.cli.raised import farthest, read_input, target_of
from tte.errors import ConfigError, TteError
from tte.issuance import now
from tte.model import Indication, Level, Report
from tte.office.levels import IN_FLIGHT
from tte.pades import Augmented
from tte.pades import augment as raise_to
from tte.validation import Trust, validate

if TYPE_CHECKING:
    from tte.services import Services


class Unreadable(TteError):
    """A file that is not there, is none, or is too large."""

    code = "unreadable"


def augment(
    context: typer.Context,
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]…", help="Signed PDF files.")] = None,
    level: Annotated[Level, typer.Option("--level", help="The PAdES baseline level to reach.")] = Level.B_LTA,
    key: Annotated[
        str | None,
        typer.Option(
            "--key", metavar="PROFILE", help="The key profile that names the trust services. No key is opened."
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="DIR", help="Where raised files go.", show_default="beside the file"),
    ] = None,
    pending: Annotated[
        bool, typer.Option("--pending", help="Raise what the register holds below the level it is to reach.")
    ] = False,
    renew: Annotated[
        bool, typer.Option("--renew", help="Renew what the register holds at B-LTA, before its proofs run out.")
    ] = False,
    before: Annotated[
        int, typer.Option("--before", metavar="DAYS", min=1, help="With --renew: what runs out within so many days.")
    ] = 90,
    as_json: AsJson = False,
) -> None:
    """Add time-stamps and validation data to signed PDFs, so that they can be believed after certificates expire.

    The file that is given stays; NAME-B-LTA.pdf is written beside it or into DIR, and no file is overwritten. What a
    service that is down does not allow is left for later: what was reached is written, under the name of its level.

    Exit code 0: all is at the level; 1: a file cannot be raised; 3: one is INDETERMINATE; 4: a service gave nothing
    that can be used, run it again.
    """
    home = home_of(context)
    if sum((bool(files), pending, renew)) != 1:
        raise ConfigError("tte augment wants one of three: files, --pending or --renew")
    if pending or renew:
        raise typer.Exit(in_register(home, before=timedelta(days=before) if renew else None, as_json=as_json))
    if folder:
        output_folder(folder)
    tally: Counter[Exit] = Counter()
    with home.services(home.profile(key or home.settings.default_key)) as services:
        try:
            for told in _raised(files or (), level, services, folder):
                tally[_tell(told, folder, as_json=as_json)] += 1
        except KeyboardInterrupt:
            services.close()
            done = f"{tally[Exit.DONE]} of {len(files or ())} files are at the level"
            err.print(f"interrupted: {done}; run the same command again to go on from what was reached")
            raise typer.Exit(Exit.INTERRUPTED) from None
        finally:
            settled()
    codes = (Exit.USAGE, Exit.REFUSED, Exit.UNAVAILABLE, Exit.INDETERMINATE)
    raise typer.Exit(next((code for code in codes if tally[code]), Exit.DONE))


@dataclass(frozen=True, slots=True)
class _Told:
    """What came of a file: where it was gone on from, how far it came; or why it could not be raised."""

    file: Path
    start: tuple[Path, bytes] | None = None
    found: Augmented | None = None
    judged: Report | None = None
    why: TteError | OSError | None = None


def _raised(files: Sequence[Path], level: Level, services: Services, folder: Path | None) -> Iterator[_Told]:
    """Raise some files at a time; what came of each, in order, and when interrupted, of those that came to something.

    Nothing is written beside each other: two files may want one name.
    """
    with ThreadPoolExecutor(IN_FLIGHT, "augment") as pool:
        for some in (files[at : at + IN_FLIGHT] for at in range(0, len(files), IN_FLIGHT)):
            tries = [pool.submit(_raise, file, level, services, folder) for file in some]
            told = 0
            try:
                for one in tries:
                    result = one.result()
                    told += 1
                    yield result
            except KeyboardInterrupt:
                services.close()
                ends = [one for one in tries[told:] if not one.cancel()]
                yield from (one.result() for one in ends)
                raise


def _raise(file: Path, level: Level, services: Services, folder: Path | None) -> _Told:
    try:
        start = farthest(file, read_input(file), level, folder)
        found = raise_to(start[1], level, services)
        return _Told(file, start, found, validate(found.pdf, Trust(services.anchors), now()))
    except (TteError, OSError) as why:
        return _Told(file, why=why)


def _confirmed(found: Augmented, judged: Report) -> Level | None:
    """The level, if our own validation finds it in every signature; a file that does not pass has none."""
    passed = judged.indication is Indication.TOTAL_PASSED
    return found.level if passed and {one.level for one in judged.signatures} == {found.level} else None


def _tell(told: _Told, folder: Path | None, *, as_json: bool) -> Exit:
    """Write what was raised, and say what came of it; its exit code."""
    if told.start is None or told.found is None or told.judged is None:
        return _tell_refused(told.file, told.why, as_json=as_json)
    (source, before), found, judged = told.start, told.found, told.judged
    level = _confirmed(found, judged)
    written = None if found.pdf == before else target_of(told.file, level, folder)
    if written:
        try:
            write_as(written, found.pdf)
        except TteError as why:
            return _tell_refused(told.file, why, as_json=as_json)
    stopped = found.stopped
    code = Exit.UNAVAILABLE if stopped else Exit.of_indications([judged.indication])
    if as_json:
        behind = (
            {"code": stopped.code, "fault": stopped.fault, "message": str(stopped), "hint": stopped.hint}
            if stopped
            else None
        )
        verdict = {"indication": judged.indication, "sub_indication": judged.sub_indication}
        content = {"written": written, "level": level, **verdict, "until": found.until, "stopped": behind}
        print_json("augmented", {"file": told.file, "from": source, **content})
        return code
    where = f", in {written}" if written else f", in {source}" if source != told.file else ", as it was"
    out.print(f"{told.file}: {level or 'no level'}{where}", style="yellow" if stopped or not level else "green")
    if not level:
        out.print(f"  validation says {judged.indication} {judged.sub_indication or ''}: see tte verify")
    if found.until:
        out.print(f"  its newest time-stamp can be relied on until {found.until:%Y-%m-%d}")
    if stopped:
        report(stopped, what="it got no farther")
    return code


def _tell_refused(file: Path, why: TteError | OSError | None, *, as_json: bool) -> Exit:
    if isinstance(why, TteError):
        error, code = why, Exit.REFUSED
    else:
        error, code = Unreadable(f"it cannot be read: {why and why.strerror}"), Exit.USAGE
    if as_json:
        problems = [{"field": one.field, "message": one.message} for one in getattr(error, "problems", ())]
        content = {"code": error.code, "message": str(error.args[0]), "hint": error.hint, "problems": problems}
        print_json("not-raised", {"file": file, **content})
    else:
        report(error, what=str(file))
    return code
