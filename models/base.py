"""What a model is: a catalogue entry that loads into a backend, which answers for many frames.

A backend knows pictures and results, never the database. Its file defines ``MODEL``; heavy imports
happen only inside ``Model.load``, so that listing models stays cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self

from core import errors
from core.labels import Box, FollowResult, FrameResult, Picture

Task = Literal[
    "pose",
    "box",
    "track",
    "mask",
    "caption",
    "answer",
    "embed",
    "transcribe",
    "translate",
    "speak",
    "act",
]
Kind = Literal["number", "integer", "choice", "text"]
Value = float | int | str
LONGEST_TEXT = 500


def N_(text: str) -> str:
    """Mark a text for translation where it is defined; the door translates it where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class WeightFile:
    """A file of weights that a model needs.

    :ivar name: the file made by setup; looked for first.
    :ivar sha256: of that file; a file with another hash counts as the user's own.
    :ivar size: bytes of that file, shown before it is fetched.
    :ivar pattern: glob of files that a user may put into a weights folder instead.
    :ivar check: raises ModelUnavailable for a file that must not reach the model's own parser.
    :ivar prepare: makes ``name`` in a folder where no file is found; None where only the user can.
    """

    name: str
    sha256: str
    size: int
    pattern: str
    check: Callable[[Path], None]
    prepare: Callable[[Path], Path] | None = None


@dataclass(frozen=True, slots=True)
class Hub:
    """A checkpoint that can be had on the hub.

    :ivar id: ``organisation/name``; its folder is ``core.checkpoints.folder_name(id)``.
    :ivar licence: of the weights, as far as is known; the model's own page decides.
    :ivar size: bytes to fetch, about.
    :ivar note: gettext key: what it is good for.
    """

    id: str
    licence: str
    size: int
    note: str


