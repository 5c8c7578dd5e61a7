"""The video annotator: a Streamlit component around plain ES modules in ``assets``.

The modules talk to ``/api`` by themselves; Streamlit only says which video to show and hears, now
and then, where the person stands. The server serves ``ASSETS`` under ``ROUTE``.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import streamlit as st

ASSETS = Path(__file__).parent / "assets"
ROUTE = "/assets/annotator"

# A component's module runs from a blob, so our modules load by an absolute address. One line
# alone would be taken for the path of a file. Streamlit calls again while the first import is
# still under way, and imports need not finish in order: only the latest call counts.
_MODULE = """
const latest = new WeakMap();
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const report = (status) => setStateValue("status", status);
  const isLatest = () => latest.get(parentElement) === component;
  let leave = null;
  latest.set(parentElement, component);
  import(new URL(data.assets, location.origin)).then((annotator) => {
    if (isLatest()) leave = annotator.attach(parentElement, data, report);
  });
  return () => {
    if (!isLatest()) return;
    latest.delete(parentElement);
    leave?.();
  };
}
"""

_component = st.components.v2.component("annotator", js=_MODULE)


@dataclass(frozen=True, slots=True)
class AnnotatorState:
    """Where the person stands, told when things have been quiet for a while.

    ``frame`` is 0-based; ``track`` is the selected track or None; ``unsaved`` counts changes kept
    in the browser, waiting to be sent or refused by the server.
    """

    frame: int
    track: int | None
    unsaved: int


@functools.cache
def version() -> str:
    """A short hash of all asset files, for addresses that change when they do."""
    digest = hashlib.sha256()
    for path in sorted(ASSETS.iterdir()):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def show(
    *,
    video: int,
    workspace: str,
    person: str,
    language: str,
    theme: str,
    height: int,
    key: str,
    frame: int = 0,
    track: int | None = None,
    followers: Sequence[str] = (),
) -> AnnotatorState:
    """Show the annotator for a video.

    :param workspace: key of the workspace, ``own`` or ``demo``.
    :param person: who edits; named in every edit.
    :param language: ``en`` or ``ko``; :param theme: ``light`` or ``dark``.
    :param frame: where to open; a later rerun with another value goes there. Do not feed the
        returned frame back, or the two chase each other.
    :param track: the track to select, likewise.
    :param followers: names of the models that can follow an object here, the usual one first.
    :param height: of the whole annotator, in CSS pixels.
    """
    data: dict[str, Any] = {
        "assets": f"{ROUTE}/main.js?v={version()}",
        "video": video,
        "workspace": workspace,
        "person": person,
        "language": language,
        "theme": theme,
        "frame": frame,
        "track": track,
        "height": height,
        "followers": list(followers),
    }
    unknown = {"frame": frame, "track": track, "unsaved": 0}
    result = _component(
        key=key,
        data=data,
        default={"status": unknown},
        height=height,
        on_status_change=_heard,
    )
    status = cast("dict[str, Any]", result.status or unknown)
    return AnnotatorState(
        frame=int(status["frame"]), track=status["track"], unsaved=int(status["unsaved"])
    )


def _heard() -> None:
    """The state needs a callback to exist; the page reads it from the return value."""
