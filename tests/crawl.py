"""The long crawl: every public page of many documents, searched for whom they are about. `make crawl COUNT=10000`.

Looked for in each answer, head and body: any number of 16 digits, and of all that was issued every full NIK and family
card number however it is spaced, every number of a document, every name (letters and order; case, signs and markup
aside), every birth date as digits or in words of either language. Allowed are what `/d/<id>` is meant to show, the
masked number (first four and last two digits) and initials (`B*** S***`), the dates of issuing and of reading, the
answer's own request id (16 random hexadecimal digits), the NIK of the example in /v1/openapi.json, which is nobody's,
and names and dates that stand on our pages before anything was issued or are the signer's. Prints figures; exit code 1
if anything was found.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import os
import re
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import unquote_plus

import httpx
import structlog

from tests.rows import rows
from tests.web.conftest import asking
from tte.issuance import Issued, now
from tte.model import Entry
from tte.office import Home
from tte.testing.homes import sample_home
from tte.web import Service
from tte.web.answering import STATIC, edition
from tte.web.api.documents import EXAMPLE
from tte.web.comparing import day_of
from tte.web.gates import Allowances

KINDS = (
    "akta_kelahiran",
    "akta_kematian",
    "biodata_penduduk",
    "kartu_keluarga",
    "suket_ktp",
    "surat_keterangan_pindah",
)
_NO_LIMIT = Allowances(10**9, 10**9, 10**9, 10**9, 10**9, 10**9, 10**6)
_DATE = re.compile(
    r"(?<!\d)(\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}|\d{1,2}\s+[A-Za-z]{3,9}\s+\d{4})(?!\d)"
)
_SIXTEEN = re.compile(r"(?<![0-9A-Za-z])\d{16}(?![0-9A-Za-z])")
_SPACED = re.compile(r"\d(?:[ .\-]?\d){15,}")


@dataclass
class Persons:
    """What must not be found."""

    names: set[tuple[str, ...]] = field(default_factory=set)
    births: set[date] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)

    def add(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            if isinstance(value, list):
                for one in value:
                    self.add(one)
            elif name.startswith("nama") and value:
                self.names.add(_words(value))
            elif name.startswith("tanggal_lahir") and value:
                self.births.add(date.fromisoformat(value))
            elif name.startswith(("nik", "nomor")) and value:
                self.numbers.add(value)

    def found(self, text: str) -> list[str]:
        """What kinds of things stand in an answer; never the things."""
        text = unicodedata.normalize("NFKC", html.unescape(unquote_plus(text)))
        seen = ["a number of 16 digits"] if _SIXTEEN.search(text.replace(EXAMPLE["nik"], "")) else []
        if any(one in self.numbers for one in re.findall(r"[A-Z0-9][A-Z0-9/\-]{8,}", text)):
            seen.append("a number")
        digits = (re.sub(r"\D", "", one) for one in _SPACED.findall(text))
        if any(one[at : at + 16] in self.numbers for one in digits for at in range(len(one) - 15)):
            seen.append("a number with spaces")
        if any(day_of(one) in self.births for one in _DATE.findall(text)):
            seen.append("a birth date")
        words, most = _words(re.sub(r"<[^>]*>", _inside, text)), max(map(len, self.names), default=0)
        if any(words[at : at + size] in self.names for at in range(len(words)) for size in range(1, most + 1)):
            seen.append("a name")
        return seen


def _words(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", text)
    return tuple(re.findall(r"[^\W_]+", "".join(one for one in plain if not unicodedata.combining(one)).upper()))


def _inside(tag: re.Match[str]) -> str:
    """A tag as the values it carries; one that carries none parts no words."""
    values = re.findall(r'"([^"]*)"', tag[0])
    return f" {' '.join(values)} " if values else " "


@dataclass
class Crawl:
    """What was asked and what was found where."""

    documents: int = 0
    names: int = 0
    not_looked_for: int = 0
    asked: int = 0
    size: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)


def issued(home: Home, count: int) -> tuple[Persons, Sequence[Entry]]:
    """So many sample documents, of every kind in turn; the last one revoked."""
    persons, entries = Persons(), list[Entry]()
    with home.issuer("demo", KINDS) as issuer:
        for place, kind in enumerate(KINDS):
            some = rows(kind, count // len(KINDS) + (place < count % len(KINDS)), seed=count)
            for row in some:
                persons.add(row.values)
            entries += [one.entry for one in issuer.issue(kind, some) if isinstance(one, Issued)]
    if len(entries) != count:
        raise SystemExit(f"{len(entries)} of {count} were issued")
    persons.numbers |= {entry.number for entry in entries}
    with home.open_to_write() as register:
        register.revoke(entries[-1].id, "salah", now())
    return persons, entries


def requests(entries: Sequence[Entry]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every public page of these documents, in both languages, and all that is public besides."""
    for entry in entries:
        path = f"/d/{entry.id}"
        yield "GET", path, {}
        yield "GET", f"{path}?lang=en", {}
        yield "POST", path, {"data": {"what": "nomor", "typed": "1"}}
    yield from beside()
    yield "HEAD", f"/d/{entries[0].id}", {}
    yield "PUT", f"/d/{entries[0].id}", {}
    yield "POST", f"/d/{entries[0].id}", {"data": {"what": "nik", "typed": "1"}}
    yield "POST", f"/d/{entries[0].id}", {"data": {}, "headers": {"sec-fetch-site": "cross-site"}}
    yield "POST", "/d", {"data": {"code": entries[0].id}}


