"""The key profiles of an office: whose, how the key is reached, how long its certificate lives, and whether the office
uses it: one proposes, another confirms. No key is opened, and no profile is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from starlette.responses import Response

from tte.errors import TteError
from tte.key import KeyUri
from tte.office.expiry import Expiry, expiry_of_profile
from tte.office.keys_in_use import digest_of
from tte.office.settings import Profile
from tte.people import Action, Role, Standing
from tte.people.rows import KeyRow
from tte.web.office.lines import names_at
from tte.web.office.visits import OFFICE, Pages, Visit, day_of

KEYS: Final = f"{OFFICE}/sertifikat"


@dataclass(frozen=True, slots=True)
class Shown:
    """A profile as the page shows it; without one, `wrong` is why it cannot be read."""

    name: str
    profile: Profile | None
    scheme: str
    attended: bool
    expiry: Expiry | None
    holders: Sequence[str]
    standing: Standing = Standing.UNSAID
    digest: bytes = b""
    wrong: str = ""


def declare(pages: Pages) -> None:
    """`/kantor/{office}/sertifikat`."""

    @pages.get(KEYS, Action.SEE_KEYS)
    def keys(visit: Visit) -> Response:
        all_of_them = visit.may(Action.SEE_KEYS, own=False)
        own = {one.profile for one in visit.person.held(visit.at) if one.covers(visit.office)}
        shown = [one for one in _profiles(visit) if all_of_them or one.name in own]
        return visit.show(
            "keys.html",
            "keys",
            keys=shown,
            must=visit.service.home.settings.serve.confirmed_keys,
            proposals=visit.desk.people.keys.all(visit.office)[::-1] if all_of_them else (),
            now={one.name: one.digest for one in shown},
            names=names_at(visit),
            proposes=visit.may(Action.PROPOSE_KEYS),
            confirms=visit.may(Action.CONFIRM_KEYS),
        )

    @pages.post(KEYS, Action.PROPOSE_KEYS)
    def propose(visit: Visit) -> Response:
        name, last = visit.typed("profile", 64), day_of(visit.typed("last"))
        visit.desk.people.keys.propose(
            visit.office,
            name,
            _digest(visit, name),
            day_of(visit.typed("begins")) or visit.at,
            last and last + timedelta(days=1),
            visit.at,
            by=visit.person,
        )
        return visit.go("/sertifikat", said="key_proposed")

    @pages.post(KEYS + "/{key}/sahkan", Action.CONFIRM_KEYS)
    def confirm(visit: Visit) -> Response:
        row = _row(visit)
        visit.desk.people.keys.confirm(row.id, _digest(visit, row.profile), visit.at, by=visit.person)
        return visit.go("/sertifikat", said="key_confirmed")

    @pages.post(KEYS + "/{key}/akhiri", Action.PROPOSE_KEYS, Action.CONFIRM_KEYS)
    def end(visit: Visit) -> Response:
        visit.desk.people.keys.end(_row(visit).id, visit.at, by=visit.person)
        return visit.go("/sertifikat", said="ended")


def _digest(visit: Visit, name: str) -> bytes:
    """That of the profile as it is now. NoSuchThing if it is none of this office."""
    profile = visit.service.profiles_of(visit.office).get(name)
    if profile is None:
        raise visit.not_there()
    return digest_of(visit.service.home, profile)


def _row(visit: Visit) -> KeyRow:
    """What the address names, if it is of this office."""
    wanted = visit.request.path_params["key"]
    for one in visit.desk.people.keys.all(visit.office):
        if one.id == wanted:
            return one
    raise visit.not_there()


def _profiles(visit: Visit) -> Sequence[Shown]:
    home, holders = visit.service.home, _holders(visit)
    found = []
    for name in home.profile_names():
        try:
            profile = home.profile(name)
        except TteError as why:
            found.append(Shown(name, None, "", False, None, (), wrong=type(why).__name__))
            continue
        if profile.office == visit.office:
            digest, wrong = b"", ""
            try:
                digest = digest_of(home, profile)
            except TteError as why:  # the certificate that it pins is away
                wrong = type(why).__name__
            standing = visit.desk.people.keys.standing(visit.office, name, digest, visit.at)
            uri = KeyUri.parse(profile.uri)
            expiry = expiry_of_profile(home, profile, visit.at)
            attended = "prompt:" in uri.access.values()
            found.append(
                Shown(name, profile, uri.scheme, attended, expiry, holders.get(name, ()), standing, digest, wrong)
            )
    return found


def _holders(visit: Visit) -> dict[str, list[str]]:
    """Who signs with which profile now."""
    found: dict[str, list[str]] = {}
    for user, roles in visit.desk.people.accounts.all(visit.office):
        for one in roles:
            stands = one.confirmed_by and one.begins <= visit.at and (one.until is None or visit.at < one.until)
            if one.role == Role.OFFICIAL and one.profile and stands and user.disabled is None:
                found.setdefault(one.profile, []).append(user.name)
    return found
