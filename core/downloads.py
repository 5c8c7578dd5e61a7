"""Downloads as jobs: a checkpoint of the hub becomes a folder of weights, whole or not at all.

What has arrived lies in a hidden folder beside, named after the commit. It survives a killed worker
and a broken connection, and is asked for from there on. Only when every file has the hash that the
hub told, and the folder passes the same check as any other, does it get its name.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from core import checkpoints, content, errors, fetching, hub, jobs, offers
from core import db as store
from core.jobs import Job
from core.language import N_
from core.offers import Offer
from core.sqlite import Database
from core.workspace import Workspace, require_space

KIND = "download"
PRIORITY = 2
FORGOTTEN_SECONDS = 7 * 24 * 3600.0
LOCK_SECONDS = 20.0
ELSEWHERE = N_("Free some space, or set DATAGUARD_WEIGHTS to a folder on another disk.")

_COMMIT = re.compile(r"[0-9a-f]{40}")
_PARTS = ".*--*.*.part"


def ask(hub_id: str) -> Offer:
    """What the hub has under a name; asks the hub at once and fetches nothing but a few kB.

    :raises Refused: where downloads are switched off.
    :raises BadInput, Unreachable, ModelUnavailable: as ``offers.look_up``.
    """
    with hub.connection() as client:
        return offers.look_up(client, hub_id)


def place(workspace: Workspace) -> Path:
    """The folder that checkpoints are put into: the one all workspaces share, or else their own."""
    own, shared = workspace.weights
    nearest = next(path for path in (shared, *shared.parents) if path.exists())
    return shared if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK) else own


def queue(
    db: Database,
    workspace: Workspace,
    *,
    hub_id: str,
    revision: str,
    licence: str,
    size: int,
    person: int | None = None,
) -> int:
    """Queue a download, or give the open job of the same model. Needs a write transaction.

    :param revision, licence, size: what the person saw and accepted; the job fetches nothing else.
    :raises BadInput: for a bad name, or where there is such a folder already.
    :raises Refused: where downloads are switched off. :raises StorageFull: without the space.
    """
    hub.require_allowed()
    name = checkpoints.folder_name(hub_id)
    for job in jobs.opened(db, KIND):
        if job.parameters.get("hub") == hub_id:
            return job.id
    for folder in workspace.weights:
        _require_absent(folder / name)
    require_space(place(workspace), size - _arrived(place(workspace), name, revision), ELSEWHERE)
    wanted = {"hub": hub_id, "revision": revision, "licence": licence, "size": size}
    return jobs.add(
        db,
        KIND,
        parameters={**wanted, "shown": hub_id},
        priority=PRIORITY,
        total=size,
        person=person,
    )


def _nothing() -> None:
    """Nobody is more urgent."""


def run_job(
    workspace: Workspace, job: Job, between: Callable[[], None] = _nothing
) -> dict[str, Any]:
    """Do a download, going on where an earlier attempt stopped.

    :param between: called often; does what is more urgent.
    :returns: the folder's name and place, and what it holds.
    :raises Cancelled: when a person cancelled it; nothing of it stays.
    :raises DataGuardError: with what would help; what has arrived stays for another attempt.
    """
    wanted = job.parameters
    hub_id, revision = str(wanted.get("hub")), str(wanted.get("revision"))
    name = checkpoints.folder_name(hub_id)
    if not _COMMIT.fullmatch(revision):
        raise errors.BadInput("{value} is no commit of a model.", value=repr(revision[:80]))
    root = place(workspace)
    part = _part(root, name, revision)
    with _explained(root), _alone(root, name):
        if part.exists() or not (root / name).exists():
            _require_absent(root / name)
            try:
                _fetch(workspace, job, part, between)
            except errors.Cancelled:
                _forget_cancelled(workspace, job, part)
                raise
            with _worthless_if_refused(part, name):
                checkpoints.check(part)
            _settle(part, root / name)
        # Without a part a worker was killed just after its last step.
        found = checkpoints.described(root / name)
        return {
            "name": name,
            "path": str(root / name),
            "hub": hub_id,
            "revision": revision,
            "licence": wanted.get("licence"),
            "model_type": found.model_type if found else "",
            "bytes": sum(file.stat().st_size for file in (root / name).iterdir()),
            "sha256": checkpoints.digest(root / name),
        }


def _fetch(workspace: Workspace, job: Job, part: Path, between: Callable[[], None]) -> None:
    """Bring everything into ``part``, small files first: they tell whether the rest is wanted."""
    wanted = job.parameters
    told = fetching.Teller(workspace, job, between)
    with hub.connection() as client:
        offer = fetching.patiently(
            lambda: offers.look_up(client, wanted["hub"], wanted["revision"]), told
        )
        if (offer.licence, offer.size) != (wanted.get("licence"), wanted.get("size")):
            raise errors.Refused(
                "{hub} is not what was accepted: its licence or size changed.",
                "Look it up again, and accept what it is now.",
                hub=offer.id,
            )
        for left in part.parent.glob(f".{checkpoints.folder_name(offer.id)}.*.part"):
            if left != part:
                shutil.rmtree(left, ignore_errors=True)
        part.mkdir(parents=True, exist_ok=True)
        require_space(part.parent, offer.size - _size(part), ELSEWHERE)
        told.total = offer.size
        weights = False
        for file in offer.files:
            if file.name.endswith(".safetensors") and not weights:
                weights = True
                with _worthless_if_refused(part, checkpoints.folder_name(offer.id)):
                    checkpoints.check_settings(part)
            fetching.fetch(client, offer, file, part, told)


@contextmanager
def _worthless_if_refused(part: Path, name: str) -> Iterator[None]:
    """What must never be loaded is not kept; the refusal names the folder it would have been."""
    try:
        yield
    except errors.ModelUnavailable as error:
        shutil.rmtree(part, ignore_errors=True)
        raise errors.ModelUnavailable(
            error.message, error.hint, **{**error.values, "folder": name}
        ) from error


def _part(root: Path, name: str, revision: str) -> Path:
    return root / f".{name}.{revision[:12]}.part"


def _size(part: Path) -> int:
    return sum(file.stat().st_size for file in part.iterdir()) if part.is_dir() else 0


def _arrived(root: Path, name: str, revision: str) -> int:
    return _size(_part(root, name, revision))


def _require_absent(target: Path) -> None:
    """Never write over a folder that is there, whoever put it there.

    :raises BadInput: says whether it can be used, and if not, why.
    """
    if not target.exists() and not target.is_symlink():
        return
    try:
        checkpoints.check(target)
    except errors.ModelUnavailable as error:
        raise errors.BadInput(
            "The folder {folder} is there already, and cannot be used: {reason}",
            "Move or delete that folder, then download again.",
            folder=target,
            reason=error.text(),
        ) from error
    raise errors.BadInput("{folder} is there already.", "It can be used at once.", folder=target)


@contextmanager
def _explained(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if content.is_full(error):
            raise errors.StorageFull(
                "There is no space left in {path}.",
                "Free some space, then try again: what has arrived is kept.",
                path=root,
            ) from error
        raise errors.StorageError(
            "{path} cannot be written: {reason}.",
            "Make that folder writable, or set DATAGUARD_WEIGHTS to another one.",
            path=root,
            reason=error.strerror or type(error).__name__,
        ) from error


@contextmanager
def _alone(root: Path, name: str) -> Iterator[None]:
    """One process at a time fetches a model, also for several workspaces.

    :raises Unreachable: while another one does.
    """
    root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / f".{name}.lock")
    try:
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout as error:
        raise errors.Unreachable(
            "{name} is being fetched for another workspace.",
            "Wait until that has ended; the folder serves all workspaces.",
            name=name,
        ) from error
    try:
        yield
    finally:
        lock.release()


def _forget_cancelled(workspace: Workspace, job: Job, part: Path) -> None:
    """Remove what has arrived when a person wants no more; another worker's is left alone."""
    with store.reader(workspace) as db:
        if jobs.get(db, job.id).cancel:
            shutil.rmtree(part, ignore_errors=True)


def _settle(part: Path, target: Path) -> None:
    """Make a whole folder appear under its name; a crash leaves it there or not."""
    _sync(part)
    part.rename(target)
    _sync(target.parent)


def _sync(folder: Path) -> None:
    with suppress(OSError, AttributeError):  # folders cannot be opened on Windows
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def clean(workspace: Workspace) -> None:
    """Remove what downloads left that nobody continued for a week."""
    for root in workspace.weights:
        for part in root.glob(_PARTS) if root.is_dir() else ():
            newest = max((path.stat().st_mtime for path in [part, *part.iterdir()]), default=0.0)
            if time.time() - newest > FORGOTTEN_SECONDS:
                shutil.rmtree(part, ignore_errors=True)
