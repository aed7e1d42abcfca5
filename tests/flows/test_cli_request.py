"""`tte request`: how requests stand, and deleting what is over; never what they say."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

from tests.command import Answer
from tests.people_world import OFFICE
from tte.cli.exits import Exit
from tte.issuance import now
from tte.office import Home
from tte.requests import Attached, Channel, Contact, Content, requests_of

NAME, MAIL = "KIRANA FIKTIF", "warga@contoh.example"


def test_requests_are_listed_shown_and_emptied_by_the_dated_rule(tte: Callable[..., Answer], home: Home) -> None:
    settings = home.path / "tte.toml"
    rules = [("2020-01-01", 1), ("2024-01-01", 40), ("2999-01-01", 1)]
    text = "".join(
        f'\n[[requests.retention]]\nfrom = {day}\ndays = 7\nidle_days = {idle}\nsource = "contoh"\n'
        for day, idle in rules
    )
    settings.write_text(settings.read_text(encoding="utf-8") + text, encoding="utf-8")
    content = Content({"nama": NAME}, (Contact(Channel.EMAIL, MAIL),))
    with home.open_register() as register:
        filing = requests_of(home, register).filing
        old, new = (
            filing.file(OFFICE, "akta_kelahiran", content, [Attached("kk", "jpeg", b"gambar")], at, token=str(at))
            for at in (now() - timedelta(days=41), now() - timedelta(days=39))
        )
    listed = tte("request", "list", "--office", OFFICE)
    assert listed.out.index(old.number) < listed.out.index(new.number)
    assert "2 diajukan" in listed.out
    *found, waiting = [json.loads(line) for line in tte("request", "list", "--json").out.splitlines()]
    assert [one["number"] for one in found] == [old.number, new.number]
    assert waiting["counts"]["diajukan"] == 2
    assert json.loads(tte("request", "expire", "--dry-run", "--json").out)["requests"] == 1
    assert "1 requests were emptied" in tte("request", "expire").out
    shown = json.loads(tte("request", "show", old.number.lower(), "--json").out)
    assert shown["forgotten"]
    assert shown["attachments"] == []
    plain = tte("request", "show", new.number).out
    assert "1 attachments" in plain
    assert "operator" in plain
    for answer in (listed.out, plain, json.dumps(shown)):
        assert NAME not in answer
        assert MAIL not in answer
        assert new.secret not in answer
    assert tte("request", "show", "9971-2222-2222").code == Exit.USAGE
    assert tte("request", "list", "--state", "hilang").code == Exit.USAGE
