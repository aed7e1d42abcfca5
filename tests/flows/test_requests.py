"""A citizen's request from filing to delivery, without a browser: who sees it, what is kept of it, and for how long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import NamedTuple

import pytest

from tests.batch_world import on_postgres
from tests.desk_world import TEMPLATE, Day, office_day
from tests.people_world import OFFICE, held, hired, signed_in
from tests.postgres import Server
from tests.rows import births
from tte.errors import ConfigError, NoSuchThing, NotAllowed, RequestsFull, TrackingRefused, WrongState
from tte.model import Raw
from tte.office import Home
from tte.people import Person, Role
from tte.register.rows import keeping_of
from tte.requests import (
    Attached,
    Channel,
    Contact,
    Content,
    Holder,
    Receipt,
    Requests,
    State,
    requests_of,
    summary,
)
from tte.requests.filing import Filing
from tte.requests.rows import AttachmentRow, Filed

MAIL = Contact(Channel.EMAIL, "warga@contoh.example")
NAME = "KIRANA FIKTIF"


class World(NamedTuple):
    day: Day
    requests: Requests

    def filed(self, *, token: str = "t" * 32, office: str = OFFICE, note: str = "") -> Receipt:
        (row,) = births(1)
        content = Content({**row.values, "nama": NAME}, (MAIL,), note)
        attached = [Attached("ktp", "jpeg", b"\xff\xd8 gambar"), Attached("kk", "pdf", b"%PDF- kartu", 2)]
        return self.requests.filing.file(office, TEMPLATE, content, attached, self.day.later(), token=token)

    def who(self, role: Role) -> Person:
        return self.day.who(role)


@pytest.fixture
def world(home: Home) -> Iterator[World]:
    with office_day(home) as day:
        yield World(day, requests_of(home, day.register, day.desk.drafts))


def test_a_request_goes_from_filing_to_delivery_and_tells_who_held_it(world: World) -> None:
    day, requests = world.day, world.requests
    receipt = world.filed()
    operator = world.who(Role.OPERATOR)
    (waiting,) = requests.handling.queue(operator, OFFICE, day.at)
    assert (waiting.id, waiting.state) == (receipt.id, State.SUBMITTED)
    requests.handling.examine(operator, OFFICE, receipt.id, day.later())
    requests.handling.send_back(operator, OFFICE, receipt.id, "Foto KTP buram", day.later())
    track = requests.tracking.look(receipt.number, receipt.secret)
    assert (track.remark, track.content is not None) == ("Foto KTP buram", True)
    (row,) = births(1)
    requests.tracking.amend(
        receipt.number.lower().replace("-", " "),
        receipt.secret.lower(),
        Content({**row.values, "nama": NAME}, (MAIL,)),
        [Attached("ktp", "jpeg", b"\xff\xd8 lebih jelas")],
        day.later(),
    )
    with pytest.raises(WrongState):
        requests.tracking.amend(receipt.number, receipt.secret, Content({}), (), day.at)
    reading = requests.handling.read(operator, OFFICE, receipt.id, day.at)
    content, remark, attachments = reading.content, reading.remark, reading.attachments
    assert (content and content.values["nama"], remark) == (NAME, "")
    assert [one.purpose for one in attachments] == ["kk", "ktp"]
    opened = [requests.handling.attachment(operator, OFFICE, receipt.id, one.id, day.at) for one in attachments]
    assert opened == [("pdf", b"%PDF- kartu"), ("jpeg", b"\xff\xd8 lebih jelas")]

    assert content
    operator = world.who(Role.OPERATOR)
    draft = requests.handling.to_draft(operator, OFFICE, receipt.id, content.values, day.at)
    with pytest.raises(WrongState):
        requests.handling.to_draft(operator, OFFICE, receipt.id, content.values, day.later())
    promised: list[tuple[str, Contact]] = []
    assert requests.following.follow(lambda *both: promised.append(both), day.later()) == 0
    day.checked([draft])
    official, authorisation = day.authorised([draft])
    day.desk.signing.sign(official, authorisation.id, day.typed(), day.later())

    def broken(document_id: str, contact: Contact) -> None:
        raise ConfigError("no channel")

    with pytest.raises(ConfigError):
        requests.following.follow(broken, day.later())
    assert requests.following.follow(lambda *both: promised.append(both), day.later()) == 1
    assert requests.following.follow(lambda *both: promised.append(both), day.later()) == 0
    ((document, contact),) = promised
    assert (contact, requests.tracking.look(receipt.number, receipt.secret).filed.document) == (MAIL, document)
    assert requests.following.delivered(document, day.later())
    assert not requests.following.delivered(document, day.later())
    track = requests.tracking.look(receipt.number, receipt.secret)
    assert [one.state for one in track.steps] == [
        State.SUBMITTED,
        State.EXAMINED,
        State.RETURNED,
        State.SUBMITTED,
        State.EXAMINED,
        State.SIGNED,
        State.SENT,
    ]
    assert [one.holder for one in track.holds] == [
        Holder.OPERATOR,
        Holder.CITIZEN,
        Holder.OPERATOR,
        Holder.VERIFIER,
        Holder.OFFICIAL,
        Holder.SERVICE,
    ]
    assert all(one.until for one in track.holds)
    told = summary(day.register, day.at, office=OFFICE)
    assert (told.counts[State.SENT], told.oldest, told.signed) == (1, None, 1)
    assert told.median_days
    assert {*told.median_hours} == {State.SUBMITTED, State.EXAMINED, State.RETURNED, State.SIGNED}
    assert not summary(day.register, day.at, office="1101").signed


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, home: Home) -> Iterator[World]:
    """With either database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("world")
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database(request.getfixturevalue("postgres_template")) as name:
        on_postgres(home, server.url(name))
        with office_day(Home(home.path)) as day:
            yield World(day, requests_of(day.home, day.register, day.desk.drafts))


