"""Which network a request comes from: what limits by address count.

An IPv6 network of 64 bits is counted as one address: whoever has one address of it has
all of them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, MutableMapping
from typing import Any

UNKNOWN = "unknown"
_IPV6_BITS = 64


def network_of(address: str | None) -> str:
    """The IPv4 address itself, or the /64 network of an IPv6 address: "2001:db8::/64"."""
    try:
        found = ipaddress.ip_address((address or "").strip().split("%", maxsplit=1)[0])
    except ValueError:
        return UNKNOWN
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, _IPV6_BITS), strict=False))
    return str(found)


def forwarded(address: str, values: Iterable[str], proxies: int) -> str:
    """The address that the `proxies` trusted proxies have noted, as ProxyFix reads it.

    :param address: of the connection itself.
    :param values: those of all X-Forwarded-For headers, in order.
    """
    entries = [entry.strip() for value in values for entry in value.split(",")]
    return entries[-proxies] if proxies and len(entries) >= proxies else address


def address_of(scope: MutableMapping[str, Any], proxies: int) -> str:
    """The address that an ASGI connection comes from."""
    address = (scope.get("client") or ("127.0.0.1", 0))[0]
    values = (
        value.decode("latin-1")
        for name, value in scope["headers"]
        if name.lower() == b"x-forwarded-for"
    )
    return forwarded(address, values, proxies)
