"""What a home sends by: channels that say nothing in the clear, passwords that can be read, keys that want nobody."""

from __future__ import annotations

from collections.abc import Iterator

from tte.cli.doctor.finding import Finding, State, Words, failed
from tte.errors import TteError
from tte.key import KeyUri
from tte.office import Home
from tte.office.delivery import secret_in

_LOCAL = ("127.0.0.1", "::1", "localhost")


def delivery(home: Home) -> Iterator[Finding]:
    """How documents and reports leave. Nobody is asked."""
    settings = home.settings.delivery
    ways = (("email", settings.smtp), ("whatsapp", settings.whatsapp), ("sms", settings.sms))
    there = [name for name, way in ways if way is not None]
    if home.settings.requests.open:
        yield Finding.of(
            "delivery",
            True if there else None,
            Words(f"saluran kiriman: {', '.join(there) or 'tidak ada'}", f"channels: {', '.join(there) or 'none'}"),
            Words("[delivery.smtp] di tte.toml (docs/delivery.md)", "without one, citizens are told of nothing"),
        )
    if (mail := settings.smtp) is not None:
        yield Finding.of(
            "delivery-mail",
            mail.tls != "none" or mail.host in _LOCAL,
            Words(f"surat lewat {mail.host} ({mail.tls})", f"mail goes by {mail.host} ({mail.tls})"),
            Words('tls = "starttls" atau "tls"', "links would travel in the clear"),
        )
        yield from _secret(home, "delivery-mail-password", mail.password)
    for name, gateway in (("whatsapp", settings.whatsapp), ("sms", settings.sms)):
        if gateway is not None:
            yield Finding.of(
                f"delivery-{name}",
                gateway.url.startswith("https:") or gateway.private,
                Words(f"gerbang {name} lewat https", f"the gateway of {name} is reached by https"),
                Words("url harus https://", "numbers and links would travel in the clear"),
            )
            yield from _secret(home, f"delivery-{name}-secret", gateway.secret)
    yield from _friday(home)


def _secret(home: Home, check: str, place: str | None) -> Iterator[Finding]:
    if place is None:
        return
    try:
        secret_in(home, place)
    except TteError as why:
        yield failed(check, why)
        return
    yield Finding(check, State.PASS, Words("dapat dibaca", "it can be read"))


def _friday(home: Home) -> Iterator[Finding]:
    """Whether reports can be signed and sent without a person, where they are to be."""
    for one in home.settings.friday.send:
        name = one.key or home.settings.default_key
        try:
            prompts = "prompt:" in KeyUri.parse(home.profile(name).uri).access.values()
        except TteError as why:
            yield failed("friday-send", why)
            continue
        yield Finding.of(
            "friday-send",
            not prompts and home.settings.delivery.smtp is not None,
            Words(f"laporan Jumat ditandatangani dengan {name}", f"Friday reports are signed with {name}"),
            Words("kunci tanpa prompt: dan [delivery.smtp]", "a key that asks nobody, and [delivery.smtp], are needed"),
            bad=State.WARNING,
        )
