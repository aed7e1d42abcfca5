"""Delivery: documents get to citizens by a link and a PIN that never travel together; reports to their recipients.

What is to be sent is written down first (`promising`), then sent until a channel has taken it (`sending`), and fetched
by who has what opens it (`collecting`). See docs/delivery.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tte.delivery.channels import Fate, Way
from tte.delivery.collecting import Collecting, Opened, Shut
from tte.delivery.contacts import Channel, Contact
from tte.delivery.gateway import Gateway
from tte.delivery.promising import Promised, Promising
from tte.delivery.rows import Delivery, Opens, Part, State
from tte.delivery.secrets import Secrets
from tte.delivery.sending import Round, Sending, Words
from tte.delivery.smtp import Smtp
from tte.delivery.standing import counts, failed_deliveries, listed, masked, tell_sent
from tte.office import Home
from tte.office.delivery import delivery_secret, secret_in
from tte.register import Register
from tte.register.rows import Keeping, keeping_of

__all__ = [
    "Channel",
    "Collecting",
    "Contact",
    "Deliveries",
    "Delivery",
    "Fate",
    "Opened",
    "Opens",
    "Part",
    "Promised",
    "Round",
    "Shut",
    "State",
    "counts",
    "deliveries_of",
    "failed_deliveries",
    "listed",
    "masked",
    "tell_sent",
    "ways_of",
]


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Everything that concerns deliveries, beside one open register. May be used from many threads."""

    keeping: Keeping
    promising: Promising
    sending: Sending
    collecting: Collecting


def deliveries_of(
    home: Home,
    register: Register,
    *,
    office: Callable[[str], str],
    kind: Callable[[str], str],
    now: Callable[[], datetime],
    is_key: Callable[[str, str], bool] = lambda document, typed: False,
) -> Deliveries:
    """The deliveries of a home. `office` and `kind` give the names that messages say."""
    keeping, secrets = keeping_of(register), Secrets(lambda: delivery_secret(home))
    settings = home.settings
    words = Words(office, kind, settings.base_url, settings.delivery.link_days)
    return Deliveries(
        keeping,
        Promising(keeping, register, secrets),
        Sending(keeping, register, secrets, words, ways_of(home, now)),
        Collecting(keeping, register, secrets, settings.delivery.link_days, is_key),
    )


def ways_of(home: Home, now: Callable[[], datetime]) -> dict[str, Way]:
    """The channels that the home is set to have."""
    settings, ways = home.settings.delivery, dict[str, Way]()
    if (mail := settings.smtp) is not None:
        host = home.settings.base_url.split("//", 1)[1].split("/", 1)[0]
        place = mail.password
        at_home = mail if mail.ca is None else mail.model_copy(update={"ca": str(home.path / mail.ca)})
        ways[Channel.EMAIL] = Smtp(at_home, None if place is None else lambda: secret_in(home, place), host, now)
    for channel, gateway in ((Channel.WHATSAPP, settings.whatsapp), (Channel.SMS, settings.sms)):
        if gateway is not None:
            ways[channel] = Gateway(channel, gateway, _secret_of(home, gateway.secret), now)
    return ways


def _secret_of(home: Home, place: str) -> Callable[[], str]:
    return lambda: secret_in(home, place)
