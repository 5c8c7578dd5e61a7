"""One folder that holds everything: database, media, exports, logs and optional weights."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from core import connections, errors
from core.language import N_

ROOT = Path(__file__).resolve().parent.parent
SPACE_FLOOR = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Workspace:
    """The paths of one workspace; making the object touches nothing."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "dataguard.db"

    @property
    def media(self) -> Path:
        return self.root / "media"

    @property
    def exports(self) -> Path:
        return self.root / "exports"

    @property
    def uploads(self) -> Path:
        return self.root / "uploads"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def weights(self) -> tuple[Path, ...]:
        """Folders to look for weights in, the workspace's own first."""
        shared = os.environ.get("DATAGUARD_WEIGHTS")
        return (self.root / "weights", Path(shared) if shared else ROOT / ".weights")

    @property
    def exists(self) -> bool:
        return self.database.exists()

    def make(self) -> None:
        """Create the folders.

        :raises StorageError: where that is not possible.
        """
        try:
            for folder in (self.root, self.media, self.exports, self.uploads, self.logs):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise connections.explained(error, self.database) from error

    def media_path(self, sha256: str, kind: str) -> Path:
        """Where a file that belongs to a video lies: ``kind`` is a suffix such as ``proxy.mp4``.

        Only the content hash decides, so no stored text can point elsewhere.
        """
        if len(sha256) != 64 or not all(letter in "0123456789abcdef" for letter in sha256):
            raise errors.Refused("{value} is no content hash.", value=sha256)
        return self.media / sha256[:2] / f"{sha256}.{kind}"

    def require_space(self, needed: int) -> None:
        """Check the disk before writing.

        :param needed: bytes about to be written.
        :raises StorageFull: when less than that and a reserve of 256 MiB is free.
        """
        require_space(
            self.root, needed, N_("Free some space or choose a workspace on another disk.")
        )


def require_space(path: Path, needed: int, hint: str, *, reserve: int = SPACE_FLOOR) -> None:
    """Check the disk that a path is on, or will be.

    :param needed: bytes about to be written.
    :param hint: gettext key: what helps.
    :raises StorageFull: when less than that and the reserve is free.
    """
    free = shutil.disk_usage(next(place for place in (path, *path.parents) if place.exists())).free
    if free < needed + reserve:
        raise errors.StorageFull(
            "Not enough space in {path}: {needed} MB are needed, {free} MB are free.",
            hint,
            path=path,
            needed=(needed + reserve) // 2**20 + 1,
            free=free // 2**20,
        )


def default(path: str | os.PathLike[str] | None = None) -> Workspace:
    """The workspace a door opens: the given path, else DATAGUARD_WORKSPACE, else ./workspace."""
    chosen = path or os.environ.get("DATAGUARD_WORKSPACE") or "workspace"
    return Workspace(Path(chosen).absolute())


def demo() -> Workspace:
    """The demo workspace: DATAGUARD_DEMO, else ./demo beside the program."""
    return Workspace(Path(os.environ.get("DATAGUARD_DEMO") or ROOT / "demo").absolute())
