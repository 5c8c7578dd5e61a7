"""Keeps tests on this machine: whatever a Python process of theirs asks of another one is refused.

Processes that tests start find this file on PYTHONPATH and load it before anything else; what was
asked for is written to the file that ``NETWORK_GUARD_LOG`` names, and fails the test.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

LOG = "NETWORK_GUARD_LOG"


def is_local(host: Any) -> bool:
    """Whether a name or number means this machine."""
    text = host.decode() if isinstance(host, bytes) else host
    if text in (None, "", "localhost", "0.0.0.0", "::"):
        return True
    try:
        return ipaddress.ip_address(str(text).split("%")[0]).is_loopback
    except ValueError:
        return False


def _checked(host: Any, doing: str) -> None:
    if is_local(host):
        return
    line = f"{doing} {host} by {' '.join(sys.argv[:4])}\n"
    if path := os.environ.get(LOG):
        with Path(path).open("a", encoding="utf-8") as log:
            log.write(line)
    raise PermissionError(f"the tests reach no other machine: {line}")


def _guarded(name: str, place: int) -> Callable[..., Any]:
    real = getattr(socket.socket, name)

    def call(self: socket.socket, *given: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _checked(given[place][0], name)
        return real(self, *given)

    return call


def install() -> None:
    """Guard this process; again does nothing."""
    if getattr(socket, "guarded", False):
        return
    for name, place in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
        setattr(socket.socket, name, _guarded(name, place))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        real = getattr(socket, name)

        def look_up(
            host: Any, *given: Any, real: Any = real, name: str = name, **named: Any
        ) -> Any:
            _checked(host, name)
            return real(host, *given, **named)

        setattr(socket, name, look_up)
    socket.guarded = True  # type: ignore[attr-defined]


if os.environ.get(LOG):
    install()
