"""Our own format: one JSON document per line; nothing that the store knows of a label is lost.

The first line is a header with the classes, skeletons and videos, then one line per track, then one
per segment. Positions are in pixels of the upright full-resolution frame, boxes as x y w h from the
top left. ``f`` is the frame from 0, ``time`` its seconds, ``t`` the same time as an exact fraction.
A track's attributes stand in its line; where they change, each position also has those in force.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core import attributes
from core.exports import source
from core.exports.work import Work, encoded
from core.frame_times import FrameTimes
from core.labels import Keyframe
from core.tracks import Track

VERSION = 1
FILE = "labels.ndjson"


def write(work: Work, folder: Path) -> None:
    """Write ``labels.ndjson`` into a folder."""
    with (folder / FILE).open("w", encoding="utf-8", newline="\n") as file:
        file.write(encoded(_header(work)) + "\n")
        for track, states in work.tracks():
            file.write(encoded(_track(work, track, states)) + "\n")
            work.counts["tracks"] += 1
            work.counts["keyframes"] += len(track.keyframes)
        for row in work.segments():
            times = work.clock.of(row["video"])
            line = source.segment_line(row, times)
            exact = [str(times.seconds(row[end])) for end in ("first_frame", "last_frame")]
            line = {"line": "segment", "video": row["video"], **line, "t": exact}
            file.write(encoded(line) + "\n")
            work.counts["segments"] += 1


def _header(work: Work) -> dict[str, Any]:
    wanted = work.chosen.videos
    videos = []
    for video in work.known.videos.values():
        if video.state != "ready" or (wanted is not None and video.id not in wanted):
            continue
        base = work.clock.of(video.id).time_base
        videos.append(
            {
                "id": video.id,
                "name": video.name,
                "sha256": video.sha256,
                "width": video.width,
                "height": video.height,
                "rotation": video.rotation,
                "sar": [video.sar.numerator, video.sar.denominator],
                "frames": video.frames,
                "duration": video.duration,
                "fps": float(video.fps),
                "fps_exact": f"{video.fps.numerator}/{video.fps.denominator}",
                "time_base": f"{base.numerator}/{base.denominator}",
                "vfr": video.vfr,
                "tags": list(video.tags),
                "licence": video.licence,
                "source": video.source,
            }
        )
    work.counts["videos"] = len(videos)
    return {
        "line": "header",
        "format": "dataguard-labels",
        "version": VERSION,
        "space": "pixels of the upright frame, top-left origin, boxes x y w h; frames from 0",
        "states": list(work.chosen.states),
        "dense": work.options.dense,
        "classes": work.known.classes,
        "skeletons": work.known.skeletons,
        "videos": videos,
    }


def _track(work: Work, track: Track, states: list[tuple[int, int, str]]) -> dict[str, Any]:
    times = work.clock.of(track.video)
    line: dict[str, Any] = {
        "line": "track",
        "track": track.id,
        "video": track.video,
        "class": work.known.names[track.class_id],
        "state": track.state,
        "states": [list(stretch) for stretch in states],
        "score": track.score,
        "first": track.first,
        "last": track.last,
        "name": track.name,
        "skeleton": track.skeleton,
        "attributes": track.attributes,
        "run": track.run,
        "model": track.model,
        "person": track.person,
        "revision": track.revision,
        "keyframes": [_position(work, track, keyframe, times) for keyframe in track.keyframes],
    }
    if work.options.dense:
        line["frames"] = list(_dense(work, track, states, times))
        work.counts["frames"] += len(line["frames"])
    return line


def _dense(
    work: Work, track: Track, states: list[tuple[int, int, str]], times: FrameTimes
) -> Iterator[dict[str, Any]]:
    """Positions in the chosen frames of the stretches in a chosen state."""
    stretches = [(a, b) for a, b, state in states if state in work.chosen.states]
    for first, last in stretches:
        for frame in range(first, last + 1):
            found = track.at(frame) if frame % work.options.every == 0 else None
            if found is not None:
                yield _position(work, track, found, times)


def _position(work: Work, track: Track, keyframe: Keyframe, times: FrameTimes) -> dict[str, Any]:
    """A position; of a track whose attributes change, with the values in force there."""
    seconds = times.seconds(keyframe.frame)
    line = {**keyframe.to_json(), "t": str(seconds), "time": float(seconds)}
    defined = work.known.attributes[track.class_id]
    if any(defined[name]["changing"] for name in defined.keys() & track.attributes.keys()):
        line["attributes"] = attributes.at(defined, track.attributes, keyframe.frame)
    return line
