"""A service whose demo key wants no person, with applications of two offices that ask it without a socket."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.people_world import OFFICE, held
from tests.rows import births
from tests.web.conftest import ASGI, PLENTY
from tte.issuance import now
from tte.model import Raw
from tte.office import Home
from tte.people import Action, Client, People, Person, Role
from tte.people.rights import CLIENTS
from tte.web import Service, make_app

OTHER = "3171"
TEMPLATE = "akta_kelahiran"
_OTHER_OFFICE = f"""
[[offices]]
code    = "{OTHER}"
name    = "Suku Dinas Kependudukan dan Pencatatan Sipil"
region  = "Kota Lain"
address = "Jalan Lain 1"
town    = "Kota Lain"
"""


@dataclass
class Application:
    """An application with its key. Requests are made one after the other, or `at_once`."""

    service: Service
    app: ASGI = field(repr=False)
    key: str = field(default="", repr=False)
    client: Client | None = None

    async def _each(self, wanted: Collection[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        base_url = f"https://{self.service.host}"
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url=base_url, headers=headers) as client:
            return await asyncio.gather(*(client.request(how, path, **more) for how, path, more in wanted))

    def at_once(self, wanted: Collection[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
        return asyncio.run(self._each(wanted))

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        (answer,) = self.at_once([(method, path, more)])
        return answer

    def get(self, path: str, status: int = 200) -> httpx.Response:
        answer = self.ask("GET", path)
        assert answer.status_code == status, answer.text
        return answer

    def issue(self, record: dict[str, Raw], **headers: str) -> httpx.Response:
        return self.ask("POST", "/v1/documents", json={"template": TEMPLATE, "record": record}, headers=headers)


Applications = Callable[..., Application]


def record(number: int = 1, *, seed: int = 1) -> dict[str, Raw]:
    """The fictional record of that number."""
    return dict(births(number, seed=seed)[-1].values)


def unattended(home: Home) -> Home:
    """The home, its demo key for applications, and another office in it."""
    profile, settings = home.path / "keys" / "demo.toml", home.path / "tte.toml"
    profile.write_text(f"unattended = true\n{profile.read_text(encoding='utf-8')}", encoding="utf-8")
    settings.write_text(settings.read_text(encoding="utf-8") + _OTHER_OFFICE, encoding="utf-8")
    return Home(home.path)


def new_key(people: People, office: str = OFFICE, *actions: Action) -> str:
    """The key of a new application, added and confirmed; with no action, all that a client can be given."""
    at = now()
    admin = Person("admin", "admin", "Admin", (held(Role.OFFICE_ADMIN, at, office=office),), at)
    row, key = people.clients.add("SIAK", office, actions or CLIENTS, at + timedelta(days=9), at, by=admin)
    people.clients.confirm(row.id, at, by=None)
    return key


@pytest.fixture(scope="session")
def made_office(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample office with its register, for applications. To be copied."""
    folder = tmp_path_factory.mktemp("api") / "home"
    shutil.copytree(made_home, folder)
    with unattended(Home(folder)).open_register():
        return folder


@pytest.fixture
def service(made_office: Path, tmp_path: Path) -> Iterator[Service]:
    shutil.copytree(made_office, tmp_path / "api")
    with Service(Home(tmp_path / "api")) as opened:
        yield opened


@pytest.fixture
def app(service: Service) -> ASGI:
    return make_app(service, allowed=PLENTY)


@pytest.fixture
def applications(service: Service, app: ASGI) -> Applications:
    """Makes applications: `applications(Action.ISSUE, office=…)`; with no action, all that a client can be given."""

    def make(*actions: Action, office: str = OFFICE) -> Application:
        people = service.desk().people
        key = new_key(people, office, *actions)
        return Application(service, app, key, people.clients.client(key, now()))

    return make


@pytest.fixture
def siak(applications: Applications) -> Application:
    """An application that may do all that applications can."""
    return applications()
