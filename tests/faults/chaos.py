"""Random kill -9 of `tte issue` and `tte worker` under clients that keep a ledger of what was acknowledged to them.

A client gives a file of rows until it was answered whole; some rows are in the files of two clients. What it was told
in a whole line counts as acknowledged. Clocks step meanwhile, and the database is stopped now and then. All that is
known is added to `ledger.ndjson`: the same command goes on from there.
"""

from __future__ import annotations

import csv
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.faults.office import TEMPLATE, command
from tests.postgres import Server
from tte.intake import Format
from tte.office import Home
from tte.samples import sample_rows, write

CLIENTS, WORKERS = 8, 2
_GIVING, _BATCHES = (5,), (6, 7)
"""Which clients have rows without numbers, and which leave theirs to workers. The others give theirs themselves."""
_LEASE_S = "1"


@dataclass
class Ledger:
    """What happened and what was acknowledged, line by line in a file."""

    file: Path
    kills: int = 0
    stops: int = 0
    steps: int = 0
    recovered: int = 0
    done: Counter[int] = field(default_factory=Counter)
    acknowledged: dict[str, set[str]] = field(default_factory=dict)
    numbers: dict[str, set[str]] = field(default_factory=dict)
    sha256: dict[str, set[str]] = field(default_factory=dict)
    requests: dict[str, set[str]] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        if self.file.exists():
            for line in self.file.read_text(encoding="utf-8").splitlines():
                self._count(json.loads(line))

    def add(self, **what: Any) -> None:
        with self.file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(what) + "\n")
        self._count(what)

    def _count(self, what: dict[str, Any]) -> None:
        match what["what"]:
            case "kill":
                self.kills += 1
            case "stop":
                self.stops += 1
            case "recovered":
                self.recovered += 1
            case "step":
                self.steps += 1
            case "done":
                self.done[what["client"]] += 1
            case "failure":
                self.failures[what["said"]] += 1
            case "acknowledged":
                self.acknowledged.setdefault(what["number"], set()).add(what["id"])
                self.numbers.setdefault(what["id"], set()).add(what["number"])
                self.requests.setdefault(what["request"], set()).add(what["id"])
                if what["sha256"]:
                    self.sha256.setdefault(what["id"], set()).add(what["sha256"])


@dataclass
class Client:
    """One client: its present file, and the process that has it."""

    name: int
    process: int = 0
    dies_at: float = 0.0
    began: float = 0.0
    usual: float = 6.0
    batch: str = ""


