"""EU DSS 6.3, the European Commission's validator, in one Java process for many files (`.ci/tools` fetches it)."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "eu-dss"
JAR = CACHE / "open-pdf-sign.jar"
SOURCE = Path(__file__).with_name("EuDss.java")


@dataclass(frozen=True, slots=True)
class DssSignature:
    """What EU DSS finds of one signature, apart from trust."""

    format: str
    intact: bool
    valid: bool
    doc_mdp: str
    undefined_changes: int


class EuDss:
    """A running validator. Use as a context manager."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{JAR}:{_compiled()}", "EuDss"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def validate(self, path: Path) -> list[DssSignature]:
        """The signatures found in a file, in its order; RuntimeError if EU DSS cannot read it."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("EU DSS is not running")
        stdin.write(f"{path.resolve()}\n")
        stdin.flush()
        found: list[DssSignature] = []
        for line in stdout:
            match line.rstrip("\n").split("\t"):
                case ["."]:
                    return found
                case ["signature", format_, intact, valid, doc_mdp, changes]:
                    found.append(DssSignature(format_, intact == "true", valid == "true", doc_mdp, int(changes)))
                case ["error", *why]:
                    stdout.readline()  # the "." that closes the answer; the next file's must not begin with it
                    raise RuntimeError(f"EU DSS: {why}")
        raise RuntimeError("EU DSS stopped")


def _compiled() -> Path:
    """The compiled harness, made anew if its source is newer. Safe when several test processes ask at once."""
    target = CACHE / "EuDss.class"
    if not target.exists() or target.stat().st_mtime < SOURCE.stat().st_mtime:
        import tempfile

        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            subprocess.run(["javac", "-cp", str(JAR), "-d", folder, str(SOURCE)], check=True, capture_output=True)
            for made in Path(folder).glob("*.class"):
                made.replace(CACHE / made.name)
    return CACHE
