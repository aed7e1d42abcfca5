"""The columns of a CSV file against the fields of its template: said once for the file, not again for every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from tte.errors import IntakeError
from tte.template.fields import Field, Grouping

_SHOWN = 10

REQUEST = "idempotency_key"
"""The column, or name in JSON, under which a row says which request for a number it is."""


def check_header(header: Sequence[str], fields: Mapping[str, Field], grouping: Grouping | None) -> None:
    """IntakeError if a column is no field, with the field that was perhaps meant, or a field that is required has none.

    With a `grouping`, the fields of the rows it makes are columns as well.
    """
    own = fields if grouping is None else {name: each for name, each in fields.items() if name != grouping.into}
    inner = fields[grouping.into].fields if grouping is not None else {}
    known = {**inner, **own}
    unknown = [column for column in header if column not in known and column != REQUEST]
    missing = [name for name, each in known.items() if each.required and name not in header]
    if not unknown and not missing:
        return
    said = [f"{column}{_meant(column, known, header)}" for column in unknown[:_SHOWN]]
    if len(unknown) > _SHOWN:
        said.append(f"{len(unknown) - _SHOWN} more")
    parts = [f"unknown: {', '.join(said)}"] if unknown else []
    parts += [f"missing: {', '.join(missing)}"] if missing else []
    raise IntakeError(
        f"the columns of the file are not those of its template; {'; '.join(parts)}",
        hint="correct the first line of the file; nothing was issued from it",
    )


def _meant(column: str, known: Mapping[str, Field], header: Sequence[str]) -> str:
    left = [name for name in known if name not in header]
    close = get_close_matches(column.lower().replace(" ", "_"), left, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
