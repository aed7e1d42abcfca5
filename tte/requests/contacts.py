"""Where a citizen wants to be told, as deliveries know it."""

from tte.delivery.contacts import Channel, Contact

__all__ = ["Channel", "Contact"]
