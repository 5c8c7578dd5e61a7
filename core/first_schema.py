"""The tables of the first format, as SQL. Never edited again: what comes later is a step of
``core.migrations``."""

from __future__ import annotations

STATES = "('suggested', 'accepted', 'rejected', 'fixed', 'manual')"

VIDEOS = """
CREATE TABLE people (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (length(name) BETWEEN 1 AND 80),
    created_at TEXT NOT NULL
) STRICT;
CREATE TABLE videos (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    width INTEGER NOT NULL DEFAULT 0, height INTEGER NOT NULL DEFAULT 0,
    rotation INTEGER NOT NULL DEFAULT 0 CHECK (rotation IN (0, 90, 180, 270)),
    sar_num INTEGER NOT NULL DEFAULT 1, sar_den INTEGER NOT NULL DEFAULT 1,
    time_base_num INTEGER NOT NULL DEFAULT 1, time_base_den INTEGER NOT NULL DEFAULT 1,
    frames INTEGER NOT NULL DEFAULT 0 CHECK (frames >= 0),
    unreadable INTEGER NOT NULL DEFAULT 0,
    fps_num INTEGER NOT NULL DEFAULT 0, fps_den INTEGER NOT NULL DEFAULT 1,
    duration REAL NOT NULL DEFAULT 0,
    vfr INTEGER NOT NULL DEFAULT 0 CHECK (vfr IN (0, 1)),
    codec TEXT, container TEXT, audio TEXT,
    licence TEXT NOT NULL DEFAULT '', source TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '[]',
    warnings TEXT NOT NULL DEFAULT '[]',
    state TEXT NOT NULL CHECK (state IN ('ingesting', 'ready', 'failed', 'removed')),
    error TEXT,
    added_by INTEGER REFERENCES people (id),
    added_at TEXT NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX videos_state ON videos (state, id);
CREATE TABLE video_files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    video INTEGER NOT NULL REFERENCES videos (id),
    path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    stored INTEGER NOT NULL CHECK (stored IN (0, 1)),
    bytes INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    added_at TEXT NOT NULL
) STRICT;
CREATE INDEX video_files_video ON video_files (video, id);
CREATE TABLE frame_times (
    video INTEGER PRIMARY KEY REFERENCES videos (id),
    data BLOB NOT NULL,
    digest TEXT NOT NULL
) STRICT;
"""