@dataclass(frozen=True, slots=True)
class CheckpointSpec:
    """The checkpoint folders that a model can load.

    :ivar model_types: what ``model_type`` in their ``config.json`` may be.
    :ivar hubs: some that are known to fit, the one to start with first.
    """

    model_types: tuple[str, ...]
    hubs: tuple[Hub, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """What was found: a file, or a checkpoint folder with the hash over its files.

    ``own`` marks a file or folder of the user's, not one that setup makes.
    """

    path: Path
    sha256: str
    own: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting of a model: ``label`` and ``help`` are gettext keys; bounds include both ends.

    The bounds of a text are those of its length in characters. A choice with ``model_types`` may
    also be the name of a checkpoint folder of one of these types.
    """

    name: str
    kind: Kind
    default: Value
    label: str
    help: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    model_types: tuple[str, ...] = ()

    def checked(self, value: Any) -> Value:
        """The value as its kind, also from the text of a command line.

        :raises BadInput: for another kind of value or one outside the bounds.
        """
        if self.kind == "choice":
            return self._checked_choice(value)
        if self.kind == "text":
            return self._checked_text(value)
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = float("nan")
        if self.kind == "integer" and not number.is_integer():
            number = float("nan")
        low = float("-inf") if self.minimum is None else self.minimum
        high = float("inf") if self.maximum is None else self.maximum
        if isinstance(value, bool) or not low <= number <= high:
            raise errors.BadInput(
                "{parameter} must be a number from {minimum} to {maximum}, not {value}.",
                parameter=self.name,
                minimum=self.minimum,
                maximum=self.maximum,
                value=repr(value),
            )
        return int(number) if self.kind == "integer" else number

    def _checked_choice(self, value: Any) -> str:
        free = not self.choices or (self.model_types and isinstance(value, str) and value)
        if not isinstance(value, str) or not (free or value in self.choices):
            raise errors.BadInput(
                "{parameter} must be one of: {choices}; not {value}.",
                parameter=self.name,
                choices=", ".join(self.choices),
                value=repr(value),
            )
        return value

    def _checked_text(self, value: Any) -> str:
        low, high = int(self.minimum or 0), int(self.maximum or LONGEST_TEXT)
        text = value.strip() if isinstance(value, str) else None
        if text is None or not low <= len(text) <= high or not text.isprintable():
            raise errors.BadInput(
                "{parameter} must be one line of {minimum} to {maximum} characters.",
                parameter=self.name,
                minimum=low,
                maximum=high,
            )
        return text


class Ready(Protocol):
    """A loaded model, whatever it does.

    It serves one thread at a time; several processes may each load their own.
    ``weights`` are the files in use and ``device`` where it runs; both go into the run's record.
    """

    weights: tuple[Weights, ...]
    device: str

    def close(self) -> None:
        """Free the model; may be called again."""
        ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Backend(Ready, Protocol):
    """A loaded model that finds things in whole videos.

    ``classes`` are the names it can suggest with its parameters; empty for those of its ``Model``.
    """

    classes: tuple[str, ...] = ()

    def suggest(self, pictures: Iterable[Picture]) -> Iterator[FrameResult]:
        """One result per picture, in their order, with the picture's index.

        Streams: holds at most ``Model.ahead`` pictures that are not answered yet. Each call starts
        anew: nothing seen in an earlier call changes its results.

        :param pictures: rising in index and time; all of one size.
        """
        ...


class Follower(Ready, Protocol):
    """A loaded model of the task ``track``: it follows objects that somebody has drawn."""

    def follow(
        self, first: Picture, boxes: Sequence[Box], pictures: Iterable[Picture]
    ) -> Iterator[FollowResult]:
        """One result per picture, in their order, with the picture's index.

        Streams: holds no picture that is not answered yet, and takes no more of them once every
        object is lost. May be left at any picture; each call starts anew.

        :param first: the picture that shows the objects. :param boxes: at least one, where they
            are in it, in pixels.
        :param pictures: those that follow, rising or falling in index; all of one size.
        """
        ...


Loader = Callable[[Sequence[Path], Mapping[str, Value], str], Ready]


@dataclass(frozen=True, slots=True)
class Model:
    """An entry of the catalogue.

    :ivar load: ``load(weights_folders, parameters, device)``; called with checked parameters.
    :ivar requires: modules that must be importable.
    :ivar classes: names of the classes it can suggest.
    :ivar skeleton: of its poses, a name in core.skeletons; None for boxes alone.
    :ivar checkpoint: the folders it can load, where it is a family of checkpoints.
    :ivar ahead: the most pictures it holds before it answers.
    :ivar hidden: never shown on a screen or in a list.
    """

    name: str
    task: Task
    version: str
    licence: str
    load: Loader
    description: str = ""
    requires: tuple[str, ...] = ()
    weights: tuple[WeightFile, ...] = ()
    checkpoint: CheckpointSpec | None = None
    parameters: tuple[Parameter, ...] = ()
    classes: tuple[str, ...] = ()
    skeleton: str | None = None
    ahead: int = 1
    hidden: bool = False

    def checked_parameters(self, given: Mapping[str, Any]) -> dict[str, Value]:
        """All parameters: those given, and defaults for the rest.

        :raises BadInput: for a bad value; UnknownItem for a name that the model does not have.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                raise errors.UnknownItem(
                    "{model} has no parameter {parameter}.",
                    "Choose from: {choices}.",
                    model=self.name,
                    parameter=name,
                    choices=", ".join(known),
                )
        return {
            name: parameter.checked(given.get(name, parameter.default))
            for name, parameter in known.items()
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """A model and whether it can run here.

    :ivar available: it can run, perhaps after ``reason`` (its file is prepared at the first use).
    :ivar reason, hint: gettext keys with ``values`` for their fields; empty where all is well.
    :ivar size: bytes of its weights, those found or those to fetch.
    :ivar files: names of the user's own files, or of checkpoint folders, to choose from.
    :ivar choices: names of checkpoint folders by the parameter that may name them.
    :ivar licence: of the weights that "auto" would take, where they have one of their own.
    """

    model: Model
    available: bool
    reason: str = ""
    hint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    size: int = 0
    files: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    licence: str = ""
