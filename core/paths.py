"""Which places on disk a request may name: names below a folder, and folders a person types."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path

from core import errors, videos

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+://")
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)(\..*)?", re.IGNORECASE)
LONGEST_PATH = 4096


def _refused(name: str) -> errors.Refused:
    return errors.Refused(
        "{name} is not a name that can be opened.", name=videos.display_name(name)
    )


def safe_join(root: Path, name: str) -> Path:
    """The path of ``name`` below ``root``; parts are separated by ``/``.

    Nothing is created or opened. Names that mean another place on some system (drive letters,
    backslashes, device names, trailing dots) are refused on every system.

    :raises Refused: when the name is malformed or leads out of ``root``, also through a link.
    """
    parts = name.split("/")
    if len(name) > LONGEST_PATH or not all(_plain(part) for part in parts):
        raise _refused(name)
    try:
        base = root.resolve()
        found = base.joinpath(*parts).resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise _refused(name) from error
    if found == base or not found.is_relative_to(base):
        raise _refused(name)
    return found


def _plain(part: str) -> bool:
    """One part of a path that means the same file name on every system."""
    return (
        part not in ("", ".", "..")
        and not part.endswith((".", " "))
        and not any(letter in '\\:*?"<>|' or not letter.isprintable() for letter in part)
        and _DEVICE.fullmatch(part) is None
    )


def is_url(text: str | os.PathLike[str]) -> bool:
    """Whether a text is an address rather than a path."""
    return _URL.match(os.fspath(text)) is not None


def refuse_url(text: str | os.PathLike[str]) -> None:
    """Say clearly that videos are not fetched from the network.

    :raises Refused: when the text is a URL.
    """
    if is_url(text):
        raise errors.Refused(
            "{name} is an address on the network, which cannot be added.",
            "Download the video first, then add the file.",
            name=videos.display_name(os.fspath(text)),
        )


def is_loopback(address: str | None) -> bool:
    """Whether a server that listens on ``address`` is reached from this machine alone."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address((address or "").strip("[]")).is_loopback
    except ValueError:
        return False


def roots() -> tuple[Path, ...]:
    """Folders below which a typed path may lie: DATAGUARD_ROOTS, else the home folder."""
    configured = os.environ.get("DATAGUARD_ROOTS", "")
    chosen = [Path(text).expanduser() for text in configured.split(os.pathsep) if text.strip()]
    return tuple(path.resolve() for path in chosen or [Path.home()])


def inside_roots(path: Path) -> bool:
    """Whether a path, links followed, lies below one of :func:`roots`."""
    try:
        found = path.resolve()
    except (OSError, ValueError, RuntimeError):
        return False
    return any(found.is_relative_to(root) for root in roots())


def typed(text: str, *, address: str | None) -> Path:
    """The file or folder that a person typed into the browser, links resolved.

    :param address: what the server listens on; typed paths are for loopback alone.
    :raises Refused: from elsewhere, for a URL, or outside :func:`roots`.
    :raises BadInput: when there is nothing at that place.
    """
    if not is_loopback(address):
        raise errors.Refused(
            "Folders can be typed only where the server runs on this machine alone.",
            "Upload the files instead.",
        )
    clean = text.strip().strip("\"'")
    refuse_url(clean)
    shown = videos.display_name(clean)
    # A network share would be contacted by merely looking at it.
    if not clean or clean.startswith(("\\\\", "//")) or len(clean) > LONGEST_PATH:
        raise errors.BadInput(
            "{name} is not a folder on this machine.", "Type its full path.", name=shown
        )
    path = Path(clean).expanduser()
    if not inside_roots(Path.home() / path):
        raise errors.Refused(
            "{name} lies outside the folders that may be added from.",
            "Allowed: {roots}. Set DATAGUARD_ROOTS to change that.",
            name=shown,
            roots=", ".join(str(root) for root in roots()),
        )
    found = (Path.home() / path).resolve()
    if not (found.is_dir() or found.is_file()):
        raise errors.BadInput(
            "{name} does not exist.", "Check the spelling of the path.", name=shown
        )
    return found
