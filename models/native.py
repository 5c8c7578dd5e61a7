"""Manners for native libraries: no chatter on the terminal, no messages to their makers."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator

log = logging.getLogger(__name__)

NOWHERE = "http://127.0.0.1:9"
"""The discard port of this machine: nothing listens there."""

CHATTER = re.compile(r"[IWE]\d{4} |INFO: |WARNING: |=== Source Location|\S+\.cc:\d+$|$")

_stderr = threading.RLock()


def keep_offline() -> None:
    """Let MediaPipe's usage reports end on this machine; call it before MediaPipe is imported.

    Since 0.10.35 MediaPipe sends usage metrics to play.googleapis.com by libcurl and offers no
    switch (google-ai-edge/mediapipe#6291). libcurl asks the C environment for a proxy, so it is
    given one that is not there. ``os.putenv`` leaves ``os.environ`` alone: Python's own HTTP
    clients do not see it.
    """
    os.putenv("https_proxy", NOWHERE)
    os.putenv("no_proxy", "localhost")  # a "*" of the user's would open the way again


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep start-up chatter of native code from stderr; it goes to the log, other lines go on.

    Such code writes to the file descriptor itself, of which there is one for all threads: others
    that are quiet at the same time wait.
    """
    sys.stderr.flush()
    with _stderr, tempfile.TemporaryFile() as caught:
        kept = os.dup(2)
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            caught.seek(0)
            _pass_on(caught.read().decode(errors="replace"))


def _pass_on(text: str) -> None:
    for line in text.splitlines():
        if CHATTER.match(line):
            log.debug("%s", line)
        else:
            print(line, file=sys.stderr)
