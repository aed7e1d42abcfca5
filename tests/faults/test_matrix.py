"""Whatever breaks at whatever step, nothing acknowledged is lost, no row has two documents, no number a gap."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults.cases import KINDS
from tests.faults.machine import built, compiler, environment
from tests.faults.places import PLACES

Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or compiler() is None, reason="faults of a machine need Linux and a C compiler"
)


@pytest.fixture(scope="session")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """The server of the matrix."""
    folder = tmp_path_factory.mktemp("faults")
    words = [sys.executable, "-m", "tests.faults.cases", str(folder)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(built(folder)), text=True
    ) as server:
        assert server.stdin
        assert server.stdout
        assert server.stdout.readline() == "{}\n"

        def ask(**what: str) -> dict[str, Any]:
            assert server.stdin
            assert server.stdout
            server.stdin.write(json.dumps(what) + "\n")
            server.stdin.flush()
            answer: dict[str, Any] = json.loads(server.stdout.readline())
            return answer

        yield ask
        server.stdin.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_lost_or_twice_after(ask: Ask, place: str, kind: str) -> None:
    answer = ask(place=place, kind=kind)
    assert answer["wrong"] == [], answer
    assert answer["acknowledged"] >= 2
    if kind == "kill -9":
        assert answer["code"] == -9
    elif kind == "exception":
        assert answer["code"] == 9
    elif kind == "hang":
        assert answer["hung"]
    else:  # it stops with an error of its own, or had written all; it never dies of it
        assert answer["code"] in (0, 7), answer