CLASSES = """
CREATE TABLE skeletons (
    name TEXT PRIMARY KEY,
    joints TEXT NOT NULL, bones TEXT NOT NULL, sigmas TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE TABLE classes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 80),
    names TEXT NOT NULL DEFAULT '{}',
    kind TEXT NOT NULL DEFAULT 'object' CHECK (kind IN ('object', 'event')),
    colour TEXT NOT NULL,
    hotkey TEXT,
    attributes TEXT NOT NULL DEFAULT '{}',
    archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1))
) STRICT;
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""

WORK = """
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    video INTEGER REFERENCES videos (id),
    parameters TEXT NOT NULL DEFAULT '{}',
    priority INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    cancel INTEGER NOT NULL DEFAULT 0 CHECK (cancel IN (0, 1)),
    claim TEXT,
    heartbeat REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    result TEXT,
    error TEXT,
    person INTEGER REFERENCES people (id),
    created_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT
) STRICT;
CREATE INDEX jobs_queue ON jobs (state, priority DESC, id);
CREATE INDEX jobs_video ON jobs (video, id);
CREATE TABLE leases (
    name TEXT PRIMARY KEY, holder TEXT NOT NULL, until REAL NOT NULL
) STRICT;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    video INTEGER NOT NULL REFERENCES videos (id),
    job INTEGER UNIQUE REFERENCES jobs (id),
    model TEXT NOT NULL,
    version TEXT NOT NULL,
    weights_hash TEXT,
    parameters TEXT NOT NULL DEFAULT '{}',
    prompt TEXT,
    device TEXT NOT NULL DEFAULT 'cpu',
    first_frame INTEGER NOT NULL CHECK (first_frame >= 0),
    last_frame INTEGER NOT NULL,
    every INTEGER NOT NULL DEFAULT 1 CHECK (every >= 1),
    state TEXT NOT NULL DEFAULT 'running'
        CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
    frames INTEGER NOT NULL DEFAULT 0,
    tracks INTEGER NOT NULL DEFAULT 0,
    seconds REAL NOT NULL DEFAULT 0,
    model_seconds REAL NOT NULL DEFAULT 0,
    person INTEGER REFERENCES people (id),
    created_at TEXT NOT NULL,
    finished_at TEXT
) STRICT;
CREATE INDEX runs_video ON runs (video, id);
CREATE TABLE run_frames (
    run INTEGER NOT NULL REFERENCES runs (id),
    chunk INTEGER NOT NULL,
    first_frame INTEGER NOT NULL,
    last_frame INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (run, chunk)
) STRICT, WITHOUT ROWID;
"""

LABELS = f"""
CREATE TABLE tracks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    video INTEGER NOT NULL REFERENCES videos (id),
    class INTEGER NOT NULL REFERENCES classes (id),
    run INTEGER REFERENCES runs (id),
    number INTEGER,
    person INTEGER REFERENCES people (id),
    skeleton TEXT REFERENCES skeletons (name),
    name TEXT NOT NULL DEFAULT '' CHECK (length(name) <= 200),
    first_frame INTEGER NOT NULL CHECK (first_frame >= 0),
    last_frame INTEGER NOT NULL,
    score REAL,
    state TEXT NOT NULL CHECK (state IN {STATES}),
    hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
    deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
    keyframes INTEGER NOT NULL DEFAULT 0,
    attributes TEXT NOT NULL DEFAULT '{{}}',
    revision INTEGER NOT NULL DEFAULT 1,
    changed INTEGER NOT NULL DEFAULT 0,
    CHECK (last_frame >= first_frame),
    CHECK ((run IS NULL) <> (person IS NULL))
) STRICT;
CREATE INDEX tracks_window ON tracks (video, deleted, hidden, first_frame, last_frame);
CREATE INDEX tracks_state ON tracks (deleted, hidden, state, class);
CREATE INDEX tracks_changed ON tracks (video, changed);
CREATE INDEX tracks_run ON tracks (run, number);
CREATE TABLE keyframes (
    track INTEGER NOT NULL REFERENCES tracks (id),
    frame INTEGER NOT NULL CHECK (frame >= 0),
    x REAL NOT NULL CHECK (abs(x) < 1e6), y REAL NOT NULL CHECK (abs(y) < 1e6),
    w REAL NOT NULL CHECK (w > 0 AND w < 1e6), h REAL NOT NULL CHECK (h > 0 AND h < 1e6),
    joints BLOB,
    occluded INTEGER NOT NULL DEFAULT 0 CHECK (occluded IN (0, 1)),
    outside INTEGER NOT NULL DEFAULT 0 CHECK (outside IN (0, 1)),
    score REAL,
    source TEXT NOT NULL CHECK (source IN ('model', 'human', 'interpolated')),
    PRIMARY KEY (track, frame)
) STRICT, WITHOUT ROWID;
CREATE INDEX keyframes_outside ON keyframes (track, frame) WHERE outside = 1;
CREATE TABLE segments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    video INTEGER NOT NULL REFERENCES videos (id),
    kind TEXT NOT NULL
        CHECK (kind IN ('event', 'caption', 'answer', 'transcript', 'description')),
    class INTEGER REFERENCES classes (id),
    track INTEGER REFERENCES tracks (id),
    first_frame INTEGER NOT NULL CHECK (first_frame >= 0),
    last_frame INTEGER NOT NULL,
    text TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    question TEXT NOT NULL DEFAULT '',
    evidence TEXT NOT NULL DEFAULT '[]',
    score REAL,
    run INTEGER REFERENCES runs (id),
    person INTEGER REFERENCES people (id),
    state TEXT NOT NULL CHECK (state IN {STATES}),
    hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
    deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
    attributes TEXT NOT NULL DEFAULT '{{}}',
    revision INTEGER NOT NULL DEFAULT 1,
    CHECK (last_frame >= first_frame)
) STRICT;
CREATE INDEX segments_video ON segments (video, kind, first_frame);
CREATE TABLE crops (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    track INTEGER NOT NULL REFERENCES tracks (id),
    window TEXT NOT NULL,
    width INTEGER NOT NULL, height INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN {STATES}),
    media_sha256 TEXT,
    revision INTEGER NOT NULL DEFAULT 1
) STRICT;
"""

JOURNAL = """
CREATE TABLE batches (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE CHECK (length(id) BETWEEN 1 AND 80),
    person INTEGER NOT NULL REFERENCES people (id),
    video INTEGER REFERENCES videos (id),
    kind TEXT NOT NULL CHECK (kind IN ('do', 'undo', 'redo')),
    of INTEGER REFERENCES batches (seq),
    created TEXT NOT NULL DEFAULT '{}',
    at TEXT NOT NULL
) STRICT;
CREATE INDEX batches_person ON batches (person, video, seq);
CREATE INDEX batches_of ON batches (of, seq);
CREATE TABLE edits (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    batch INTEGER NOT NULL REFERENCES batches (seq),
    person INTEGER NOT NULL REFERENCES people (id),
    video INTEGER REFERENCES videos (id),
    kind TEXT NOT NULL CHECK (kind IN ('track', 'segment', 'crop', 'video')),
    target INTEGER NOT NULL,
    verb TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    revision INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX edits_target ON edits (kind, target, seq);
CREATE INDEX edits_batch ON edits (batch, seq);
CREATE INDEX edits_video ON edits (video, seq);
CREATE TABLE verdicts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('track', 'segment', 'crop')),
    target INTEGER NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('accept', 'reject', 'fix', 'skip', 'withdraw')),
    first_frame INTEGER, last_frame INTEGER,
    withdraws INTEGER REFERENCES verdicts (seq),
    person INTEGER NOT NULL REFERENCES people (id),
    batch INTEGER NOT NULL REFERENCES batches (seq),
    reason TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    CHECK ((first_frame IS NULL) = (last_frame IS NULL)),
    CHECK (first_frame IS NULL OR last_frame >= first_frame)
) STRICT;
CREATE INDEX verdicts_target ON verdicts (kind, target, seq);
CREATE INDEX verdicts_person ON verdicts (person, decision);
CREATE TABLE notes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    video INTEGER NOT NULL REFERENCES videos (id),
    frame INTEGER, x REAL, y REAL,
    replies_to INTEGER REFERENCES notes (seq),
    text TEXT NOT NULL CHECK (length(text) <= 10000),
    person INTEGER NOT NULL REFERENCES people (id),
    at TEXT NOT NULL
) STRICT;
CREATE TABLE feedback (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, target INTEGER NOT NULL,
    helpful INTEGER CHECK (helpful IN (0, 1)),
    reason TEXT NOT NULL DEFAULT '', text TEXT NOT NULL DEFAULT '',
    first_frame INTEGER, last_frame INTEGER,
    person INTEGER NOT NULL REFERENCES people (id),
    at TEXT NOT NULL
) STRICT;
"""

SCRIPTS = (VIDEOS, CLASSES, WORK, LABELS, JOURNAL)
APPEND_ONLY = ("batches", "edits", "verdicts", "notes", "feedback", "run_frames")