def test_what_is_sent_twice_is_one_request_and_is_told_the_same(either: World) -> None:
    world = either
    with ThreadPoolExecutor(4) as pool:
        many = [one.result() for one in [pool.submit(world.filed) for _ in range(4)]]
    assert len({(one.id, one.number, one.secret) for one in many}) == 1
    assert sorted(one.again for one in many) == [False, True, True, True]
    assert world.filed(note="lain").id != many[0].id != world.filed(token="u" * 32).id


def test_of_two_operators_at_once_one_makes_the_draft_and_no_other_is_left(world: World) -> None:
    receipt, operator, at = world.filed(), world.who(Role.OPERATOR), world.day.later()

    def make(values: Mapping[str, Raw]) -> str:
        try:
            return world.requests.handling.to_draft(operator, OFFICE, receipt.id, values, at).id
        except WrongState:
            return ""

    with ThreadPoolExecutor(4) as pool:
        made = [one for one in pool.map(make, [row.values for row in births(4)]) if one]
    assert [one.id for one in world.day.desk.drafts.all(operator, OFFICE, at)] == made
    assert world.requests.handling.get(operator, OFFICE, receipt.id, at).draft == made[0]


def test_an_office_takes_so_many_in_a_day(world: World) -> None:
    few = Filing(world.requests.expiring.store, 1)
    few.file(OFFICE, TEMPLATE, Content({}), (), world.day.later(), token="c", client="abcabcabcabc")
    few.room(OFFICE, world.day.at)  # what an application filed does not count
    few.file(OFFICE, TEMPLATE, Content({}), (), world.day.later(), token="a")
    with pytest.raises(RequestsFull):
        few.file(OFFICE, TEMPLATE, Content({}), (), world.day.later(), token="b")
    with pytest.raises(RequestsFull):
        few.room(OFFICE, world.day.at)
    few.file(OFFICE, TEMPLATE, Content({}), (), world.day.later(days=1, hours=1), token="b")


def test_a_wrong_number_and_a_wrong_secret_get_the_same_answer(world: World) -> None:
    receipt, other = world.filed(), world.filed(token="u" * 32)
    said = set()
    for number, secret in (
        (receipt.number, other.secret),
        ("9971-2222-2222", receipt.secret),
        ("", ""),
        ("x", receipt.secret),
    ):
        with pytest.raises(TrackingRefused) as refused:
            world.requests.tracking.look(number, secret)
        said.add(str(refused.value))
    assert len(said) == 1


