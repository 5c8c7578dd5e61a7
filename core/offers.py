"""What the hub offers: a checkpoint's licence and files, and which of them may be fetched.

The hub's answer is a stranger's text: names of files are checked before they name anything here.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from core import checkpoints, errors, hub
from core.language import mark

if TYPE_CHECKING:
    import httpx

LONGEST_ANSWER = 32 * 2**20
"""Bytes."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
_SMALL = re.compile(r"(?!model\.safetensors\.index)[\w.-]+\.(json|txt)|README\.md")
_SHARD = re.compile(r"model-\d{5}-of-\d{5}\.safetensors")
_REVISION = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_RISKY = checkpoints.FORBIDDEN - {".py"}

CHOOSE = mark("Choose another model, or ask its makers for safetensors.")


@dataclass(frozen=True, slots=True)
class File:
    """One file of a checkpoint, with one of two hashes.

    :ivar sha256: of its bytes; empty for small files, which the hub keeps in git.
    :ivar blob: git's name of its bytes.
    """

    name: str
    size: int
    sha256: str
    blob: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A checkpoint as the hub has it now.

    :ivar revision: the commit; what is fetched later is fetched of this one.
    :ivar licence: as its card says; empty where it says nothing.
    :ivar gated: its makers want their terms agreed to first.
    :ivar model_type: of its config.json.
    :ivar files: those that would be fetched, small ones first.
    """

    id: str
    revision: str
    licence: str
    gated: bool
    model_type: str
    files: tuple[File, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


def look_up(client: httpx.Client, hub_id: str, revision: str | None = None) -> Offer:
    """Ask what a checkpoint is, and refuse it where it must not be fetched.

    :param revision: a commit; the newest otherwise.
    :raises BadInput: for what is no name of a model.
    :raises Unreachable, ModelUnavailable: with what would help.
    """
    checkpoints.folder_name(hub_id)
    url = f"{hub.endpoint()}/api/models/{hub_id}"
    if revision is not None:
        url += f"/revision/{quote(revision, safe='')}"
    told = _json(client, hub_id, f"{url}?blobs=true")
    commit, listed = told.get("sha"), told.get("siblings")
    if not isinstance(commit, str) or not _REVISION.fullmatch(commit):
        raise _nonsense(hub_id)
    if not isinstance(listed, list) or (revision is not None and commit != revision):
        raise _nonsense(hub_id)
    files = _chosen(hub_id, listed)
    config = _json(client, hub_id, address(hub_id, commit, checkpoints.CONFIG))
    checkpoints.refuse_code(config, hub_id, checkpoints.CONFIG)
    return Offer(
        id=hub_id,
        revision=commit,
        licence=_licence(told),
        gated=bool(told.get("gated")),
        model_type=str(config.get("model_type", ""))[:80],
        files=files,
    )


def address(hub_id: str, revision: str, name: str) -> str:
    """Where a file of a commit is fetched from."""
    return f"{hub.endpoint()}/{hub_id}/resolve/{revision}/{quote(name, safe='')}"


def _json(client: httpx.Client, hub_id: str, url: str) -> dict[str, Any]:
    with hub.asking(client, hub_id, url) as answer:
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > LONGEST_ANSWER:
                raise _nonsense(hub_id)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _nonsense(hub_id) from error
    if not isinstance(found, dict):
        raise _nonsense(hub_id)
    return found


def _nonsense(hub_id: str) -> errors.ModelUnavailable:
    return errors.ModelUnavailable(
        "What {host} answers about {hub} cannot be understood.",
        "Check HF_ENDPOINT and the network: some show a page of their own in place of the hub.",
        host=hub.host(),
        hub=hub_id,
    )


def _chosen(hub_id: str, listed: list[Any]) -> tuple[File, ...]:
    """The files to fetch, small ones first.

    :raises ModelUnavailable: for a repository that holds code, odd names or no safetensors.
    """
    found = {file.name: file for file in (_file(hub_id, item) for item in listed)}
    for name in found:
        if name.endswith(".py"):
            raise errors.ModelUnavailable(
                "{hub} brings code of its own to run: {file}.",
                "Such models are never loaded; choose another one.",
                hub=hub_id,
                file=name,
            )
    if checkpoints.CONFIG not in found:
        raise errors.ModelUnavailable(
            "{hub} has no config.json: it is no model that can be loaded here.",
            CHOOSE,
            hub=hub_id,
        )
    shards = sorted(name for name in found if _SHARD.fullmatch(name))
    if checkpoints.WEIGHTS in found:
        weights = [checkpoints.WEIGHTS]
    elif checkpoints.INDEX in found and shards:
        weights = [checkpoints.INDEX, *shards]
    else:
        risky = sorted(name for name in found if PurePosixPath(name).suffix.lower() in _RISKY)
        raise errors.ModelUnavailable(
            "{hub} has its weights only in {file}, a format that can run code when it is loaded."
            if risky
            else "{hub} has no model.safetensors: there is nothing to load here.",
            CHOOSE,
            hub=hub_id,
            file=risky[0] if risky else "",
        )
    small = sorted(name for name in found if _NAME.fullmatch(name) and _SMALL.fullmatch(name))
    chosen = tuple(found[name] for name in [*small, *weights])
    if not all(_SHA256.fullmatch(file.sha256) or _REVISION.fullmatch(file.blob) for file in chosen):
        raise _nonsense(hub_id)
    return chosen


def _file(hub_id: str, item: Any) -> File:
    """One line of the list of files.

    :raises ModelUnavailable: for a name that would lead somewhere else, or no size.
    """
    name = item.get("rfilename") if isinstance(item, dict) else None
    if not isinstance(name, str):
        raise _nonsense(hub_id)
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts) or "\\" in name or not name.isprintable():
        raise errors.ModelUnavailable(
            "{hub} lists a file named {file}, which would lead out of its folder.",
            "Nothing was fetched. Choose another model.",
            hub=hub_id,
            file=repr(name[:200]),
        )
    lfs = item.get("lfs") if isinstance(item.get("lfs"), dict) else {}
    size = lfs.get("size", item.get("size"))
    if type(size) is not int or size < 0:
        raise _nonsense(hub_id)
    return File(name, size, str(lfs.get("sha256") or ""), str(item.get("blobId") or ""))


def _licence(told: dict[str, Any]) -> str:
    card = told.get("cardData")
    stated = card.get("license") if isinstance(card, dict) else None
    if stated == "other" and isinstance(card, dict):
        stated = card.get("license_name") or stated
    if isinstance(stated, list):
        stated = ", ".join(map(str, stated))
    if not stated and isinstance(told.get("tags"), list):
        tags = [tag for tag in map(str, told["tags"]) if tag.startswith("license:")]
        stated = tags[0].removeprefix("license:") if tags else ""
    return "".join(letter for letter in str(stated or "") if letter.isprintable()).strip()[:80]
