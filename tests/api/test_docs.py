"""docs/api.md: each of its examples is sent as it stands, and every route and action is named there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import httpx

from tests.api.conftest import Application
from tte.people.rights import CLIENTS

DOCS = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"(?m)^    (curl (?:.*\\\n)*.*)$", DOCS)


def run(who: Application, command: str, folder: Path, known: dict[str, str]) -> httpx.Response:
    """What `curl` would do, without a socket."""
    for name, value in known.items():
        command = command.replace(f"${name}", value)
    words = shlex.split(command.replace("\\\n", " "))
    headers: dict[str, str] = {}
    sent: dict[str, Any] = {}
    url, written, rest = "", "", iter(words[1:])
    for word in rest:
        if word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word in ("--data", "--data-binary"):
            content = next(rest)
            sent["content"] = (folder / content[1:]).read_bytes() if content.startswith("@") else content.encode()
        elif word in ("-o", ">"):
            written = next(rest)
        elif word != "-s":
            url = word
    answer = who.ask("POST" if sent else "GET", url, headers=headers, **sent)
    if written:
        (folder / written).write_bytes(answer.content)
    return answer


def test_every_example_does_what_stands_beside_it(siak: Application, tmp_path: Path) -> None:
    siak.service.work = lambda: None  # type: ignore[method-assign]  # nobody works on it here
    bare = Application(siak.service, siak.app)
    known = {"TTE": f"https://{siak.service.host}", "KEY": siak.key, "ID": ""}
    sample = siak.get("/v1/templates/akta_kelahiran/sample").json()["record"]
    lines = [",".join(sample), ",".join(f'"{value}"' for value in sample.values())]
    (tmp_path / "malam.csv").write_text("\n".join(lines), encoding="utf-8")
    statuses = []
    for example in EXAMPLES:
        answer = run(bare, example, tmp_path, known)
        statuses.append(answer.status_code)
        if example.startswith("curl -s $TTE/v1/documents -H"):
            known["ID"] = answer.json()["id"]
            siak.get(f"/v1/register/documents/{known['ID']}/proof")  # the log is signed by then
    assert statuses == [200, 200, 201, 200, 200, 200, 202, 202, 200, 200, 201]


def test_every_action_and_room_is_named() -> None:
    for action in CLIENTS:
        assert f"`{action}`" in DOCS
    for room in ("documents", "drafts", "batches", "templates", "register", "webhooks"):
        assert f"/v1/{room}" in DOCS
