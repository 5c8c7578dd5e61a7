"""Checkpoint folders: what is found, and what is refused before any library reads it."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from core import checkpoints, errors


def safetensors(tensors: dict[str, Any], body: bytes) -> bytes:
    head = json.dumps(tensors).encode()
    return len(head).to_bytes(8, "little") + head + body


ONE = {"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}
DEEP = '{"a":' * 100_000
GOOD = safetensors(ONE, b"\0" * 8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound checkpoint in a weights folder."""
    path = tmp_path / "weights" / "org--name"
    path.mkdir(parents=True)
    (path / "config.json").write_text('{"model_type": "d_fine", "num_labels": 2}')
    (path / "model.safetensors").write_bytes(GOOD)
    return path


class Canary:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.mark,))


def refused(path: Path) -> str:
    with pytest.raises(errors.ModelUnavailable) as caught:
        checkpoints.check(path)
    assert caught.value.hint
    return caught.value.text()


def test_a_sound_folder_passes_and_is_listed(folder: Path) -> None:
    checkpoints.check(folder)
    (found,) = checkpoints.found([folder.parent], ["d_fine"])
    assert found == checkpoints.Checkpoint("org--name", folder, "d_fine", len(GOOD), "")
    assert checkpoints.found([folder.parent], ["rt_detr"]) == []


def test_the_first_folder_counts_and_the_readme_tells_the_licence(
    folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "shared" / "org--name"
    other.mkdir(parents=True)
    (other / "config.json").write_text('{"model_type": "d_fine"}')
    (folder / "README.md").write_text('---\ntags: [a]\nlicense: "apache-2.0"\n---\nlicense: none\n')
    found = checkpoints.found([folder.parent, other.parent, tmp_path / "none"], ["d_fine"])
    assert [(item.path, item.licence) for item in found] == [(folder, "apache-2.0")]


@pytest.mark.parametrize("content", ["", "[]", "{", "deep", "\0"])
def test_an_unreadable_config_is_not_listed_and_refused(folder: Path, content: str) -> None:
    text = content.replace("deep", DEEP)
    (folder / "config.json").write_text(text)
    assert checkpoints.found([folder.parent], ["d_fine", ""]) == []
    assert "config.json" in refused(folder)


def test_missing_files_are_named(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    assert "model.safetensors is missing" in refused(folder)
    (folder / "config.json").unlink()
    assert "config.json is missing" in refused(folder)


def test_shards_must_all_be_there(folder: Path) -> None:
    shards = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    (folder / "model.safetensors").rename(folder / shards["a"])
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": shards}))
    assert shards["b"] in refused(folder)
    (folder / shards["b"]).write_bytes(GOOD)
    checkpoints.check(folder)
    assert checkpoints.found([folder.parent], ["d_fine"])[0].size == 2 * len(GOOD)
    for name in ("../model.safetensors", "weights.data"):
        index.write_text(json.dumps({"weight_map": {"a": name}}))
        assert "no safetensors file" in refused(folder)
    index.write_text('{"weight_map": {}}')
    assert "names no files" in refused(folder)


@pytest.mark.parametrize(
    "name",
    ["pytorch_model.bin", "a.PT", "a.pth", "a.pkl", "a.ckpt", "modeling.py", "a.msgpack", "a.h5"],
)
def test_sec_18_a_folder_with_files_that_run_code_is_refused(folder: Path, name: str) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / name).write_bytes(b"")
    assert name in refused(folder)


@pytest.mark.parametrize(
    ("file", "config"),
    [
        ("config.json", {"auto_map": {"AutoModel": "modeling.Evil"}}),
        ("config.json", {"backbone_config": {"list": [{"auto_map": {}}]}}),
        ("preprocessor_config.json", {"auto_map": {"AutoImageProcessor": "evil.Evil"}}),
        ("tokenizer_config.json", {"auto_map": {"AutoTokenizer": ["evil.Evil", None]}}),
    ],
)
def test_sec_18_auto_map_is_refused(folder: Path, file: str, config: dict[str, Any]) -> None:
    (folder / file).write_text(json.dumps({"model_type": "d_fine", **config}))
    assert "auto_map" in refused(folder)


def test_sec_18_a_pickle_in_disguise_is_refused_and_never_runs(
    folder: Path, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    data = pickle.dumps(Canary(mark))
    pickle.loads(data)
    assert mark.exists(), "the canary sings when it is unpickled"
    mark.unlink()
    for disguise in (data, len(data).to_bytes(8, "little") + data):
        (folder / "model.safetensors").write_bytes(disguise)
        assert "model.safetensors" in refused(folder)
    assert not mark.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x08\0\0",
        GOOD[:-1],
        GOOD + b"x",
        (2**40).to_bytes(8, "little") + b"{}",
        (10**8 + 10**8).to_bytes(8, "little") + b" " * 64,
        safetensors({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 2**60]}}, b""),
        safetensors({"w": {"dtype": "F32", "shape": [2], "data_offsets": [-8, 8]}}, b"\0" * 8),
        safetensors({"w": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}}, b"\0" * 8),
        safetensors({"w": {"dtype": "F32", "shape": ["2"], "data_offsets": [0, 8]}}, b"\0" * 8),
        safetensors({"w": {"shape": [2], "data_offsets": [0, 8]}}, b"\0" * 8),
        safetensors({"w": 1}, b""),
        (2).to_bytes(8, "little") + b"[]",
        (4).to_bytes(8, "little") + b"\xff\xfe{}",
    ],
)
def test_sec_18_damaged_safetensors_are_refused(folder: Path, content: bytes) -> None:
    (folder / "model.safetensors").write_bytes(content)
    assert "model.safetensors" in refused(folder)


