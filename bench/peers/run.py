"""Time all peers, taking turns, and print one line of JSON for each.

    python -m bench.peers.run [--rounds N] [--slice SECONDS] [--only NAME]... [--beside NAME=COMMAND]...

In each round every peer makes as many documents as it can in about one slice of time, so that a busy minute of the
machine falls on all of them alike; the figures are medians over the rounds. Progress goes to standard error.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tempfile
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from bench.peers.beside import beside
from bench.peers.clock import Spent, spent
from bench.peers.judge import Unfit, judge_page, judge_signature
from bench.peers.record import records
from bench.peers.workshop import NotHere, Workshop, make_workshop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bench.peers.record import Record

FLOORS: Final = ("raw_key", "raw_verify")
DOCUMENTS: Final = (
    "raw_key",
    "naive",
    "naive_key_once",
    "pyhanko_best",
    "rustpdf_form",
    "rustpdf_all",
    "fpdf2_all",
    "form_mutool",
    "reportlab_rustpdf",
    "reportlab_pdf_oxide",
    "reportlab_pdfsigner",
    "reportlab_endesive",
    "reportlab_documenso",
    "reportlab_node_signpdf",
    "reportlab_podofosign",
    "reportlab_pdfsig",
)
RENDERINGS: Final = ("reportlab_page", "rustpdf_page", "fpdf2_page", "pyhanko_form", "pymupdf_overlay", "pypdf_overlay")
VERDICTS: Final = (
    "raw_verify",
    "pyhanko_validate",
    "pdfsig_process",
    "endesive_verify",
    "rustpdf_verify",
    "pdfsigner_verify",
    "eu_dss",
)
_LEAST: Final = 2
"""Documents in a slice, at least."""


@dataclass(slots=True)
class Runner:
    """A peer that is ready: how to have it make some documents, what is known of it, and what it has taken so far."""

    known: dict[str, Any]
    make: Callable[[int], tuple[Spent, int]]
    count: int = _LEAST
    per_document: list[tuple[float, float]] = field(default_factory=list)

    def settle(self, slice_s: float) -> None:
        """Find out how many documents fill a slice."""
        self.make(_LEAST)
        for share in (0.1, 1.0):
            used, self.known["bytes"] = self.make(self.count)
            self.count = max(_LEAST, round(self.count * share * slice_s * 1e9 / used.wall_ns))

    def take_turn(self) -> None:
        """Make one slice of documents and note what each took."""
        gc.collect()
        used, _ = self.make(self.count)
        self.per_document.append((used.cpu_ns / self.count / 1000, used.wall_ns / self.count / 1000))

    def report(self) -> dict[str, Any]:
        """The line for this peer: medians, in microseconds for one document; per_second is of one core, by CPU time."""
        cpu_us, wall_us = (median(column) for column in zip(*self.per_document, strict=True))
        figures = {
            "per_second": round(1e6 / cpu_us, 1),
            "cpu_us_per_document": round(cpu_us, 1),
            "wall_us_per_document": round(wall_us, 1),
            "cpu_us_least": round(min(cpu for cpu, _ in self.per_document), 1),
            "cpu_us_most": round(max(cpu for cpu, _ in self.per_document), 1),
            "rounds": len(self.per_document),
            "documents_per_round": self.count,
        }
        return self.known | figures


def main() -> int:
    """Set up, judge, time and print; 1 if nothing could be timed."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        shop = make_workshop(Path(folder))
        ready = list(_ready(options, shop))
        for runner in ready:
            _say(f"settling {runner.known['name']}")
            runner.settle(options.slice)
        for number in range(options.rounds):
            _say(f"round {number + 1} of {options.rounds}")
            turn = number * len(ready) // options.rounds
            for runner in ready[turn:] + ready[:turn]:
                runner.take_turn()
        for runner in ready:
            _print(runner.report())
    return 0 if ready else 1


def _ready(options: argparse.Namespace, shop: Workshop) -> Iterator[Runner]:
    """The peers that can be timed; of the others a line is printed that says why not."""
    for kind, names in (("document", DOCUMENTS), ("rendering", RENDERINGS), ("verdict", VERDICTS)):
        for name in names:
            if options.only and name not in options.only and name not in FLOORS:
                continue
            known = {"name": name, "kind": "floor" if name in FLOORS else kind}
            _say(f"preparing {name}")
            try:
                yield _prepare(name, kind, known, shop)
            except (NotHere, ImportError) as why:
                _print(known | {"absent": str(why)})
            except Unfit as why:
                _print(known | {"invalid": str(why)})
            except Exception as why:  # a peer that breaks must not take the others with it
                _print(known | {"failed": f"{type(why).__name__}: {why}"})
    for name, command in options.beside:
        yield Runner({"name": name, "kind": "beside"}, beside(command, shop))


def _prepare(name: str, kind: str, known: dict[str, Any], shop: Workshop) -> Runner:
    """Set one peer up and judge its first output."""
    module = import_module(f"bench.peers.{kind}s.{name}")
    if kind == "verdict":
        pdf = _sample(shop)
        verdict = module.prepare(shop, pdf)
        verdict()
        return Runner(known, _judging(verdict, shop, len(pdf)))
    document = module.prepare(shop)
    stock = records()
    first = next(stock)
    made = document(first)
    if name not in FLOORS:
        judge_page(made, first)
        if kind == "document":
            finding = judge_signature(made, shop.folder / f"{name}-judged.pdf")
            known |= {"signature": finding.signature, "valid_by": finding.valid_by}
            known |= {"objections": finding.objections} if finding.objections else {}
    return Runner(known, _making(document, stock, shop))


def _making(
    document: Callable[[Record], bytes], stock: Iterable[Record], shop: Workshop
) -> Callable[[int], tuple[Spent, int]]:
    """A function that makes some documents from fresh records and gives what that took and the size of the last."""
    source = iter(stock)

    def make(count: int) -> tuple[Spent, int]:
        work = [next(source) for _ in range(count)]
        size = 0
        before = spent(shop.helpers)
        for record in work:
            size = len(document(record))
        return spent(shop.helpers) - before, size

    return make


def _judging(verdict: Callable[[], None], shop: Workshop, size: int) -> Callable[[int], tuple[Spent, int]]:
    """The same for a verdict on one file of the given size, asked for again and again."""

    def make(count: int) -> tuple[Spent, int]:
        before = spent(shop.helpers)
        for _ in range(count):
            verdict()
        return spent(shop.helpers) - before, size

    return make


def _sample(shop: Workshop) -> bytes:
    """The file that verdicts are about: a document as the naive peer makes it."""
    document: Callable[[Record], bytes] = import_module("bench.peers.documents.naive").prepare(shop)
    return document(next(records()))


def _options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers.run", description="Time the peers, taking turns.")
    parser.add_argument("--rounds", type=int, default=7, help="how often each takes its turn (default 7)")
    parser.add_argument("--slice", type=float, default=0.4, help="seconds for a turn (default 0.4)")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="these and the floors")
    parser.add_argument(
        "--beside", action="append", default=[], type=_named, metavar="NAME=COMMAND", help="see bench/peers/beside.py"
    )
    return parser.parse_args()


def _named(text: str) -> tuple[str, str]:
    """NAME=COMMAND taken apart."""
    name, equals, command = text.partition("=")
    if not (name and equals and command):
        raise argparse.ArgumentTypeError("must be NAME=COMMAND")
    return name, command


def _print(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
