"""An office that speaks ESC's wire, once for each module: what is signed is kept nowhere but in `var/`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.esc_wire.world import Client, World, made
from tests.strangers_pdfs import plain
from tte.office import Home
from tte.web import Service


@pytest.fixture(scope="module")
def world(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("esc") / "home"
    shutil.copytree(made_home, folder)
    return made(Home(folder))


@pytest.fixture(scope="module")
def esc(world: World) -> Iterator[Client]:
    with Service(world.home) as service:
        yield Client(world, service)


@pytest.fixture
def pdf() -> bytes:
    return plain()
