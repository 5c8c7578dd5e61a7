"""Libraries of the operating system that the wheels need and do not bring (Linux only).

``python -m core.system_libraries`` prints the Debian packages that are missing, one per line. It
imports nothing but the standard library, so it runs before anything else works.
"""

from __future__ import annotations

import ctypes
import sys

# Library, Debian package, and who needs it.
NEEDED = (
    ("libGL.so.1", "libgl1", "opencv-python"),
    ("libgthread-2.0.so.0", "libglib2.0-0", "opencv-python"),
    ("libEGL.so.1", "libegl1", "mediapipe"),
    ("libGLESv2.so.2", "libgles2", "mediapipe"),
)


def missing() -> list[tuple[str, str, str]]:
    """Entries of ``NEEDED`` that cannot be loaded; none on other systems."""
    if not sys.platform.startswith("linux"):
        return []
    return [entry for entry in NEEDED if not _loads(entry[0])]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    for _, package, _ in missing():
        print(package)
