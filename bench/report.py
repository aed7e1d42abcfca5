"""`docs/speed.md` from one run: the peers' lines, the large file, and `tte bench` for keys and kinds of documents.

python -m bench.report PEERS.jsonl LARGE.json > docs/speed.md
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tte.cli.beside import rarely_collect
from tte.measuring import Bench
from tte.office import Home
from tte.testing.homes import sample_home

KEYS = ("rsa-2048", "rsa-3072", "rsa-4096", "ecdsa-p256", "ecdsa-p384")
COUNT = 4000

Line = Mapping[str, Any]


def main(peers: Path, large: Path) -> None:
    lines = [json.loads(line) for line in peers.read_text(encoding="utf-8").splitlines()]
    with TemporaryDirectory() as folder:
        home = sample_home(Path(folder) / "home")
        kinds = [_measured(home, "rsa-2048", name) for name in home.template_names()]
        keys = [_measured(home, key, "akta_kelahiran") for key in KEYS]
    print(_page(lines, json.loads(large.read_text(encoding="utf-8")), keys, kinds))


def _measured(home: Home, key: str, template: str) -> Line:
    """One `tte bench`, with a throw-away key of this algorithm."""
    profile = home.path / "keys" / f"{key}.toml"
    text = (home.path / "keys" / "ephemeral.toml").read_text(encoding="utf-8")
    profile.write_text(text.replace("ephemeral:algorithm=ecdsa-p256", f"ephemeral:algorithm={key}"), encoding="utf-8")
    print(f"{key}, {template} …", file=sys.stderr)
    rarely_collect()  # as the commands do
    return asdict(Bench(home, key, template, COUNT).run())


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _page(peers: Sequence[Line], large: Line, keys: Sequence[Line], kinds: Sequence[Line]) -> str:
    rsa = keys[0]
    p256 = next(line for line in keys if line["key"] == "ecdsa-p256")
    stages = rsa["stages_us"]
    naive, once, ours = (_per_second(peers, name) for name in ("naive", "naive_key_once", "ours"))
    return f"""# How fast it is

Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), Python
{
        platform.python_version()
    }. Only ratios within one table are of one run. "By CPU × raw" is the time of the signatures over
that of everything, in the issuing thread; `tte bench` gives the same for your own machine and key.

## Beside other software

One page with 24 fields and a PAdES B-B signature, RSA-2048, in turns on one core (`bench/README.md` says what is
unfair to whom). Ours verifies every signature value and writes PDF/A-2b, certified, with a visible appearance; the others do not.

{_peers(peers)}

## By key

`akta_kelahiran`. "Issue" is a CSV file in and a durable register out: checked, looked up, reserved, signed, verified,
compared byte by byte with a document that pyHanko passed, recorded; one document in 2000 is validated in full.

{_keys(keys)}

## By kind of document

RSA-2048.

{_kinds(kinds)}

## Where the time of an issue goes

RSA-2048, `akta_kelahiran`, microseconds of CPU a document.

{_table(("stage", "µs"), [(stage, f"{spent:.1f}") for stage, spent in stages.items()])}

## A large file

`tte issue` of {large["count"]:,} records, as a person runs it, the key in a process of its own: {
        large["per_s"]:,} documents a
second with start and end. Seconds for each tenth of the file: {
        ", ".join(map(str, large["seconds_by_tenths"]))
    }. Memory of
the issuing process: {large["memory_mb_early"]} MB early on, {large["memory_mb_largest"]} MB at most. The register takes
{large["register_bytes_each"]:,} bytes a document, a file {rsa["file_bytes"]:,.0f}.

## Aims

RSA-2048 unless said. What limits: each value is verified before it leaves (20 µs; for P-256 66 µs, three times the
signature), then the words, the register and the comparison, as in the stages above. Through PKCS#11, which `make bench` does not
measure, see `python -m bench.hsm`: 0.88 × raw render and sign, 0.77 the whole issue by CPU, on SoftHSM.

{
        _table(
            ("", "aim", "reached"),
            (
                ("render + sign × raw key", "0.90", f"{rsa['render_sign_x_raw']:.2f}"),
                ("× naive", "300", f"{ours / naive:.0f}"),
                ("× naive, key parsed once", "100", f"{ours / once:.0f}"),
                ("issue, one process, × raw key", "0.75", f"{rsa['issue_x_raw']:.2f}"),
                ("issue, two cores, × raw key", "1.2", f"{rsa['issue_beside_x_raw']:.2f}"),
                ("P-256 render + sign, a second", "15,000", f"{p256['render_sign_per_s']:,.0f}"),
                ("bytes a document in the register", "12,000", f"{large['register_bytes_each']:,}"),
                ("bytes a file", "60,000", f"{rsa['file_bytes']:,.0f}"),
            ),
        )
    }
"""


def _per_second(lines: Sequence[Line], name: str) -> float:
    return next((float(line["per_second"]) for line in lines if line["name"] == name), float("nan"))


def _peers(lines: Sequence[Line]) -> str:
    timed = [
        line
        for line in lines
        if line.get("kind") in ("floor", "document", "beside") and "per_second" in line and line["name"] != "raw_verify"
    ]
    raw, naive, once = (_per_second(timed, name) for name in ("raw_key", "naive", "naive_key_once"))
    rows = [
        (
            f"**{line['name']}**" if line["name"] == "ours" else line["name"],
            f"{line['per_second']:,.1f}",
            f"{line['per_second'] / raw:.4f}",
            f"{line['per_second'] / naive:,.1f}",
            f"{line['per_second'] / once:,.1f}",
            f"{line['bytes']:,.0f}",
        )
        for line in sorted(timed, key=lambda line: -line["per_second"])
    ]
    return _table(("", "a second", "× raw key", "× naive", "× naive, key parsed once", "bytes"), rows)


RATES = ("raw a second", "render + sign", "by CPU × raw", "issue", "by CPU × raw", "issue, two cores", "× raw")


def _keys(measured: Sequence[Line]) -> str:
    return _table(("key", *RATES), [(line["key"], *_rates(line)) for line in measured])


def _kinds(measured: Sequence[Line]) -> str:
    rows = [(line["template"], *_rates(line), f"{line['file_bytes']:,.0f}") for line in measured]
    return _table(("kind", *RATES, "bytes a file"), rows)


def _rates(line: Line) -> tuple[str, ...]:
    return (
        f"{line['raw_key_per_s']:,.0f}",
        f"{line['render_sign_per_s']:,.0f}",
        f"{line['render_sign_x_raw']:.2f}",
        f"{line['issue_per_s']:,.0f}",
        f"{line['issue_x_raw']:.2f}",
        f"{line['issue_beside_per_s']:,.0f}",
        f"{line['issue_beside_x_raw']:.2f}",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
