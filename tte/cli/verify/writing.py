"""Reports as files: ETSI's XML, and one page of PDF. One file where one was asked about, else one each in a folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tte.cli.files import output_folder, write_as
from tte.verdict import Examined

Render = Callable[[Examined], bytes]


def _xml(one: Examined) -> bytes:
    from tte.reports.xml import report_xml

    return report_xml(one.report, one.verdict)


def _pdf(one: Examined) -> bytes:
    from tte.reports.pdf import report_pdf

    return report_pdf(one.report, one.verdict, Path(one.file).name, one.seal)


@dataclass(slots=True)
class Writer:
    """Writes one kind of report: to `out`, or into it if it is a `folder`. Nothing is written over."""

    out: Path
    suffix: str
    render: Render
    folder: bool
    names: set[str] = field(default_factory=set)

    def write(self, one: Examined) -> None:
        """OutputError if the file is there with other content, or cannot be written."""
        write_as(output_folder(self.out) / self._name(Path(one.file)) if self.folder else self.out, self.render(one))

    def _name(self, file: Path) -> str:
        stem = "stdin" if str(file) == "-" else file.stem
        names = (f"{stem}{more}{self.suffix}" for more in ("", *(f"-{count}" for count in range(2, 1 << 20))))
        name = next(name for name in names if name not in self.names)
        self.names.add(name)
        return name


@dataclass(frozen=True, slots=True)
class Writers:
    """The kinds that were asked for."""

    kinds: tuple[Writer, ...]

    @classmethod
    def of(cls, xml: Path | None, pdf: Path | None, *, several: bool) -> Writers:
        wanted = ((xml, ".xml", _xml), (pdf, ".pdf", _pdf))
        return cls(tuple(Writer(out, suffix, render, several) for out, suffix, render in wanted if out))

    def write(self, one: Examined) -> None:
        for kind in self.kinds:
            kind.write(one)
