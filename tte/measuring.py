"""How fast this machine and this key are: raw signatures, render and sign, the whole issue, validation; in one run.

The four are measured in turns, a slice of each in every round, because a machine is not equally fast at all times;
what is reported is the median of the rounds. A ratio is taken by the CPU time of the issuing thread, over the CPU time
of the signatures which that thread made in that very slice: neighbours on the machine do not count, waiting for the
disk neither, and that is reported beside it. What a database server does is not in it: by the clock it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time
from typing import Any, Final, cast

from tte.errors import ConfigError, RegisterError
from tte.intake import Format, read
from tte.issuance import Issued, Issuer, new_id, now
from tte.key import Identity, Key
from tte.model import Record, Row
from tte.office import Home
from tte.pades import prepare
from tte.register import Register, open_register
from tte.rendering import Press
from tte.samples import sample_rows, write
from tte.signing import KeySigning
from tte.template import Template
from tte.validation import validate

ROUNDS: Final = 5
_VALIDATED: Final = 25
"""Documents that are validated in each round; in full they take twenty times as long as they take to make."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a slice of one kind of work took, in seconds. `key` is the part of `cpu` that the key took."""

    count: int
    wall: float
    cpu: float
    key: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians over the rounds. `…_per_s` are documents a second by the clock, `…_x_raw` ratios by CPU time to the key.

    `register` is sqlite or postgresql; how many bytes a document takes is measured of the first only. `beside` are the
    whole issue with the key in a process of its own, by the clock over the raw key in this
    process. `stages` are microseconds of CPU a document in the whole issue, by what was done; `wait` those it slept.
    """

    key: str
    template: str
    count: int
    raw_key_per_s: float
    render_sign_per_s: float
    issue_per_s: float
    issue_beside_per_s: float
    validate_per_s: float
    render_sign_x_raw: float
    issue_x_raw: float
    issue_beside_x_raw: float
    wait_us: float
    stages_us: Mapping[str, float]
    register: str
    register_bytes: float | None
    file_bytes: float


class TimedKey:
    """A key that notes the time its caller spends in it."""

    def __init__(self, key: Key) -> None:
        self._key, self.cpu = key, 0.0

    @property
    def identity(self) -> Identity:
        return self._key.identity

    def sign(self, digests: Sequence[bytes]) -> Sequence[bytes]:
        before = thread_time()
        try:
            return self._key.sign(digests)
        finally:
            self.cpu += thread_time() - before

    def close(self) -> None:
        self._key.close()


class Timed:
    """Any object, with the CPU time of some of its methods noted under the names of stages."""

    def __init__(self, thing: object, stages: dict[str, float], **methods: str) -> None:
        self._thing = thing
        for method, stage in methods.items():
            setattr(self, method, _timed(getattr(thing, method), stages, stage))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._thing, name)


def _timed(work: Callable[..., Any], stages: dict[str, float], stage: str) -> Callable[..., Any]:
    def timed(*values: Any, **named: Any) -> Any:
        before = thread_time()
        try:
            return work(*values, **named)
        finally:
            stages[stage] = stages.get(stage, 0.0) + thread_time() - before

    return timed


@dataclass(slots=True)
class Bench:
    """One measurement: `count` documents of `template`, in ROUNDS rounds, with the profile `key` of `home`.

    The documents are fictional and thrown away with their register, which stands in the home's `var/` meanwhile, so
    that the disk is the one that counts. `register` is the address of an empty PostgreSQL database to use instead; it
    is left full of them, for its owner to drop. ConfigError for a profile that is not for tests, whose signatures would
    be real, and for another address; RegisterError for a database where something is.
    """

    home: Home
    key: str
    template: str
    count: int
    register: str = ""
    progress: Callable[[int, int], None] = lambda done, all_: None

    def run(self) -> Figures:
        if not self.home.profile(self.key).test:
            raise ConfigError(
                "tte bench signs fictional documents, and this key's signatures count",
                hint="copy the profile with test = true, so that every page says SPECIMEN, and measure with the copy",
            )
        with (
            self.home.issuer(self.key, (self.template,)) as plain,
            self.home.issuer(self.key, (self.template,), apart=True) as beside,
        ):
            return self._measured(plain, beside)

    def _measured(self, plain: Issuer, beside: Issuer) -> Figures:
        template = plain.templates[self.template]
        size = max(self.count // ROUNDS, 1)
        raw, signed, whole, apart, validated = (list[Spent]() for _ in range(5))
        with self._scratch() as (register, sizes_of):
            one, other = _with_register(plain, register), _with_register(beside, register)
            every = iter(sample_rows(self.template, count=size * (2 * ROUNDS + 3), seed=1, office=_office(plain)))
            for number in range(-1, ROUNDS):  # the first round warms up and is not counted
                rows = list(islice(every, size))
                taken = (
                    _raw(one, size),
                    _render_and_sign(one, template, rows),
                    _issue(one, template, rows),
                    _issue(other, template, list(islice(every, size))),
                    _validate(one, min(_VALIDATED, size)),
                )
                if number >= 0:
                    for kind, spent in zip((raw, signed, whole, apart, validated), taken, strict=True):
                        kind.append(spent)
                self.progress(number + 2, ROUNDS + 2)
            sizes = sizes_of()
            stages = _stages(one, template, list(islice(every, size)))
            self.progress(ROUNDS + 2, ROUNDS + 2)
        raw_rate = median(_rates(raw))
        return Figures(
            key=self.key,
            template=self.template,
            count=size * ROUNDS,
            raw_key_per_s=raw_rate,
            render_sign_per_s=median(_rates(signed)),
            issue_per_s=median(_rates(whole)),
            issue_beside_per_s=median(_rates(apart)),
            validate_per_s=median(_rates(validated)),
            render_sign_x_raw=median(spent.key / spent.cpu for spent in signed),
            issue_x_raw=median(spent.key / spent.cpu for spent in whole),
            issue_beside_x_raw=median(here / there for here, there in zip(_rates(apart), _rates(raw), strict=True)),
            wait_us=median((spent.wall - spent.cpu) / spent.count * 1e6 for spent in whole),
            stages_us=stages,
            register="postgresql" if self.register else "sqlite",
            register_bytes=sizes[0],
            file_bytes=sizes[1],
        )

    @contextmanager
    def _scratch(self) -> Iterator[tuple[Register, Callable[[], tuple[float | None, float]]]]:
        """A register for this measurement only, and how many bytes a document takes in it and as a file."""
        var = self.home.path / "var"
        var.mkdir(parents=True, exist_ok=True)
        with (
            TemporaryDirectory(dir=var) as folder,
            closing(_empty(self.register) if self.register else _in_file(Path(folder))) as register,
        ):
            yield register, lambda: _sizes(register, None if self.register else Path(folder))


def _rates(slices: Sequence[Spent]) -> list[float]:
    return [spent.count / spent.wall for spent in slices]


def _office(issuer: Issuer) -> str:
    return issuer.imprint.office.code


def _in_file(folder: Path) -> Register:
    return open_register(f"sqlite:{folder / 'register.sqlite'}")


def _empty(url: str) -> Register:
    if not url.startswith("postgresql://"):
        raise ConfigError(
            "tte bench measures in SQLite by itself; another register is an empty PostgreSQL database",
            hint="--register postgresql://USER@HOST/DATABASE, or leave the option out",
        )
    from tte.register.postgres import is_empty  # psycopg is not for everybody

    if not is_empty(url):
        raise RegisterError(
            "there are tables in this database, and tte bench fills it with fictional documents; nothing was changed",
            hint="make an empty database for it (docs/register.md), and drop it afterwards",
        )
    return open_register(url)


def _with_register(issuer: Issuer, register: Register) -> Issuer:
    """The issuer on a register that is thrown away: no service is asked for a time-stamp, no use of the key counts."""
    signing = issuer.signing
    if isinstance(signing, KeySigning):
        signing = KeySigning(TimedKey(signing.key), beside=signing.beside, room=signing.room)
    return replace(issuer, register=register, signing=signing, goal=None, raise_all=None, per_batch=None, per_day=None)


@contextmanager
def _clock(count: int, key: TimedKey, into: list[Spent]) -> Iterator[None]:
    key.cpu, wall, cpu = 0.0, perf_counter(), thread_time()
    yield
    into.append(Spent(count, perf_counter() - wall, thread_time() - cpu, key.cpu))


def _key_of(issuer: Issuer) -> TimedKey:
    if not isinstance(issuer.signing, KeySigning) or not isinstance(issuer.signing.key, TimedKey):
        raise ConfigError("only a key that signs digests can be measured")
    return issuer.signing.key


def _raw(issuer: Issuer, count: int) -> Spent:
    key, spent = _key_of(issuer), list[Spent]()
    digests = [bytes([number % 256]) * key.identity.algorithm.hash.digest_size for number in range(count)]
    with _clock(count, key, spent):
        for start in range(0, count, issuer.chunk):
            key.sign(digests[start : start + issuer.chunk])
    return spent[0]


def _render_and_sign(issuer: Issuer, template: Template, rows: Sequence[Mapping[str, Any]]) -> Spent:
    key, spent = _key_of(issuer), list[Spent]()
    press = issuer.presses.setdefault(template.name, Press(template, issuer.imprint))
    records: list[Record] = [template.check(Row(number, row)) for number, row in enumerate(rows, 1)]
    signing, at = KeySigning(key), now()
    with _clock(len(records), key, spent):
        for start in range(0, len(records), issuer.chunk):
            chunk = records[start : start + issuer.chunk]
            documents = [press.document(record, new_id()) for record in chunk]
            signing.sign([prepare(document, key.identity, at) for document in documents])
    return spent[0]


def _file(template: Template, rows: Sequence[Mapping[str, Any]]) -> BytesIO:
    stream = BytesIO()
    write(rows, Format.CSV, stream, grouping=template.grouping)
    stream.seek(0)
    return stream


def _issue(issuer: Issuer, template: Template, rows: Sequence[Mapping[str, Any]]) -> Spent:
    key, spent = _key_of(issuer), list[Spent]()
    stream = _file(template, rows)
    with _clock(len(rows), key, spent):
        outcomes = issuer.issue(template.name, read(stream, Format.CSV, grouping=template.grouping))
        issued = sum(isinstance(outcome, Issued) and not outcome.earlier for outcome in outcomes)
    if issued != len(rows):
        raise ConfigError(f"of {len(rows)} fictional records {issued} could be issued", hint="tte template check")
    return spent[0]


def _validate(issuer: Issuer, count: int) -> Spent:
    entries = iter(issuer.register.entries(max(issuer.register.count() - count, 0)))
    files = [issuer.register.read_pdf(entry.id) for entry, _ in zip(entries, range(count), strict=False)]
    at, wall, cpu = now(), perf_counter(), thread_time()
    for pdf in files:
        validate(pdf, issuer.trust, at)
    return Spent(len(files), perf_counter() - wall, thread_time() - cpu, 0.0)


_REGISTER: Final = {
    "known": "register: look up",
    "reserve": "register: reserve, with what was prepared and the log",
    "record": "register: record, with the log",
}


def _stages(issuer: Issuer, template: Template, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, float]:
    """Where the time of an issue goes, by putting a watch on every station; the watches cost a few microseconds.

    The writer verifies nothing here either: a signature value is verified once, where the document is validated.
    """
    spent: dict[str, float] = {}
    signing = KeySigning(cast("Any", Timed(_key_of(issuer), spent, sign="key"))).unverified()
    watched = replace(
        issuer,
        signing=cast("Any", Timed(signing, spent, prepare="prepare", begin="check drafts")),
        templates=cast("Any", {template.name: Timed(template, spent, check="check")}),
        register=cast("Any", Timed(issuer.register, spent, **_REGISTER)),
    )
    press = issuer.presses[template.name]
    watched.presses[template.name] = cast("Any", Timed(press, spent, document="render"))
    object.__setattr__(watched, "validation", Timed(issuer.validation, spent, check="verify, self-validate"))
    before = thread_time()
    for _ in watched.issue(template.name, read(_file(template, rows), Format.CSV, grouping=template.grouping)):
        pass
    whole = thread_time() - before
    spent["read, complete, what was prepared laid out"] = whole - sum(spent.values())
    return {stage: seconds / len(rows) * 1e6 for stage, seconds in sorted(spent.items(), key=lambda item: -item[1])}


def _sizes(register: Register, folder: Path | None) -> tuple[float | None, float]:
    """Bytes a document takes in the register, if that is a file in this folder, and as a file."""
    entry = next(iter(register.entries()))
    kept = sum(file.stat().st_size for file in folder.glob("register.sqlite*")) if folder else None
    return kept and kept / register.count(), len(register.read_pdf(entry.id))
