"""`tte augment`: raises signed PDFs to a higher level, and what the register holds; renews what runs out."""

from __future__ import annotations

import errno
import re
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tte.cli.console import AsJson, err, home_of, out, print_json, report
from tte.cli.exits import Exit
from tte.cli.files import OutputError, output_folder, settled, write_as
from tte.cli.levels import Behind
from tte.errors import ConfigError, TteError
from tte.issuance import now
from tte.model import Indication, Level, Report
from tte.office import Home
from tte.pades import Augmented
from tte.pades import augment as raise_to
from tte.pades.augmentation.services import Services
from tte.validation import MAX_SIZE, Trust, validate

if TYPE_CHECKING:
    from tte.augmentation import Reached

_SUFFIX: Final = re.compile(r"-B-(B|T|LT|LTA)$")


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
        raise typer.Exit(_in_register(home, before=timedelta(days=before) if renew else None, as_json=as_json))
    if folder:
        output_folder(folder)
    tally: Counter[Exit] = Counter()
    with home.services(home.profile(key or home.settings.default_key)) as services:
        for file in files or ():
            tally[_raise(file, level, services, folder, as_json=as_json)] += 1
    settled()
    codes = (Exit.USAGE, Exit.REFUSED, Exit.UNAVAILABLE, Exit.INDETERMINATE)
    raise typer.Exit(next((code for code in codes if tally[code]), Exit.DONE))


def _raise(file: Path, level: Level, services: Services, folder: Path | None, *, as_json: bool) -> Exit:
    """Raise one file and say what came of it; its exit code."""
    try:
        pdf = _read(file)
    except OSError as why:
        err.print(f"{file} cannot be read: {why.strerror or why}", style="red")
        return Exit.USAGE
    try:
        if _target(file, level, folder).exists():
            raise OutputError(f"{_target(file, level, folder)} is there", hint="move it away or choose another --out")
        found = raise_to(pdf, level, services)
        judged = validate(found.pdf, Trust(services.anchors), now())
        target = None if found.pdf == pdf else _target(file, _confirmed(found, judged), folder)
        if target:
            write_as(target, found.pdf)
    except TteError as why:
        if as_json:
            problems = [{"field": one.field, "message": one.message} for one in getattr(why, "problems", ())]
            content = {"code": why.code, "message": str(why.args[0]), "hint": why.hint, "problems": problems}
            print_json("not-raised", {"file": file, **content})
        else:
            report(why, what=str(file))
        return Exit.REFUSED
    _tell(file, target, found, judged, as_json=as_json)
    return Exit.UNAVAILABLE if found.stopped else Exit.of_indications([judged.indication])


def _read(file: Path) -> bytes:
    if not file.is_file():
        raise OSError(errno.EINVAL, "there is no such file")
    if file.stat().st_size > MAX_SIZE:
        raise OSError(errno.EFBIG, "it is larger than 64 MB")
    return file.read_bytes()


def _confirmed(found: Augmented, judged: Report) -> Level | None:
    """The level, if our own validation finds it in every signature; a file that does not pass has none."""
    passed = judged.indication is Indication.TOTAL_PASSED
    return found.level if passed and {one.level for one in judged.signatures} == {found.level} else None


def _target(file: Path, level: Level | None, folder: Path | None) -> Path:
    """NAME-LEVEL.pdf, or NAME-raised.pdf without a level; a level that the name ends with already is replaced."""
    return (folder or file.parent) / f"{_SUFFIX.sub('', file.stem)}-{level or 'raised'}.pdf"


def _tell(file: Path, target: Path | None, found: Augmented, judged: Report, *, as_json: bool) -> None:
    why, level = found.stopped, _confirmed(found, judged)
    if as_json:
        behind = {"code": why.code, "fault": why.fault, "message": str(why), "hint": why.hint} if why else None
        verdict = {"indication": judged.indication, "sub_indication": judged.sub_indication}
        content = {"written": target, "level": level, **verdict, "until": found.until, "stopped": behind}
        print_json("augmented", {"file": file, **content})
        return
    where = f", in {target}" if target else ", as it was"
    out.print(f"{file}: {level or 'no level'}{where}", style="yellow" if why or not level else "green")
    if not level:
        out.print(f"  validation says {judged.indication} {judged.sub_indication or ''}: see tte verify")
    if found.until:
        out.print(f"  its newest time-stamp can be relied on until {found.until:%Y-%m-%d}")
    if why:
        report(why, what="it got no farther")


def _in_register(home: Home, *, before: timedelta | None, as_json: bool) -> Exit:
    """Raise what is below its goal, or renew what runs out within `before`."""
    if not home.has_register():
        raise ConfigError(f"{home.path} has no register yet", hint="the first tte issue makes it")
    behind, count, failed = Behind(), 0, 0
    with home.open_register() as register:
        found: Iterable[Reached] = (
            home.raise_pending(register) if before is None else home.renew_expiring(register, now() + before)
        )
        for reached in found:
            count, failed = count + 1, failed + bool(reached.why)
            behind.note(reached.entry, reached.why)
            if as_json:
                _tell_entry(reached)
            elif reached.why:
                report(reached.why, what=f"{reached.entry.template} {reached.entry.id}")
    if not as_json:
        out.print(f"{count - failed} of {count} {'raised' if before is None else 'renewed'}{behind.levels}.")
        behind.report()
    return Exit.UNAVAILABLE if failed else Exit.DONE


def _tell_entry(reached: Reached) -> None:
    entry, why = reached.entry, reached.why
    names = ("seq", "office", "template", "number", "id", "pdf_sha256", "level", "held", "until")
    content = {name: getattr(entry, name) for name in names}
    goal = entry.goal.level if entry.goal else None
    print_json("raised", {**content, "goal": goal, "behind": why.code if why else None})
