"""One case of the fault matrix: a process meets a fault at a place; another one recovers; nothing is lost or twice.

Run as a program it is the server of the matrix: it has loaded all and opened the key, and forks for every process of a
case, so that a case costs a fraction of a second. It is asked, and answers, by lines of JSON.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import select
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.faults.machine import Disk, disk, fired
from tests.faults.office import TEMPLATE, forked
from tests.faults.places import WatchedHome, WatchedSigning, WatchedValidation
from tests.faults.proving import problems, used_rightly
from tests.rows import births
from tte.checking import check
from tte.errors import TteError
from tte.issuance import Issued, Issuer
from tte.model import Entry, Row
from tte.office.checking import means_of
from tte.register import open_register
from tte.testing.homes import sample_home

KINDS = ("kill -9", "exception", "disk full", "sync fails", "sync fails, kept", "hang")
_DISKS = {"disk full": Disk.FULL, "sync fails": Disk.SYNC_FAILS, "sync fails, kept": Disk.SYNC_LIES}
_FIRST, _ROWS, _CHUNK = 2, 5, 2


def _rows() -> tuple[list[Row], list[Row]]:
    """Rows that are issued before the fault, and those that meet it: without numbers, each with a key of its own."""
    rows = [
        Row(row.number, {**row.values, "nomor_akta": "", "idempotency_key": f"key {row.number}"})
        for row in births(_FIRST + _ROWS)
    ]
    return rows[:_FIRST], rows[_FIRST:]


class Matrix:
    """All that is the same in every case."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = sample_home(folder / "home")
        self._open = self.home.open_key("demo")
        self.key = self._open.__enter__()
        self.empty = folder / "empty.sqlite"
        open_register(f"sqlite:{self.empty}").close()
        with self._at(folder / "warm") as home, home.issuer("demo", (TEMPLATE,)) as issuer:
            list(issuer.issue(TEMPLATE, births(2)))
            self.presses = dict(issuer.presses)
            self.templates = issuer.templates

    def _at(self, path: Path, reach: Callable[[str], None] = lambda _: None, url: str | None = None) -> Any:
        from contextlib import nullcontext

        if not path.exists():
            (path / "var").mkdir(parents=True)
            for name in ("keys", "templates"):
                (path / name).symlink_to(self.home.path / name)
            text = (self.home.path / "tte.toml").read_text(encoding="utf-8")
            if url:
                text = f'register = "{url}"\n' + re.sub(r"(?m)^register *=.*$", "", text)
            (path / "tte.toml").write_text(text, encoding="utf-8")
            if not url and hasattr(self, "empty"):
                shutil.copy(self.empty, path / "var" / "register.sqlite")
        return nullcontext(WatchedHome(path, key=self.key, reach=reach))

    def case(self, place: str, kind: str, url: str | None = None) -> dict[str, Any]:
        """What became of a case; `wrong` is empty if all is well."""
        path = self.folder / f"case-{place}-{kind}".replace(" ", "_").replace(",", "")
        self._at(path, url=url)
        out, err, hangs = path / "told", path / "errors", path / "hangs"
        process = forked(lambda: self._meet(path, place, kind, hangs), out, err)
        last = time.monotonic() + 60
        code: int | None = None
        while code is None:
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                code = os.waitstatus_to_exitcode(status)
            elif hangs.exists() or time.monotonic() > last:  # the deadline of whoever watches it
                os.kill(process, signal.SIGKILL)
            else:
                select.select([], [], [], 0.002)
        told = [json.loads(line) for line in out.read_bytes().split(b"\n")[:-1]] if out.exists() else []
        recovered = path / "recovered"
        process = forked(lambda: self._recover(path, told), recovered, err)
        os.waitpid(process, 0)
        answer: dict[str, Any] = {"code": code, "acknowledged": len(told), "hung": hangs.exists()}
        try:
            answer |= json.loads(recovered.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            answer["wrong"] = ["recovery died"]
        said = err.read_text(encoding="utf-8") if err.exists() else ""
        answer["fired"] = int((re.findall(r"fired (\d+)$", said, re.MULTILINE) or ["0"])[-1])
        if answer["wrong"] or code not in (0, 9, -9, 7):
            answer["errors"] = said[-3000:]
        else:
            shutil.rmtree(path)
        return answer

    def _issuer(self, issuer: Issuer) -> Issuer:
        issuer = dataclasses.replace(issuer, giving=True, chunk=_CHUNK, templates=self.templates)
        issuer.presses.update(self.presses)
        return issuer

    def _meet(self, path: Path, place: str, kind: str, hangs: Path) -> int:
        """Issue until the fault. 0: nothing came of it. 7: the program stopped with an error of its own."""
        armed = False

        def reach(here: str) -> None:
            nonlocal armed
            if not armed or here != place:
                return
            armed = False
            if kind == "kill -9":
                os.kill(os.getpid(), signal.SIGKILL)
            elif kind == "exception":
                raise RuntimeError("a fault on purpose")
            elif kind == "hang":
                hangs.touch()
                time.sleep(600)
            else:
                disk(_DISKS[kind], path / "var")

        first, rest = _rows()
        home = WatchedHome(path, key=self.key, reach=reach)
        try:
            with home.issuer("demo", ()) as plain:
                issuer = self._issuer(plain)
                issuer = self._issuer(dataclasses.replace(issuer, signing=WatchedSigning(issuer.signing, reach)))
                object.__setattr__(issuer, "validation", WatchedValidation(issuer.validation, reach))
                for outcome in issuer.issue(TEMPLATE, first):
                    _acknowledge(outcome)
                armed = True
                for outcome in issuer.issue(TEMPLATE, rest):
                    reach("told, before")
                    _acknowledge(outcome)
                    reach("told")
        except TteError as why:
            print(f"stopped: {type(why).__name__}: {why}; fired {fired()}", file=sys.stderr)
            return 7
        except RuntimeError as why:
            print(f"stopped: {why}", file=sys.stderr)
            return 9
        print(f"went on to its end; fired {fired()}", file=sys.stderr)
        return 0

    def _recover(self, path: Path, told: Sequence[dict[str, str]]) -> int:
        """A new process on a machine that is well: recover, check, issue the same rows, check."""
        home = WatchedHome(path, key=self.key)
        acknowledged = {line["number"]: [line["id"]] for line in told}
        wrong: list[str] = []
        with home.issuer("demo", ()) as plain:
            issuer = self._issuer(plain)
            finished = [one.outcome for one in issuer.recover()]
            wrong += [f"not recovered: {why}" for why in finished if not isinstance(why, Entry)]
            register, trust = issuer.register, issuer.trust
            wrong += problems(register, trust, acknowledged, unused=True)
            first, rest = _rows()
            outcomes = list(issuer.issue(TEMPLATE, [*rest, *first]))
            wrong += [f"row {one.row}: {one.why}" for one in outcomes if not isinstance(one, Issued)]
            ids = {one.entry.id for one in outcomes if isinstance(one, Issued)}
            if len(ids) != _FIRST + _ROWS or register.count() != len(ids):
                wrong.append(f"{len(outcomes)} rows, {len(ids)} documents told, {register.count()} in the register")
            wrong += problems(register, trust, acknowledged)
            wrong += used_rightly(register, path / "uses")
        with home.open_register() as register:
            inner: Any = register
            means = means_of(home, inner._inner, validated=None, progress=lambda *_: None)
            for invariant, found in check(means):
                wrong += [f"{invariant.name}: {one.what} at {one.place}: {one.text}" for one in found]
        print(json.dumps({"wrong": wrong, "recovered": len(finished)}))
        return 0


def _acknowledge(outcome: object) -> None:
    """As the command does: one line, at once."""
    assert isinstance(outcome, Issued), outcome
    line = json.dumps({"number": outcome.entry.number, "id": outcome.entry.id})
    os.write(1, line.encode() + b"\n")


def main() -> None:
    """Answer one line of JSON with another: place and kind, and the URL of a database if it is not SQLite."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what is printed by chance is no answer
    matrix = Matrix(Path(sys.argv[1]))
    answers.write("{}\n")
    answers.flush()
    for line in sys.stdin:
        answers.write(json.dumps(matrix.case(**json.loads(line))) + "\n")
        answers.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
