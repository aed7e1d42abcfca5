"""The published schema of ETSI TS 119 102-2, out of EU DSS's jar (`.ci/tools` fetches it), and EU DSS as its reader.

The schema states no licence of its own, so it is not in this repository.
"""

from __future__ import annotations

import subprocess
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from lxml import etree  # type: ignore[import-untyped]

from tests.oracles.eu_dss import CACHE, JAR

_SCHEMA = "xsd/1910202xmlSchema.xsd"
_IMPORTED = {
    "xmldsig-core": "xsd/xmldsig-core-schema.xsd",
    "XAdES": "xsd/XAdES.xsd",
    "additionaltypes": "xsd/ts_119612v020101_additionaltypes_xsd.xsd",
    "ts_119612": "xsd/ts_119612v020301_xsd.xsd",
    "xml.xsd": "xsd/xml.xsd",
}
_SOURCE = Path(__file__).with_name("EuDssReport.java")


def has_schema() -> bool:
    return JAR.exists()


def wrong(report: bytes) -> list[str]:
    """What the schema has against a report."""
    schema = _schema()
    schema.validate(etree.fromstring(report, etree.XMLParser(resolve_entities=False, no_network=True)))
    return [str(one) for one in schema.error_log]


@cache
def _schema() -> etree.XMLSchema:
    with zipfile.ZipFile(JAR) as jar:
        parts = {name: jar.read(name) for name in (_SCHEMA, *_IMPORTED.values())}

    class Inside(etree.Resolver):  # type: ignore[misc]
        """Nothing is fetched: every import is answered from the jar."""

        def resolve(self, url: str, public_id: str, context: object) -> object:
            name = next((name for mark, name in _IMPORTED.items() if mark in url.rsplit("/", 1)[-1]), None)
            if name is None:
                return self.resolve_empty(context)
            return self.resolve_string(parts[name], context, base_url=name)

    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    parser.resolvers.add(Inside())
    return etree.XMLSchema(etree.fromstring(parts[_SCHEMA], parser))


def read_by_eu_dss(reports: list[bytes]) -> list[str]:
    """For each report the main indication that EU DSS's own classes read in it; `error …` if they cannot."""
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        paths = []
        for place, report in enumerate(reports):
            paths.append(Path(folder) / f"{place}.xml")
            paths[-1].write_bytes(report)
        done = subprocess.run(
            ["java", "-XX:TieredStopAtLevel=1", "-cp", str(JAR), str(_SOURCE), *map(str, paths)],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    return done.stdout.split("\n")[: len(reports)]
