"""What requests carry. The parts of an edit are checked by ``core.edits``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, field_validator

Name = Annotated[StrictStr, Field(min_length=1, max_length=200)]
BatchId = Annotated[StrictStr, Field(min_length=1, max_length=80)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Edits(_Request):
    """A batch of edits to one video: all apply, or none."""

    batch: BatchId
    person: Name
    video: StrictInt
    edits: list[dict[str, Any]] = Field(min_length=1, max_length=1000)

    @field_validator("edits")
    @classmethod
    def _name_the_revision(cls, edits: list[dict[str, Any]]) -> list[dict[str, Any]]:
        # Without it, an edit would overwrite what its sender never saw.
        for edit in edits:
            for name, revision in (("id", "revision"), ("other", "other_revision")):
                if type(edit.get(name)) is int and type(edit.get(revision)) is not int:
                    raise ValueError("an edit names the revision it saw")
        return edits


class Reversal(_Request):
    """Undo or redo of a person's last batch, in one video or anywhere."""

    batch: BatchId
    person: Name
    video: StrictInt | None = None


class Follow(_Request):
    """An object to be followed from a frame on."""

    batch: BatchId
    person: Name
    video: StrictInt
    track: StrictInt
    revision: StrictInt
    frame: Annotated[StrictInt, Field(ge=0)]
    direction: Literal["forwards", "backwards"] = "forwards"
    model: Name


class Restoring(_Request):
    """Putting a video, or one label of it, back to just before batch ``before``."""

    batch: BatchId
    person: Name
    video: StrictInt
    before: StrictInt
    seen: StrictInt
    kind: Literal["track", "segment"] | None = None
    id: StrictInt | None = None


class NewNote(_Request):
    """A note: a new thread with its place, an answer, or a change of a thread's state."""

    batch: BatchId
    person: Name
    video: StrictInt
    text: Annotated[StrictStr, Field(max_length=20_000)] = ""
    frame: StrictInt | None = None
    x: float | None = None
    y: float | None = None
    replies_to: StrictInt | BatchId | None = None
    state: Literal["open", "resolved"] | None = None

    def values(self) -> dict[str, Any]:
        """What ``core.notes.add`` takes; the batch is its client id."""
        found = self.model_dump()
        return {"client": found.pop("batch"), **found}


class Preference(_Request):
    """Something that a person sets up for themselves."""

    person: Name
    name: Name
    value: dict[str, Any]


class NewUpload(_Request):
    """A file about to be sent."""

    name: Annotated[StrictStr, Field(min_length=1, max_length=4096)]
    size: StrictInt
    person: Name | None = None


Kind = Literal["track", "segment", "video"]
