"""EU DSS, the Commission's validator, in one Java process that stays; without judging the certificate.

It is the harness of the tests (tests/oracles/EuDss.java) and the jar that they fetch into .cache.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.peers.programs import ask, hear, program, run, start
from bench.peers.workshop import NotHere

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.workshop import Workshop

_ROOT: Final = Path(__file__).resolve().parents[3]
_JAR: Final = _ROOT / ".cache" / "eu-dss" / "open-pdf-sign.jar"
_SOURCE: Final = _ROOT / "tests" / "oracles" / "EuDss.java"


def prepare(shop: Workshop, pdf: bytes) -> Callable[[], None]:
    """Compile the harness, start it, and let Java warm up."""
    if not (_JAR.exists() and _SOURCE.exists()):
        raise NotHere("no jar of EU DSS: the tests' set-up fetches it")
    run(program("javac", "default-jdk-headless"), "-cp", _JAR, "-d", shop.folder, _SOURCE)
    process = start(program("java", "default-jdk-headless"), "-cp", f"{_JAR}:{shop.folder}", "EuDss")
    shop.helpers.append(process.pid)
    file = shop.folder / "eu-dss-verdict.pdf"
    file.write_bytes(pdf)

    def verdict() -> None:
        said = [ask(process, str(file))]
        while said[-1] != ".":
            said.append(hear(process))
        if [line.split("\t")[2:4] for line in said[:-1]] != [["true", "true"]]:
            raise ValueError(f"EU DSS finds it invalid: {said}")

    for _ in range(200):
        verdict()
    return verdict
