"""Everything behind ESC's routes, opened once, and what every route does: who asks is known before a body is read, what
goes wrong is answered in ESC's shapes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from tte.errors import RegisterError, TteError
from tte.model import Indication, Report, State
from tte.office.esc import EscBook
from tte.sandbox import Busy, Sandbox
from tte.verdict import examine, words
from tte.web.esc.answers import Failed, Refused, business, spring
from tte.web.esc.asked import Asked, asked
from tte.web.esc.codes import Codes
from tte.web.esc.credentials import Application, Credentials
from tte.web.esc.keeping import Keeping
from tte.web.esc.refusing import in_dialect, refusal
from tte.web.esc.signing import Signing
from tte.web.esc.users import Users
from tte.web.opened import OpenKeys
from tte.web.refusals import Refusal
from tte.web.service import Service

DETAILED = "tte.validation.in_detail:validate_in_detail"

Answering = Callable[["Esc", Application, Asked, Request], Awaitable[Response]]


class Esc:
    """For one service that is open. ConfigError or RegisterError if the home cannot do this."""

    def __init__(self, service: Service) -> None:
        self.service, self.settings = service, service.home.settings.esc
        if not service.home.has_register():
            with service.home.open_register():  # made at first use
                pass
        register = service.register()
        if register is None:
            raise RegisterError("the register could not be opened")
        self.book = EscBook(service.home)
        self.credentials = Credentials(service.home, self.book)
        self.users = Users(service, self.book)
        self.codes = Codes(service.home, register, service.now)
        self.keeping = Keeping(
            service.home.path / "var" / "esc" / "signed",
            keep=timedelta(minutes=self.settings.keep_minutes),
            now=service.now,
            most=self.settings.keep_mb * 1_000_000,
        )
        service.chores.append(self.keeping.tidy)
        keys = service.also(OpenKeys(service.home, keep_s=self.settings.key_open_s))
        self.signing = Signing(service, register, self.codes, self.keeping, keys)
        self.sandbox = service.also(Sandbox(service.sandbox.limits, job=DETAILED))

    def report(self, pdf: bytes, name: str) -> tuple[Report, str]:
        """What a file is worth, in detail; and what the register says against it, in Indonesian. Busy."""
        service, digest = self.service, sha256(pdf).digest()
        try:
            register, away = service.register(), False
        except RegisterError:
            register, away = None, True
        found = examine(
            name,
            pdf,
            digest,
            register=register,
            away=away,
            officials=service.officials,
            judge=lambda _, at: self.sandbox.validate(pdf, service.trust, at),
            at=service.now(),
        )
        entry = found.verdict.known.entry
        ended = entry is not None and entry.state is not State.ISSUED
        against = found.report.indication is Indication.TOTAL_PASSED and ended
        return found.report, words(found.verdict, found.report, language="id").sentence if against else ""


def route(esc: Esc, answering: Answering) -> Callable[[Request], Awaitable[Response]]:
    """A route: credentials, fields, the answer, or what is said in its place."""

    async def answer(request: Request) -> Response:
        try:
            application = await run_in_threadpool(esc.credentials.of, request)
            async with _fields(request) as given:
                return await answering(esc, application, given, request)
        except Refused as why:
            return business(in_dialect(why, esc.settings.dialect), esc.settings.dialect)
        except Failed as why:
            return spring(why, request.url.path)
        except (Refusal, Busy):
            raise
        except TteError as why:
            return business(in_dialect(refusal(why), esc.settings.dialect), esc.settings.dialect)

    return answer


@asynccontextmanager
async def _fields(request: Request) -> AsyncIterator[Asked]:
    async with asked(request) as given:
        yield given


async def aside(work: Callable[..., Any], *given: Any) -> Any:
    """In a thread: it takes its time."""
    return await run_in_threadpool(work, *given)
