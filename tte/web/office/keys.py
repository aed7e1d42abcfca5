"""The key profiles of an office: whose, how the key is reached, how long its certificate lives. No key is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from tte.errors import TteError
from tte.key import KeyUri
from tte.office.expiry import Expiry, expiry_of_profile
from tte.office.settings import Profile
from tte.people import Action, Role
from tte.web.office.visits import OFFICE, Pages, Visit


@dataclass(frozen=True, slots=True)
class Shown:
    """A profile as the page shows it; without one, `wrong` is why it cannot be read."""

    name: str
    profile: Profile | None
    scheme: str
    attended: bool
    expiry: Expiry | None
    holders: Sequence[str]
    wrong: str = ""


def declare(pages: Pages) -> None:
    """`/kantor/{office}/sertifikat`."""

    @pages.get(f"{OFFICE}/sertifikat", Action.SEE_KEYS)
    def keys(visit: Visit) -> Response:
        all_of_them = visit.may(Action.SEE_KEYS, own=False)
        own = {one.profile for one in visit.person.held(visit.at) if one.covers(visit.office)}
        shown = [one for one in _profiles(visit) if all_of_them or one.name in own]
        return visit.show("keys.html", "keys", keys=shown)


def _profiles(visit: Visit) -> Sequence[Shown]:
    home, holders = visit.service.home, _holders(visit)
    found = []
    for name in home.profile_names():
        try:
            profile = home.profile(name)
        except TteError as why:
            found.append(Shown(name, None, "", False, None, (), type(why).__name__))
            continue
        if profile.office == visit.office:
            uri = KeyUri.parse(profile.uri)
            expiry = expiry_of_profile(home, profile, visit.at)
            attended = "prompt:" in uri.access.values()
            found.append(Shown(name, profile, uri.scheme, attended, expiry, holders.get(name, ())))
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
