"""What applications send, read strictly: what two programs could read in two ways is not read at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, NoReturn

from starlette.requests import Request

from tte.errors import Problem
from tte.web.refusals import Cause, Refusal

_DIGITS: Final = 18
_PROBLEMS: Final = 50


async def take_json(request: Request) -> None:
    """Read the body as JSON (RFC 8259) for the route. Refusal 415, or 400 for what is not, or has a key twice, NaN, an
    integer of more than 18 digits, or too many levels.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal(Cause.MEDIA_TYPE, said="send application/json")
    request._json = parsed(await request.body())  # what `Request.json` gives, and so FastAPI


def parsed(body: bytes) -> Any:
    """What the JSON says. Refusal 400 as `take_json`."""
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_constant, parse_int=_integer)
    except UnicodeDecodeError:
        raise _bad("the body is not UTF-8") from None
    except json.JSONDecodeError as why:
        raise _bad(f"the body is not JSON from character {why.pos + 1} on") from None
    except RecursionError:
        raise _bad("the body is nested too deeply") from None


def invalid(errors: Iterable[Mapping[str, Any]]) -> Refusal:
    """A refusal for what pydantic found, by its place; without what stood there."""
    found = [Problem(".".join(map(str, one["loc"]))[:200], str(one["msg"])[:200]) for one in errors]
    return Refusal(Cause.INVALID, problems=found[:_PROBLEMS])


def _bad(said: str) -> Refusal:
    return Refusal(Cause.BAD_REQUEST, said=said)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _bad("an object in the body has the same key twice")
    return found


def _constant(_: str) -> NoReturn:
    raise _bad("the body holds NaN or Infinity, which JSON does not have")


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise _bad(f"the body holds a number of more than {_DIGITS} digits: write it in quotes")
    return int(digits)