def test_sec_18_links_out_of_the_weights_folder_are_refused(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    folder.rename(outside)
    folder.symlink_to(outside)
    assert "link" in refused(folder)
    folder.unlink()
    outside.rename(folder)
    (tmp_path / "secret.txt").write_text("x")
    (folder / "vocab.txt").symlink_to(tmp_path / "secret.txt")
    assert "vocab.txt" in refused(folder)


def test_a_weights_folder_may_itself_be_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(folder.parent)
    checkpoints.check(tmp_path / "linked" / folder.name)


def test_the_digest_follows_names_and_content(folder: Path) -> None:
    first = checkpoints.digest(folder)
    assert checkpoints.digest(folder) == first
    (folder / "README.md").write_text("not loaded")
    assert checkpoints.digest(folder) == first
    (folder / "preprocessor_config.json").write_text("{}")
    second = checkpoints.digest(folder)
    (folder / "preprocessor_config.json").rename(folder / "processor_config.json")
    third = checkpoints.digest(folder)
    (folder / "model.safetensors").write_bytes(GOOD[:-1] + b"\1")
    assert len({first, second, third, checkpoints.digest(folder)}) == 4


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ustc-community/dfine-small-coco", "ustc-community--dfine-small-coco"),
        ("google/owlv2-base-patch16-ensemble", "google--owlv2-base-patch16-ensemble"),
        ("PekingU/rtdetr_v2_r18vd", "PekingU--rtdetr_v2_r18vd"),
    ],
)
def test_folder_names(name: str, expected: str) -> None:
    assert checkpoints.folder_name(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        *("", "a", "a/b/c", "../b", "a/..", "a/b--c", "a--b/c", "a/b.", "-a/b", "a/b\n", "a/b c"),
        *("a//b", "a/한국", "a/" + "b" * 100, "https://huggingface.co/a/b", "a\\b", "a/b?x=1"),
        *("a/.b", "a/b..c"),
    ],
)
def test_sec_18_hub_ids_cannot_name_other_places(name: str) -> None:
    with pytest.raises(errors.BadInput):
        checkpoints.folder_name(name)


def test_a_broken_one_does_not_stand_before_a_sound_one(folder: Path) -> None:
    broken = folder.with_name("a--broken")
    broken.mkdir()
    (broken / "config.json").write_text('{"model_type": "d_fine"}')
    listed = checkpoints.found([folder.parent], ["d_fine"])
    assert [item.name for item in listed] == ["a--broken", "org--name"]
    assert [item.name for item in checkpoints.sound(listed)] == ["org--name"]
    with pytest.raises(errors.ModelUnavailable, match="a--broken"):
        checkpoints.sound(listed[:1])
    assert checkpoints.sound([]) == []


def test_one_that_is_still_being_fetched_is_not_listed(folder: Path) -> None:
    folder.rename(folder.with_name(".org--name.0123.part"))
    assert checkpoints.found([folder.parent], ["d_fine"]) == []
