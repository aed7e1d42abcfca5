"""E-mail by SMTP (RFC 5321), with TLS as the home says: never less than that.

A letter has one recipient and a Message-ID that stays the same when it is handed over again. What the server did not
answer for certain is tried again, so a letter may come twice under one Message-ID; it is never lost.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from tte.delivery.channels import TAKEN, Away, Fate, Line, Told
from tte.delivery.letters import Letter
from tte.errors import TteError
from tte.office.settings import SmtpSettings

_SECONDS: Final = 20.0


class Smtp:
    """Mail through one server. `password` gives the password when it is needed; `host` is our own public name."""

    def __init__(
        self, settings: SmtpSettings, password: Callable[[], str] | None, host: str, now: Callable[[], datetime]
    ) -> None:
        self._settings, self._password, self._now = settings, password, now
        self._host = host.partition(":")[0] or "localhost"

    @contextmanager
    def open(self) -> Iterator[Line]:
        """One connection for all letters of a block."""
        server, trouble = None, ""
        try:
            server = self._connected()
        except TteError as why:
            trouble = why.code
        except (OSError, smtplib.SMTPException, ValueError) as why:
            trouble = _word(why)
        if server is None:
            with Away(trouble).open() as away:
                yield away
            return
        try:
            yield _Open(server, self._message)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _connected(self) -> smtplib.SMTP:
        settings, tls = self._settings, None
        if settings.tls != "none":
            tls = ssl.create_default_context(cafile=settings.ca)
            tls.minimum_version = ssl.TLSVersion.TLSv1_2
        if settings.tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, self._host, timeout=_SECONDS, context=tls
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, self._host, timeout=_SECONDS)
        try:
            if settings.tls == "starttls":
                server.starttls(context=tls)  # SMTPNotSupportedError where the server offers none
            if settings.user is not None and self._password is not None:
                server.login(settings.user, self._password())
        except BaseException:
            server.close()
            raise
        return server

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(self._settings.name, addr_spec=self._settings.sender)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(self._now())
        message["Message-ID"] = f"<{letter.id}@{self._host}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in return
        message.set_content(letter.text, cte="quoted-printable")
        if letter.pdf is not None:
            name, pdf = letter.pdf
            message.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
        return message


class _Open:
    """A connection that stands. Once it broke, nothing more goes over it."""

    def __init__(self, server: smtplib.SMTP, message: Callable[[Letter], EmailMessage]) -> None:
        self._server, self._message, self._broken = server, message, ""

    def hand_over(self, letter: Letter) -> Told:
        if self._broken:
            return Told(Fate.AWAY, self._broken)
        try:
            message = self._message(letter)
        except (ValueError, MessageError, LookupError):  # no address at all
            return Told(Fate.REFUSED, "address")
        try:
            self._server.send_message(message, to_addrs=[letter.to])
        except smtplib.SMTPRecipientsRefused as why:
            return _by_code(next((code for code, _ in why.recipients.values()), 550))
        except (smtplib.SMTPSenderRefused, smtplib.SMTPHeloError) as why:
            return Told(Fate.AWAY, f"smtp-{why.smtp_code}")
        except smtplib.SMTPResponseException as why:
            return _by_code(why.smtp_code)
        except (OSError, smtplib.SMTPException) as why:
            self._broken = _word(why)
            return Told(Fate.LATER, self._broken)
        return TAKEN


def _by_code(code: int) -> Told:
    """RFC 5321 §4.2.1: 5yz is for good, 4yz for now; 421 is the service itself going away."""
    if code == 421:
        return Told(Fate.AWAY, "smtp-421")
    return Told(Fate.REFUSED if 500 <= code < 600 else Fate.LATER, f"smtp-{code}")


def _word(why: Exception) -> str:
    match why:
        case smtplib.SMTPAuthenticationError():
            return "login-refused"
        case smtplib.SMTPNotSupportedError():
            return "no-tls"
        case ssl.SSLError():
            return "tls"
        case TimeoutError():
            return "timed-out"
        case smtplib.SMTPServerDisconnected():
            return "broke-off"
        case smtplib.SMTPResponseException():
            return f"smtp-{why.smtp_code}"
        case OSError():
            return "unreachable"
    return "mail-server"
