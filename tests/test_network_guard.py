"""SEC-05: the whole suite reaches no other machine, neither in this process nor in its children."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ELSEWHERE = ("192.0.2.1", 80)
"""An address kept for documentation: nobody is there."""


@pytest.fixture
def tried() -> Path:
    """What was asked for so far; emptied, because here it is meant."""
    return Path(os.environ["NETWORK_GUARD_LOG"])


def test_sec_05_another_machine_is_refused_and_noted(tried: Path) -> None:
    with socket.socket() as made, pytest.raises(PermissionError, match="no other machine"):
        made.connect(ELSEWHERE)
    with socket.socket(type=socket.SOCK_DGRAM) as made, pytest.raises(PermissionError):
        made.sendto(b"", ELSEWHERE)
    with pytest.raises(PermissionError):
        socket.getaddrinfo("example.org", 443)
    lines = [line.split(" by ")[0] for line in tried.read_text("utf-8").splitlines()]
    assert lines == ["connect 192.0.2.1", "sendto 192.0.2.1", "getaddrinfo example.org"]
    tried.write_text("")


def test_sec_05_a_process_of_a_test_is_refused_as_well(tried: Path) -> None:
    code = "import urllib.request; urllib.request.urlopen('http://example.org', timeout=5)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "the tests reach no other machine" in done.stderr
    assert tried.read_text("utf-8").startswith("getaddrinfo example.org by -c")
    tried.write_text("")


def test_sec_05_this_machine_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