class Chaos:
    """A campaign in a folder: `run` until so many were killed; `settle` afterwards."""

    def __init__(self, folder: Path, home: Home, server: Server | None, *, seed: int, rows: int = 40) -> None:
        self.folder, self.home, self.server, self.rows, self.seed = folder, home, server, rows, seed
        self.ledger = Ledger(folder / "ledger.ndjson")
        self.random = Random(f"{seed}/{self.ledger.kills}")
        self.clients = [Client(name) for name in range(CLIENTS)]
        self.workers = [Client(CLIENTS + name) for name in range(WORKERS)]
        self.files: dict[tuple[int, int], Path] = {}

    def run(
        self, kills: int, *, stops: int = 0, stopped_s: float = 30.0, tell: Callable[[], None] = lambda: None
    ) -> None:
        """Until `kills` were killed, all in all. Meanwhile the database is stopped so many times, for so long."""
        begun, told = self.ledger.kills, self.ledger.kills
        stop_at = [begun + (kills - begun) * (n + 1) // (stops + 1) for n in range(stops if self.server else 0)]
        try:
            while self.ledger.kills < kills:
                for one in (*self.clients, *self.workers):
                    self._look(one)
                if stop_at and self.ledger.kills >= stop_at[0]:
                    self._stop_database(stopped_s)
                    stop_at.pop(0)
                if self.ledger.kills >= told + 50:
                    told = self.ledger.kills
                    tell()
                time.sleep(0.005)
        finally:
            for one in (*self.clients, *self.workers):
                if one.process:
                    self._kill(one)

    def _stop_database(self, seconds: float) -> None:
        """As by a crash; who is at work meets it."""
        assert self.server is not None
        self.server.stop()
        self.ledger.add(what="stop")
        last = time.monotonic() + seconds
        while time.monotonic() < last:
            for one in (*self.clients, *self.workers):
                self._look(one)
            time.sleep(0.05)
        self.server.start()

    def _kill(self, one: Client) -> None:
        os.kill(one.process, signal.SIGKILL)
        os.waitpid(one.process, 0)
        one.process = 0
        self.ledger.add(what="kill")
        self._read(one)

    def _look(self, one: Client) -> None:
        if not one.process:
            self._begin(one)
            return
        ended, status = os.waitpid(one.process, os.WNOHANG)
        if ended:
            one.process = 0
            one.usual = 0.8 * one.usual + 0.2 * (time.monotonic() - one.began)
            self._read(one)
            self._ended(one, os.waitstatus_to_exitcode(status))
        elif time.monotonic() > one.dies_at:
            one.usual = min(20.0, one.usual * 1.1)
            self._kill(one)

    def _begin(self, one: Client) -> None:
        out, err = self._out(one), self.folder / f"{one.name}.err"
        out.unlink(missing_ok=True)
        err.unlink(missing_ok=True)
        one.began = time.monotonic()
        one.dies_at = one.began + self.random.uniform(0, 1.4) * one.usual
        clock = None
        if self.random.random() < 0.1:
            clock = self.random.uniform(0, one.usual), self.random.choice((-3600, 3600))
            self.ledger.add(what="step")
        if one.name >= CLIENTS:
            one.dies_at = one.began + self.random.uniform(0.2, 3.0)
            words = ["worker", "--queues", "demo", "--lease", _LEASE_S]
        elif one.name in _BATCHES:
            file = str(self._file(one))
            words = (
                ["batch", "outcome", one.batch]
                if one.batch
                else ["batch", "submit", TEMPLATE, file, "--chunk", "8", "--json"]
            )
        else:
            words = ["issue", TEMPLATE, str(self._file(one)), "--json"]
            words += ["--give-numbers"] if one.name in _GIVING else []
            words += ["--out", str(self.folder / "out")] if one.name == 0 else []
        one.process = command(self.home, words, out, err, clock=clock)

    def _ended(self, one: Client, code: int) -> None:
        if code:
            said = (self.folder / f"{one.name}.err").read_text(encoding="utf-8").strip().splitlines()
            self.ledger.add(what="failure", code=code, said=" / ".join(said[-3:])[:200])
        elif one.name in _BATCHES and not one.batch:
            told = json.loads(self._out(one).read_text(encoding="utf-8").splitlines()[-1])
            one.batch = told["id"]
        elif one.name in _BATCHES:
            lines = self._out(one).read_text(encoding="utf-8").splitlines()
            if len(lines) == self.rows + 1:
                one.batch = ""
                self.ledger.add(what="done", client=one.name)
        elif one.name < CLIENTS:
            self.ledger.add(what="done", client=one.name)

    def _read(self, one: Client) -> None:
        """Note what was acknowledged: each whole line on standard output."""
        if one.name >= CLIENTS or not self._out(one).exists():
            return
        lines = self._out(one).read_bytes().split(b"\n")[:-1]
        keys = self._keys(one) if one.name in _GIVING else []
        if one.name in _BATCHES:
            for row in csv.DictReader(line.decode() for line in lines if not line.startswith(b"{")):
                if row.get("id"):
                    self.acknowledge(row["number"], row["number"], row["id"], "")
            return
        for told in map(json.loads, lines):
            if told["kind"] == "issued":
                request = keys[told["row"] - 2] if keys else told["number"]
                self.acknowledge(request, told["number"], told["id"], told["pdf_sha256"])
            elif told["kind"] == "recovered" and told["state"] == "issued":
                self.ledger.add(what="recovered")
                self.acknowledge("", told["number"], told["id"], "")
            elif told["kind"] == "refused":
                self.ledger.add(what="failure", code=0, said=f"refused: {told['message']}")

    def acknowledge(self, request: str, number: str, id_: str, sha256: str) -> None:
        what = "acknowledged"
        self.ledger.add(what=what, request=request or number, number=number, id=id_, sha256=sha256)

    def _out(self, one: Client) -> Path:
        return self.folder / f"{one.name}.out"

    def _file(self, one: Client) -> Path:
        return self.file(one.name, self.ledger.done[one.name])

    def file(self, client: int, turn: int) -> Path:
        """The rows of a client's turn; a fifth of them are its neighbour's too, in another order."""
        file = self.folder / "rows" / f"{client}-{turn}.csv"
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            shared = self.rows // 5
            rows = list(self._rows(client, turn, 0, self.rows - shared))
            if client in _GIVING:
                rows += self._rows(client, turn, self.rows - shared, self.rows)
            else:
                neighbours = [one for one in range(CLIENTS) if one not in _GIVING]
                neighbour = neighbours[(neighbours.index(client) + 1) % len(neighbours)]
                rows += self._rows(neighbour, turn, 0, shared)
                Random(f"{client}/{turn}").shuffle(rows)
            part = file.with_suffix(".part")
            with part.open("wb") as stream:
                write(iter(rows), Format.CSV, stream)
            part.rename(file)
        return file

    def _rows(self, client: int, turn: int, begin: int, end: int) -> Iterator[Any]:
        for place, row in enumerate(sample_rows(TEMPLATE, count=end, seed=turn)):
            if place < begin:
                continue
            day, _, _ = str(row["nomor_akta"]).rpartition("-")
            if client in _GIVING:
                yield {**row, "nomor_akta": "", "idempotency_key": f"{client}/{turn}/{place}"}
            else:
                yield {**row, "nomor_akta": f"{day}-{client * 100 + place + 1:04d}"}

    def _keys(self, one: Client) -> Sequence[str]:
        with self._file(one).open(encoding="utf-8", newline="") as stream:
            return [row["idempotency_key"] for row in csv.DictReader(stream)]

    def settle(self) -> None:
        """Have all that was begun finished, with nobody killed: every file given once more is answered whole."""
        for client in self.clients:
            for turn in range(self.ledger.done[client.name] + 1):
                file = self.file(client.name, turn)
                words = ["issue", TEMPLATE, str(file), "--json"]
                words += ["--give-numbers"] if client.name in _GIVING else []
                out, err = self.folder / f"settled-{client.name}-{turn}.out", self.folder / "settled.err"
                out.unlink(missing_ok=True)
                process = command(self.home, words, out, err)
                _, status = os.waitpid(process, 0)
                code = os.waitstatus_to_exitcode(status)
                assert code == 0, (code, file, err.read_text(encoding="utf-8")[-500:])
                lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
                issued = [line for line in lines if line["kind"] == "issued"]
                assert len(issued) == self.rows, (file, len(issued))
                with file.open(encoding="utf-8", newline="") as stream:
                    given = list(csv.DictReader(stream))
                for line in issued:
                    request = given[line["row"] - 2].get("idempotency_key") or line["number"]
                    self.acknowledge(request, line["number"], line["id"], line["pdf_sha256"])
        process = command(
            self.home,
            ["worker", "--queues", "demo", "--until-done", "--lease", _LEASE_S],
            self.folder / "last.out",
            self.folder / "last.err",
        )
        _, status = os.waitpid(process, 0)
        assert os.waitstatus_to_exitcode(status) == 0, (self.folder / "last.err").read_text(encoding="utf-8")