def test_another_offices_request_is_not_there_and_other_roles_do_not_see_it(world: World) -> None:
    day, handling = world.day, world.requests.handling
    receipt = world.filed()
    elsewhere = hired(day.desk.people, "orang-lain", day.at, held(Role.OPERATOR, day.at, office="1101"))
    stranger = signed_in(day.desk.people, elsewhere, day.later())
    for office in (OFFICE, "1101"):
        with pytest.raises(NoSuchThing):
            handling.get(stranger, office, receipt.id, day.at)
        with pytest.raises(NoSuchThing):
            handling.send_back(stranger, office, receipt.id, "alasan", day.at)
    verifier = world.who(Role.VERIFIER)
    (attachment, _) = handling.read(verifier, OFFICE, receipt.id, day.at).attachments
    with pytest.raises(NoSuchThing):
        handling.attachment(stranger, "1101", receipt.id, attachment.id, day.at)
    with pytest.raises(NotAllowed):
        handling.examine(verifier, OFFICE, receipt.id, day.at)
    for role in (Role.OFFICIAL, Role.OFFICE_ADMIN, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            handling.queue(world.who(role), OFFICE, day.at)


def test_the_database_holds_no_word_of_it_and_each_sealed_part_opens_in_its_own_place_only(world: World) -> None:
    receipt, other = world.filed(), world.filed(token="u" * 32)
    folder = world.day.home.path / "var"
    stored = b"".join(file.read_bytes() for file in folder.glob("register.sqlite*"))
    for secret in (NAME, MAIL.address, receipt.secret, "kartu"):
        assert secret.encode() not in stored
    store = world.requests.expiring.store
    with store.keeping.reading() as rows:
        first, second = rows.get(Filed, id=receipt.id), rows.get(Filed, id=other.id)
        assert second.content
        with pytest.raises(ConfigError):
            store.seals.opened(rows, OFFICE, second.content, f"content {first.id}")
    (folder / "requests.secret").unlink()
    with pytest.raises((ConfigError, TrackingRefused)):
        requests_of(world.day.home, world.day.register).tracking.look(receipt.number, receipt.secret)


def test_what_citizens_sent_is_deleted_when_its_time_is_over(world: World) -> None:
    day, requests = world.day, world.requests
    receipt = world.filed()
    assert requests.expiring.expire(day.later(days=89)) == 0
    at = day.later(days=2)
    assert [one.id for one in requests.expiring.due(at)] == [receipt.id]
    assert requests.expiring.expire(at) == 1
    assert requests.expiring.expire(at) == 0
    with keeping_of(day.register).reading() as rows:
        filed = rows.get(Filed, id=receipt.id)
        assert (filed.content, filed.remark, filed.forgotten) == (None, None, at)
        assert rows.count(AttachmentRow) == 0
    assert requests.tracking.look(receipt.number, receipt.secret).filed.forgotten == at
    with pytest.raises(WrongState):
        requests.handling.examine(world.who(Role.OPERATOR), OFFICE, receipt.id, day.at + timedelta(1))


def test_nobody_is_forgotten_between_the_signature_and_the_promise_however_long_it_took(world: World) -> None:
    day, requests = world.day, world.requests
    receipt, operator = world.filed(), world.who(Role.OPERATOR)
    requests.handling.examine(operator, OFFICE, receipt.id, day.later())
    (row,) = births(1)
    draft = requests.handling.to_draft(operator, OFFICE, receipt.id, row.values, day.later(days=80))
    with keeping_of(day.register).reading() as rows:
        assert rows.get(Filed, id=receipt.id).changed == day.at
    day.checked([draft])
    official, authorisation = day.authorised([draft])
    day.desk.signing.sign(official, authorisation.id, day.typed(), day.later())
    late = day.at + timedelta(91)
    assert requests.expiring.expire(late) == 0
    promised: list[Contact] = []
    assert requests.following.follow(lambda _, contact: promised.append(contact), late) == 1
    assert promised == [MAIL]
    assert requests.expiring.expire(late + timedelta(31)) == 1
