"""The chore of deliveries: reports whose hour has come are written down, what is due is sent, what is over forgotten.

Here deliveries meet citizens' requests, which know nothing of each other.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from tte.delivery import Contact, Fate, Opens, tell_sent
from tte.delivery.friday import FridaySender
from tte.requests import Filed
from tte.web.service import Service


class Delivering:
    """One for each service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._friday: FridaySender | None = None
        self._log = structlog.get_logger("tte.web")
        service.promise = self.promise
        service.chores.append(self.do)

    def promise(self, document_id: str, contact: Contact) -> None:
        """What requests ask for when a document was issued."""
        self._service.deliveries().promising.promise(document_id, contact, self._service.now())

    def do(self) -> None:
        """All of it, once. Nothing is lost if it ends half-way."""
        service = self._service
        register = service.register()
        if register is None:
            return
        deliveries = service.deliveries()
        self._friday = self._friday or FridaySender(service.home, register, deliveries.promising)
        for report in self._friday.once(service.now()):
            if report.why is not None:
                self._log.error("friday-report", report=report.name, code=report.why.code)
            else:
                self._log.info("friday-report", report=report.name, recipients=len(report.deliveries))
        told = deliveries.sending.once(service.now)
        if told.fates:
            self._log.info("deliveries", **{fate.value: told.fates[fate] for fate in Fate})
        for channel, trouble in told.troubles.items():
            self._log.warning("delivery-channel", channel=channel, trouble=trouble)
        tell_sent(deliveries.keeping, self._tell)
        deliveries.promising.forget(service.now(), service.home.settings.delivery.link_days)

    def _tell(self, document: str, at: datetime) -> bool:
        """Mark its request, if there is one; whether it was heard. One that is not yet marked as signed will be."""
        if self._service.requests().following.delivered(document, at):
            return True
        deliveries = self._service.deliveries()
        with deliveries.keeping.reading() as rows:
            known = rows.one(Filed, document=document) is not None
        return known or all(one.opens != Opens.KEY for one in deliveries.promising.of_document(document))
