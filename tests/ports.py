"""Ports for servers of tests: nobody else on this machine takes them before the server does."""

from __future__ import annotations

import itertools
import os
import random
import socket

_FIRST, _WORKERS, _EACH = 20_000, 8, 1_500
"""Below the ports that the system gives to connections, by itself, at any moment."""
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
_PORTS = itertools.count(random.SystemRandom().randrange(_EACH))


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on, and that this function did not give lately."""
    for turn in itertools.islice(_PORTS, _EACH):
        port = _FIRST + _WORKER * _EACH + turn % _EACH
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise RuntimeError("no free port")
