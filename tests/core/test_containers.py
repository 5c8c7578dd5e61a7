"""Only plain media files are opened; what pretends to be one opens nothing else."""

from __future__ import annotations

import itertools
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av.error
import pytest

from core import containers, errors

ROOT = Path(__file__).resolve().parents[2]


class Listener:
    """Counts who connects to a loopback port."""

    def __init__(self) -> None:
        self.hits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.hits += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


PRETENDERS = {
    "concat list": "ffconcat version 1.0\nfile 'neighbour.mp4'\n",
    "playlist of the network": (
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nhttp://127.0.0.1:{port}/a.ts\n"
        "#EXT-X-ENDLIST\n"
    ),
    "playlist of files": (
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:{folder}/neighbour.mp4\n"
        "#EXT-X-ENDLIST\n"
    ),
    "session description": (
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
        "m=video {port} RTP/AVP 96\na=rtpmap:96 H264/90000\n"
    ),
    "DASH manifest": (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT4S"><Period><AdaptationSet mimeType="video/mp4">'
        '<Representation id="1" bandwidth="1"><BaseURL>http://127.0.0.1:{port}/a.mp4</BaseURL>'
        "</Representation></AdaptationSet></Period></MPD>"
    ),
    "web page": "<!DOCTYPE html><html><body><script>alert(1)</script></body></html>",
    "plain text": "This is no video. " * 500,
}


@pytest.mark.parametrize("kind", PRETENDERS)
def test_sec_06_what_only_pretends_to_be_a_video_is_refused(
    kind: str, tmp_path: Path, listener: Listener, clip: Callable[[str], Path]
) -> None:
    shutil.copy(clip("three.mp4"), tmp_path / "neighbour.mp4")
    fake = tmp_path / "video.mp4"
    fake.write_text(PRETENDERS[kind].format(port=listener.port, folder=tmp_path))
    with pytest.raises(errors.VideoUnreadable) as caught:
        containers.open_media(fake)
    assert "video.mp4" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
    assert listener.hits == 0


def test_sec_06_av_open_stands_in_one_file_only() -> None:
    folders = ("core", "models", "api", "components", "pages")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    files += list(ROOT.glob("*.py"))
    opening = {
        path.relative_to(ROOT).as_posix()
        for path in files
        if "av.open(" in path.read_text(encoding="utf-8")
    }
    assert opening == {"core/containers.py"}


def test_vid_10_a_file_without_its_index_is_called_incomplete(clip: Callable[[str], Path]) -> None:
    with pytest.raises(errors.VideoUnreadable, match="incomplete"):
        containers.open_media(clip("no_index.mp4"))


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    with pytest.raises(errors.VideoUnreadable, match="empty"):
        containers.open_media(path)


def test_a_missing_file_and_a_folder_are_missing(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.mp4", tmp_path):
        with pytest.raises(errors.VideoMissing):
            containers.open_media(path)


@pytest.mark.parametrize("name", ["-i.mp4", "a:b.mp4", "100%d.mp4", "복싱 🥊.mp4", "x' y.mp4"])
def test_vid_23_odd_names_open(name: str, tmp_path: Path, clip: Callable[[str], Path]) -> None:
    path = tmp_path / name
    shutil.copy(clip("three.mp4"), path)
    with containers.open_media(path) as media:
        assert containers.video_stream(media, name).codec_context.name == "h264"


def test_vid_14_sound_alone_is_refused(clip: Callable[[str], Path]) -> None:
    with (
        containers.open_media(clip("sound_only.mp4")) as media,
        pytest.raises(errors.VideoUnreadable, match="sound but no pictures"),
    ):
        containers.video_stream(media, "sound_only.mp4")


@dataclass
class Torn:
    """A container that gives the packets of a real one until it cannot go on."""

    media: Any
    after: int
    trouble: Exception

    def demux(self, stream: Any) -> Iterator[Any]:
        yield from itertools.islice(self.media.demux(stream), self.after)
        raise self.trouble


@pytest.mark.parametrize(
    "trouble",
    [av.error.InvalidDataError(1, "torn"), av.error.OSError(5, "torn"), IndexError("a new stream")],
)
def test_packets_end_where_the_file_cannot_be_read_on(
    clip: Callable[[str], Path], trouble: Exception
) -> None:
    with containers.open_media(clip("with_sound.mp4")) as media:
        stream = media.streams.video[0]
        found = list(containers.packets(Torn(media, 7, trouble), stream))
        assert [packet.stream for packet in found] == [stream] * 7
    with containers.open_media(clip("with_sound.mp4")) as media:
        whole = list(containers.packets(media, media.streams.video[0]))
        assert len(whole) == 120
        assert all(packet.size for packet in whole)


def test_writing_where_nothing_can_be_written_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(errors.StorageError):
        containers.create_media(tmp_path / "no" / "such" / "folder.mp4")
