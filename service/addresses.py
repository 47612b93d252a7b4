"""Who is calling, behind proxies too."""

from __future__ import annotations

import ipaddress


def client_address(peer: str, forwarded: str | None, trusted_proxies: int) -> str:
    """Who is calling: the peer, or with N trusted proxies the Nth address from the right of X-Forwarded-For. An IPv6
    network of 64 bits counts as one caller."""
    address = peer
    if trusted_proxies and forwarded:
        hops = [hop.strip() for hop in forwarded.split(",")]
        address = hops[max(0, len(hops) - trusted_proxies)]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return peer
    if parsed.version == 6:
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False).network_address)
    return str(parsed)
