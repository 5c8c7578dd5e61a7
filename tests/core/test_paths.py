"""Names below a folder and typed folders: inside the root, or refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import errors, paths

NASTY = (
    *("..", "/", "\\", "%2e%2e", "\0", "C:", "\\\\host\\share", "∕", ". ", " ", ".", "a", "b.json"),
    *("\n", "‮", "é", "é", "NUL", "con.txt", "~", "🎬", "\udcff", "//", "link", "a" * 300),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "test"
    (made / "inside").mkdir(parents=True)
    (tmp_path / "testtest").mkdir()
    (tmp_path / "testtest" / "secret").write_text("secret")
    (made / "link").symlink_to(tmp_path / "testtest")
    return made


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400)
@given(name=st.lists(st.sampled_from(NASTY), min_size=1, max_size=7).map("".join) | st.text())
def test_sec_02_any_name_stays_inside_or_is_refused(root: Path, name: str) -> None:
    try:
        found = paths.safe_join(root, name)
    except errors.Refused:
        return
    assert found.is_relative_to(root.resolve())
    assert found != root.resolve()
    assert found == found.resolve()


@pytest.mark.parametrize(
    "name",
    [
        *("../testtest/secret", "/etc/passwd", "..", ".", "", "a/../../b", "link/secret", "link"),
        *("inside/..", "a\0b", "C:x", "C:/x", "\\\\host\\share", "a\\b", "nul", "COM1.txt", "a."),
        *("a ", "inside//x", "/inside", "inside/", "a\nb", "x?y", "a:stream"),
    ],
)
def test_sec_02_names_that_lead_out_or_mean_a_device_are_refused(root: Path, name: str) -> None:
    with pytest.raises(errors.Refused):
        paths.safe_join(root, name)


@pytest.mark.parametrize("name", ["a", "inside/b.json", "%2e%2e", "복싱 1.json", "..a", ".hidden"])
def test_sec_02_plain_names_are_joined(root: Path, name: str) -> None:
    assert paths.safe_join(root, name) == root.resolve() / name


def test_sec_02_a_sibling_with_the_same_prefix_is_outside(root: Path) -> None:
    with pytest.raises(errors.Refused):
        paths.safe_join(root, "../testtest/secret")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "home"
    (made / "clips").mkdir(parents=True)
    monkeypatch.setenv("DATAGUARD_ROOTS", str(made))
    monkeypatch.setenv("HOME", str(made))
    return made


def test_a_typed_folder_below_the_roots_is_found(home: Path) -> None:
    for text in (str(home / "clips"), f'"{home / "clips"}"', "~/clips", "clips"):
        assert paths.typed(text, address="127.0.0.1") == home / "clips"


@pytest.mark.parametrize("text", ["/etc", "~/../other", "/", "~/clips/../../other", "~/out"])
def test_a_typed_folder_outside_the_roots_is_refused(home: Path, text: str) -> None:
    (home.parent / "other").mkdir()
    (home / "out").symlink_to(home.parent / "other")
    with pytest.raises(errors.Refused):
        paths.typed(text, address="localhost")


def test_roots_are_a_list_like_PATH(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
    given_roots = os.pathsep.join([str(tmp_path / "one"), str(tmp_path / "two"), ""])
    monkeypatch.setenv("DATAGUARD_ROOTS", given_roots)
    assert paths.typed(str(tmp_path / "two"), address="::1") == tmp_path / "two"
    with pytest.raises(errors.Refused):
        paths.typed(str(tmp_path / "three"), address="::1")


def test_nothing_there_says_so(home: Path) -> None:
    with pytest.raises(errors.BadInput, match="does not exist"):
        paths.typed("~/missing", address="127.0.0.1")


@pytest.mark.parametrize(
    "text", ["", "  ", "//server/share", "\\\\server\\share", "\0", "a" * 9999]
)
def test_what_is_no_folder_of_this_machine_is_refused(home: Path, text: str) -> None:
    with pytest.raises((errors.BadInput, errors.Refused)):
        paths.typed(text, address="127.0.0.1")


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "192.168.0.4", "::", "example.org"])
def test_only_a_loopback_server_takes_typed_folders(home: Path, address: str | None) -> None:
    with pytest.raises(errors.Refused, match="Folders can be typed only"):
        paths.typed("~/clips", address=address)


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "[::1]", "127.1.2.3"])
def test_loopback_addresses(address: str) -> None:
    assert paths.is_loopback(address)


@pytest.mark.parametrize("text", ["http://a/b.mp4", "rtsp://cam/1", "file:///etc/passwd"])
def test_addresses_on_the_network_are_refused(text: str) -> None:
    with pytest.raises(errors.Refused, match="address on the network"):
        paths.refuse_url(text)
    with pytest.raises(errors.Refused):
        paths.typed(text, address="127.0.0.1")


@pytest.mark.parametrize("text", ["C:\\clips", "clip://", "a/b://c"])
def test_paths_are_not_taken_for_addresses(text: str) -> None:
    assert paths.is_url(text) == (text == "clip://")
