"""People of the sample office in their browsers: signed in, with the forms of the pages they look at."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

import httpx

from tests.desk_world import Day
from tests.people_world import OFFICE
from tests.web.conftest import PLENTY, Clock
from tte.people import Role
from tte.web import Service, make_app

HERE = f"/kantor/{OFFICE}"


@dataclass
class Browser:
    """A browser of one person. Pages are asked for as scripts never are: no header but what browsers send."""

    client: httpx.AsyncClient

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        return asyncio.run(self.client.request(method, path, **more))

    def get(self, path: str, status: int = 200) -> str:
        answer = self.ask("GET", path)
        assert answer.status_code == status, (path, answer.status_code, answer.headers.get("location"), answer.text)
        return answer.text

    def post(self, path: str, *, on: str, files: Any = None, **values: Any) -> httpx.Response:
        """Send a form that stands on the page `on`."""
        csrf = csrf_in(self.get(on))
        return self.ask("POST", path, data={"csrf": csrf, **values}, files=files)


def csrf_in(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{32})"', page)
    assert found, page
    return found[1]


def browser(service: Service) -> Browser:
    """A browser of nobody yet."""
    base_url = f"{'https' if service.secure else 'http'}://{service.host}"
    transport = httpx.ASGITransport(make_app(service, allowed=PLENTY))
    return Browser(httpx.AsyncClient(transport=transport, base_url=base_url))


def signed_in(service: Service, day: Day, role: Role, clock: Clock) -> Browser:
    """The browser of who holds this role."""
    phone, opened = day.phones[role], browser(service)
    data = {"login": phone.login, "password": phone.password, "code": phone.code(clock.later())}
    answer = opened.ask("POST", "/masuk", data=data)
    assert answer.status_code == 303, answer.text
    return opened
