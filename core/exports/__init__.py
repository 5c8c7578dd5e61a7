"""Exports: chosen labels as files, whole or not at all, with an account of all that was left out.

For every format: labels in the store = labels in the files + labels in ``skipped.json``.
"""

from core.exports.queueing import clean, finished, queue, run_job
from core.exports.source import (
    DEFAULT_STATES,
    Selection,
    segment_line,
    selection,
    stream,
    stream_segments,
)
from core.exports.work import Options
from core.exports.writing import FORMATS, Report, write
from core.exports.yolo_split import DEFAULT_SHARE, LARGEST_SHARE

__all__ = [
    "DEFAULT_SHARE",
    "DEFAULT_STATES",
    "FORMATS",
    "LARGEST_SHARE",
    "Options",
    "Report",
    "Selection",
    "clean",
    "finished",
    "queue",
    "run_job",
    "segment_line",
    "selection",
    "stream",
    "stream_segments",
    "write",
]
