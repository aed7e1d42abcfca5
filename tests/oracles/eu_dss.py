"""EU DSS 6.3, the European Commission's validator, in one Java process for many files (`.ci/tools` fetches it)."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Timer
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
    """A running validator, started again when it has stopped. Use as a context manager."""

    def __enter__(self) -> Self:
        self._process = _started()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def validate(self, path: Path, *, seconds: float = 60) -> list[DssSignature]:
        """The signatures found in a file, in its order.

        RuntimeError if EU DSS cannot read it, or dies of it; TimeoutError if it takes too long, and is stopped.
        """
        if self._process.poll() is not None:
            self._process = _started()
        process, late = self._process, Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = Timer(seconds, stop)
        timer.start()
        try:
            return _answer(process, path)
        except RuntimeError:
            if late.is_set():
                raise TimeoutError("EU DSS takes too long") from None
            raise
        finally:
            timer.cancel()


def _started() -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["java", "-Xmx1g", "-XX:TieredStopAtLevel=1", "-cp", f"{JAR}:{_compiled()}", "EuDss"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _answer(process: subprocess.Popen[str], path: Path) -> list[DssSignature]:
    """What it says of this file: all lines up to the one that closes its answer."""
    stdin, stdout = process.stdin, process.stdout
    if stdin is None or stdout is None:
        raise RuntimeError("EU DSS is not running")
    asked, problem = str(path.resolve()), ""
    found: list[DssSignature] = []
    try:
        stdin.write(f"{asked}\n")
        stdin.flush()
    except OSError:
        raise RuntimeError("EU DSS stopped") from None
    for line in stdout:
        match line.rstrip("\n").split("\t"):
            case [".", answered]:
                if answered != asked:
                    raise RuntimeError("EU DSS answers about another file")
                if problem:
                    raise RuntimeError(f"EU DSS: {problem}")
                return found
            case ["signature", format_, intact, valid, doc_mdp, changes]:
                found.append(DssSignature(format_, intact == "true", valid == "true", doc_mdp, int(changes)))
            case ["error", why]:
                problem = why
    process.kill()
    process.wait()
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
