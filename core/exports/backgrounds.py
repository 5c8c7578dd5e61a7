"""Frames of which it is known that nothing is there: what a model saw was refused by a person."""

from __future__ import annotations

import numpy as np

from core.exports import positions, source
from core.exports.positions import Marked
from core.exports.work import Work
from core.tracks import Track


def known_empty(work: Work) -> Marked:
    """Chosen frames where every suggestion was rejected and nothing else of the classes is.

    A frame in which nothing was ever suggested is not among them: whether anybody looked at it is
    not known. A track counts over its whole span, without a look at its keyframes.
    """
    refused: Marked = {}
    taken: Marked = {}
    wanted = {video.id: video for video in work.chosen_videos()}
    classes = work.chosen.classes

    def look(track: Track) -> bool:
        video = wanted.get(track.video)
        shown = not track.deleted and not track.hidden
        if video and shown and (classes is None or track.class_id in classes):
            for first, last, state in source.states_over(track):
                frames = refused if state == "rejected" else taken
                positions.mark(frames, video, slice(first, last + 1))
        return False  # its keyframes are not needed

    for _ in source.stream(work.workspace, up_to=work.known.last_track, wanted=look):
        pass
    return {
        video: frames & positions.every_frame_of(work, wanted[video]) & ~taken.get(video, np.False_)
        for video, frames in refused.items()
    }
