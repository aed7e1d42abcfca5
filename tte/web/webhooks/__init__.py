"""Webhooks: what happened is told to applications, signed, until they have taken it.

The log has a line for every change of a document's state, written in the transaction that makes it. A cursor goes over
it and makes each line that an application wants to hear of a row of the outbox, in the transaction that moves the
cursor: so nothing is lost and nothing is there twice, whatever dies when. A row is sent until it is taken: an event may
arrive more than once, always under the same id with the same body, and in no fixed order.
"""

from tte.web.webhooks.outbox import EVENTS, Outbox
from tte.web.webhooks.rows import Delivery, Webhook
from tte.web.webhooks.sending import Sender

__all__ = ["EVENTS", "Delivery", "Outbox", "Sender", "Webhook"]
