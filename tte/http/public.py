"""Only addresses that the whole internet shares: no name, and no way of writing an address, leads into our network."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any, Final

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

_NOT_SO: Final = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4", "2001::/23", "2002::/16"))
)
"""RFC 6890: protocol assignments, 6to4, Teredo, multicast. Python calls some of them global."""
_UNICAST: Final = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out; what wraps an IPv4 address lies outside it, or is named above."""


class NotPublic(OSError):
    """A name or an address that leads to a place which is not public."""


def is_public(address: str) -> bool:
    """Whether this is an IP address that leads to the same machine from everywhere; false for what is no address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not ip.is_global or any(ip in network for network in _NOT_SO):
        return False
    return ip.version == 4 or ip in _UNICAST


class PublicResolver(AbstractResolver):
    """The system's resolver; NotPublic for a name of which one address is not public."""

    def __init__(self) -> None:
        self._system = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._system.resolve(host, port, family)
        if not all(is_public(one["host"]) for one in found):
            raise NotPublic
        return found

    async def close(self) -> None:
        await self._system.close()


def public_socket(address: tuple[Any, ...]) -> socket.socket:
    """A socket for this address (an `addrinfo`), or NotPublic.

    The last look before connecting: aiohttp asks no resolver about what it takes for an address.
    """
    family, kind, protocol, _, place = address
    if not is_public(str(place[0])):
        raise NotPublic
    return socket.socket(family, kind, protocol)