def beside() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What is public and of no document."""
    for lang in ("id", "en"):
        for path in ("/", "/d", "/d/none", f"/d/{'a' * 26}", "/nowhere", "/masuk", "/kantor", "/d/x/y"):
            yield "GET", f"{path}?lang={lang}", {}
        yield "PUT", f"/?lang={lang}", {}
        yield "POST", f"/d?lang={lang}", {"content": bytes(300_000)}
        yield "POST", f"/d?lang={lang}", {"content": b"{}", "headers": {"content-type": "application/json"}}
        yield "GET", f"/?lang={lang}", {"headers": {"host": "elsewhere.example"}}
    for path in ("/v1/openapi.json", "/v1/nowhere", "/v1/documents", "/robots.txt", "/healthz", "/readyz", "/metrics"):
        yield "GET", path, {}
    for file in sorted(STATIC.iterdir()):
        if file.suffix in (".css", ".js", ".svg", ".txt"):
            yield "GET", f"/static/{edition()}/{file.name}", {}


async def crawled(client: httpx.AsyncClient, entries: Sequence[Entry], persons: Persons) -> Crawl:
    """Ask for all of it and search each answer."""
    done = Crawl(len(entries))
    for method, path, how in requests(entries):
        answer = await client.request(method, path, **how)
        head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        done.asked += 1
        done.size += len(answer.content)
        done.statuses[answer.status_code] = done.statuses.get(answer.status_code, 0) + 1
        text = f"{head}\n{answer.text}".replace(answer.headers["x-request-id"], "")
        done.found += [f"{what} in {method} {path}" for what in persons.found(text)]
    return done


async def known(client: httpx.AsyncClient, home: Home) -> tuple[set[tuple[str, ...]], set[date | None]]:
    """Every run of words that our pages say of themselves, and the signer's name; and every date."""
    texts = [home.profile("demo").official.name]
    for method, path, how in beside():
        texts.append((await client.request(method, path, **how)).text)
    words = [_words(re.sub(r"<[^>]*>", _inside, html.unescape(text))) for text in texts]
    runs = {one[at : at + size] for one in words for at in range(len(one)) for size in range(1, 4)}
    return runs, {day_of(one) for text in texts for one in _DATE.findall(text)}


def crawl(folder: Path, count: int) -> Crawl:
    """Make an office in this empty folder, issue, and crawl."""
    sample_home(folder)
    home = Home(folder)
    with Service(home) as service:
        said, dates = asyncio.run(known(asking(service, _NO_LIMIT), home))
    persons, entries = issued(home, count)
    common = persons.names & said
    persons.names -= said
    persons.births -= dates
    with Service(home) as service:
        done = asyncio.run(crawled(asking(service, _NO_LIMIT), entries, persons))
    done.names, done.not_looked_for = len(persons.names), len(common)
    return done


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crawl", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    asked = parser.parse_args()
    os.nice(15)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))  # its own lines are not wanted here
    began = perf_counter()
    with tempfile.TemporaryDirectory(prefix="tte-crawl-") as folder:
        done = crawl(Path(folder) / "home", asked.count)
    for line in done.found[:50]:
        print(line)
    print(
        f"{done.documents} documents, {done.asked} answers ({done.size / 1e6:.0f} MB; {done.statuses}), "
        f"{done.names} names looked for and {done.not_looked_for} that our pages say themselves, "
        f"{len(done.found)} found, {perf_counter() - began:.0f} s"
    )
    return 1 if done.found or done.statuses[200] < 3 * asked.count or 429 in done.statuses else 0


if __name__ == "__main__":
    sys.exit(main())
