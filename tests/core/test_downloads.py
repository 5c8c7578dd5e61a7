"""Downloads from a hub on this machine: whole or not at all, resumed, checked, refused in words."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import huggingface_hub
import pytest
from filelock import FileLock

from core import checkpoints, downloads, errors, fetching, jobs, offers
from core import db as store
from core.hub import connection
from core.jobs import Job
from core.worker import Worker
from core.workspace import ROOT, Workspace
from tests.hub import REVISION, FakeHub, Repository, running
from tests.waiting import wait_until

NAME = "org/tiny-boxes"
FOLDER = "org--tiny-boxes"
SIZE = 2 * 2**20
SLOW = 2**16
"""Bytes a second: so there is time to do something meanwhile."""
CONFIG = b'{"model_type": "d_fine"}'


def safetensors(size: int = SIZE) -> bytes:
    head = json.dumps({"w": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}).encode()
    return len(head).to_bytes(8, "little") + head + random.Random(5).randbytes(size)


WEIGHTS = safetensors()


def repository(**changes: Any) -> Repository:
    files = {
        ".gitattributes": b"*.safetensors filter=lfs",
        "README.md": b"---\nlicense: apache-2.0\n---\n# Tiny\n",
        "config.json": CONFIG,
        "preprocessor_config.json": b"{}",
        "model.safetensors": WEIGHTS,
        "onnx/model.onnx": b"not for us",
    }
    given = changes.pop("files", {})
    files = {name: data for name, data in {**files, **given}.items() if data is not None}
    return Repository(files, **changes)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A hub with one tiny model, which the program asks; nobody waits between attempts."""
    with running() as made:
        made.models[NAME] = repository()
        monkeypatch.setenv("HF_ENDPOINT", made.url)
        for name in ("HF_HUB_OFFLINE", "HF_TOKEN"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(fetching, "WAITS", (0.0,) * 3)
        yield made


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shared folder of weights; not made yet."""
    monkeypatch.setenv("DATAGUARD_WEIGHTS", str(tmp_path / "weights"))
    return tmp_path / "weights"


def queue(workspace: Workspace, hub_id: str = NAME) -> int:
    offer = downloads.ask(hub_id)
    return store.write(
        workspace,
        lambda db: downloads.queue(
            db,
            workspace,
            hub_id=offer.id,
            revision=offer.revision,
            licence=offer.licence,
            size=offer.size,
        ),
    )


def worker(workspace: Workspace) -> Worker:
    return Worker(workspace, lambda *_: pytest.fail("no model is loaded"))


def look(workspace: Workspace, job: int) -> Job:
    with store.reader(workspace) as db:
        return jobs.get(db, job)


def work(workspace: Workspace, job: int) -> Job:
    worker(workspace).work_one(job=job)
    return look(workspace, job)


def refused(kind: type[errors.DataGuardError] = errors.ModelUnavailable) -> str:
    with pytest.raises(kind) as caught:
        downloads.ask(NAME)
    assert caught.value.hint
    return str(caught.value)


def test_a_download_gives_a_folder_that_can_be_used(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    done = work(workspace, queue(workspace))
    assert done.state == "done", done.error
    folder = weights / FOLDER
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        name: hub.models[NAME].files[name]
        for name in ("README.md", "config.json", "preprocessor_config.json", "model.safetensors")
    }
    assert [path.name for path in weights.glob(".*.part")] == []
    checkpoints.check(folder)
    assert (done.done, done.total) == (offers_size(hub), offers_size(hub))
    assert done.result is not None
    assert done.result["sha256"] == checkpoints.digest(folder)
    assert (done.result["model_type"], done.result["licence"]) == ("d_fine", "apache-2.0")
    assert not any("onnx" in path for path in hub.asked)
    assert all(headers["User-Agent"] == "dataguard" for headers in hub.headers)


def offers_size(hub: FakeHub) -> int:
    left_out = (".gitattributes", "onnx/model.onnx")
    files = hub.models[NAME].files
    return sum(len(data) for name, data in files.items() if name not in left_out)


def test_what_is_shown_before_anything_is_fetched(hub: FakeHub, weights: Path) -> None:
    offer = downloads.ask(NAME)
    assert (offer.id, offer.revision, offer.licence) == (NAME, REVISION, "apache-2.0")
    assert (offer.model_type, offer.gated, offer.size) == ("d_fine", False, offers_size(hub))
    assert hub.sent["model.safetensors"] == 0
    assert not weights.exists()


def test_the_hub_of_the_tests_answers_the_library_of_the_real_one(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Once a day the library also asks the place it was imported with, about its callers.
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub.url)
    told = huggingface_hub.HfApi(endpoint=hub.url).model_info(NAME, files_metadata=True)
    assert told.sha == REVISION
    assert told.card_data is not None
    assert told.card_data.license == "apache-2.0"
    (found,) = [one for one in told.siblings or [] if one.rfilename == "model.safetensors"]
    assert found.lfs is not None
    assert (found.size, found.lfs.sha256) == (len(WEIGHTS), hashlib.sha256(WEIGHTS).hexdigest())
    small = {one.rfilename: one.blob_id for one in told.siblings or []}
    offer = downloads.ask(NAME)
    assert {file.name: file.blob for file in offer.files} == {
        file.name: small[file.name] for file in offer.files
    }
    assert offer.files[-1].sha256 == found.lfs.sha256


def test_a_broken_connection_goes_on_and_sends_nothing_twice(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    hub.faults.cut["model.safetensors"] = [300_000, 0, 0, 700_000, 0]
    done = work(workspace, queue(workspace))
    assert done.state == "done", done.error
    assert hub.sent["model.safetensors"] == len(WEIGHTS)
    assert (weights / FOLDER / "model.safetensors").read_bytes() == WEIGHTS


def test_a_connection_that_stays_broken_is_said_and_another_try_goes_on(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    hub.faults.cut["model.safetensors"] = [500_000] + [0] * 10
    job = queue(workspace)
    failed = work(workspace, job)
    assert failed.state == "failed"
    assert failed.error is not None
    assert failed.error["code"] == "unreachable"
    assert "what has arrived is kept" in failed.error["hint"]
    assert checkpoints.found([weights], ["d_fine"]) == []
    assert not (weights / FOLDER).exists()
    hub.faults.cut.clear()
    store.write(workspace, lambda db: jobs.retry(db, job))
    assert work(workspace, job).state == "done"
    assert hub.sent["model.safetensors"] == len(WEIGHTS)


def test_a_server_that_sends_everything_again_is_no_trouble(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    hub.faults.cut["model.safetensors"] = [300_000]
    hub.faults.ignore_ranges = True
    assert work(workspace, queue(workspace)).state == "done"
    assert (weights / FOLDER / "model.safetensors").read_bytes() == WEIGHTS


@pytest.mark.parametrize(
    ("name", "swapped"),
    [("model.safetensors", WEIGHTS[:-1] + b"?"), ("config.json", CONFIG.replace(b"d_", b"e_"))],
)
def test_other_bytes_than_the_hub_tells_of_are_thrown_away(
    hub: FakeHub, weights: Path, workspace: Workspace, name: str, swapped: bytes
) -> None:
    job = queue(workspace)
    hub.faults.swap[name] = swapped
    failed = work(workspace, job)
    assert failed.error is not None
    assert f"{name} of {NAME} arrived with other bytes" in failed.error["text"]
    assert not (weights / FOLDER).exists()
    assert not list(weights.glob(f".*.part/{name}*"))
    hub.faults.swap.clear()
    store.write(workspace, lambda db: jobs.retry(db, job))
    assert work(workspace, job).state == "done"


def test_a_file_longer_than_told_is_not_fetched_to_its_end(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    hub.faults.swap["model.safetensors"] = WEIGHTS * 20
    failed = work(workspace, queue(workspace))
    assert failed.error is not None
    assert "longer than the hub tells" in failed.error["text"]
    assert hub.sent["model.safetensors"] < 10 * len(WEIGHTS)


def test_bytes_spoilt_by_a_crash_are_fetched_again(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    part = weights / f".{FOLDER}.{REVISION[:12]}.part"
    part.mkdir(parents=True)
    (part / "model.safetensors.incomplete").write_bytes(b"\0" * 900_000)
    assert work(workspace, queue(workspace)).state == "done"
    assert hub.sent["model.safetensors"] == 2 * len(WEIGHTS) - 900_000
    assert (weights / FOLDER / "model.safetensors").read_bytes() == WEIGHTS


def test_what_an_older_commit_left_is_not_mixed_in(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    old = weights / f".{FOLDER}.{'f' * 12}.part"
    old.mkdir(parents=True)
    (old / "config.json").write_text("{}")
    assert work(workspace, queue(workspace)).state == "done"
    assert not old.exists()
    assert (weights / FOLDER / "config.json").read_bytes() == CONFIG


def test_busy_and_failing_servers_are_asked_again(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    hub.faults.statuses = [(429, {"Retry-After": "0"}), (500, {}), (503, {})]
    assert work(workspace, queue(workspace)).state == "done"


@pytest.mark.parametrize(("status", "words"), [(429, "asks for a pause"), (500, "error 500")])
def test_a_server_that_goes_on_failing_is_named(
    hub: FakeHub, weights: Path, workspace: Workspace, status: int, words: str
) -> None:
    hub.faults.statuses = [(status, {})] * 10
    failed = work(workspace, queue(workspace))
    assert failed.state == "failed"
    assert failed.error is not None
    assert words in failed.error["text"]
    assert failed.error["values"]["host"] == hub.url.removeprefix("http://")


def test_cancel_stops_between_pieces_and_leaves_nothing(
    hub: FakeHub, weights: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr("core.progress._COMMIT_SECONDS", 0.0)
    job = queue(workspace)
    hub.faults.pace = 2**20

    def stop() -> None:
        while hub.sent["model.safetensors"] < 200_000:
            time.sleep(0.01)
        hub.faults.pace = SLOW
        store.write(workspace, lambda db: jobs.cancel(db, job))

    thread = threading.Thread(target=stop)
    thread.start()
    ended = work(workspace, job)
    thread.join()
    assert ended.state == "cancelled"
    assert 0 < ended.done < ended.total
    assert [path for path in weights.iterdir() if path.is_dir()] == []


def test_dur_a_killed_worker_is_followed_by_one_that_goes_on(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    job = queue(workspace)
    hub.faults.pace = 2**20
    command = [sys.executable, str(ROOT / "cli.py"), "--workspace", str(workspace.root)]
    process = subprocess.Popen([*command, "work", "--once"], stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: hub.sent["model.safetensors"] >= 600_000, what="a part of it")
        hub.faults.pace = SLOW
        wait_until(lambda: look(workspace, job).done, what="progress")
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not (weights / FOLDER).exists()
    (partial,) = weights.glob(".*.part/model.safetensors.incomplete")
    there = partial.stat().st_size
    assert there > 0
    assert look(workspace, job).done > 0
    # The dead worker's claim grows stale by itself after some seconds.
    store.write(workspace, lambda db: db.execute("UPDATE jobs SET heartbeat = 1"))
    hub.faults.pace = 0
    hub.sent = Counter()
    assert work(workspace, job).state == "done"
    assert hub.sent["model.safetensors"] == len(WEIGHTS) - there
    assert (weights / FOLDER / "model.safetensors").read_bytes() == WEIGHTS


def test_a_worker_killed_after_the_last_step_is_not_an_error(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    job = queue(workspace)
    assert work(workspace, job).state == "done"
    store.write(
        workspace,
        lambda db: db.execute("UPDATE jobs SET state = 'running', heartbeat = 1, claim = 'x'"),
    )
    asked = len(hub.asked)
    assert work(workspace, job).state == "done"
    assert len(hub.asked) == asked


def test_two_downloads_of_a_model_are_one_job(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    first = queue(workspace)
    assert queue(workspace) == first
    assert work(workspace, first).state == "done"
    with pytest.raises(errors.BadInput, match="is there already"):
        queue(workspace)


def test_a_folder_of_that_name_is_never_touched(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    (weights / FOLDER).mkdir(parents=True)
    (weights / FOLDER / "config.json").write_text("mine")
    with pytest.raises(errors.BadInput, match="cannot be used"):
        queue(workspace)
    assert (weights / FOLDER / "config.json").read_text() == "mine"


def test_a_full_disk_is_said_before_anything_is_fetched(
    hub: FakeHub, weights: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")._replace(free=100 * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(errors.StorageFull, match="259 MB are needed, 100 MB are free"):
        queue(workspace)
    assert not weights.exists()


def test_what_changed_since_it_was_accepted_is_not_fetched(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    job = queue(workspace)
    hub.models[NAME].licence = "other"
    failed = work(workspace, job)
    assert failed.error is not None
    assert "not what was accepted" in failed.error["text"]
    assert hub.sent["model.safetensors"] == 0


def test_sec_18_weights_that_can_run_code_are_refused_before_they_are_fetched(
    hub: FakeHub,
) -> None:
    bad = {"model.safetensors": None, "pytorch_model.bin": b"pickle"}
    hub.models[NAME] = repository(files=bad)
    assert "only in pytorch_model.bin" in refused()
    hub.models[NAME] = repository(files={"model.safetensors": None})
    assert "no model.safetensors" in refused()
    hub.models[NAME] = repository(files={"sub/modeling.py": b"import os"})
    assert "sub/modeling.py" in refused()
    auto = b'{"model_type": "d_fine", "auto_map": {"AutoModel": "a.B"}}'
    hub.models[NAME] = repository(files={"config.json": auto})
    assert "auto_map" in refused()
    hub.models[NAME] = repository(files={"config.json": None})
    assert "no config.json" in refused()
    assert "pytorch_model.bin" not in hub.sent


def test_sec_18_a_pickle_beside_safetensors_is_left_out(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    hub.models[NAME] = repository(files={"pytorch_model.bin": b"pickle", "training_args.bin": b""})
    assert work(workspace, queue(workspace)).state == "done"
    assert not list((weights / FOLDER).glob("*.bin"))


def test_sec_18_code_named_by_another_settings_file_stops_before_the_weights(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    hub.models[NAME] = repository(files={"preprocessor_config.json": b'{"auto_map": {}}'})
    failed = work(workspace, queue(workspace))
    assert failed.error is not None
    assert "auto_map" in failed.error["text"]
    assert hub.sent["model.safetensors"] == 0


@pytest.mark.parametrize(
    "name", ["../evil.json", "/etc/evil.json", "a//b.json", "..\\evil.json", "a\nb.json", "./a.txt"]
)
def test_sec_18_names_of_files_that_lead_elsewhere_are_refused(hub: FakeHub, name: str) -> None:
    hub.models[NAME] = repository(files={name: b"{}"})
    assert "would lead out of its folder" in refused()


@pytest.mark.parametrize(
    "hub_id",
    ["", "boxes", "a/b/c", "../up", "org/..", "org/a b", "https://evil.example/a", "-x/y", "a/b\n"],
)
def test_sec_18_only_names_of_models_are_asked_for(hub: FakeHub, hub_id: str) -> None:
    with pytest.raises(errors.BadInput, match="no name of a model"):
        downloads.ask(hub_id)
    assert hub.asked == []


def test_gated_and_missing_models_say_what_to_do(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.models[NAME].gated = True
    told = refused()
    assert "gated" in told
    assert f"{hub.url}/{NAME}" in told
    assert "HF_TOKEN" in told
    del hub.models[NAME]
    assert f"There is no model {NAME}" in refused()
    assert all("Authorization" not in headers for headers in hub.headers)
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    assert "hf_secret" not in refused()
    assert hub.headers[-1]["Authorization"] == "Bearer hf_secret"


def test_a_page_in_place_of_the_hub_is_not_believed(hub: FakeHub) -> None:
    for tell in ({"sha": None}, {"siblings": "no"}, {"siblings": [{}]}, {"sha": "../../x"}):
        hub.models[NAME].tell = tell
        assert "cannot be understood" in refused()
    hub.models[NAME].tell = {"siblings": [{"rfilename": "config.json", "size": "1"}]}
    assert "cannot be understood" in refused()


def test_a_token_is_not_shown_to_the_storage_that_the_hub_names(
    hub: FakeHub, weights: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with running() as storage:
        storage.models[NAME] = hub.models[NAME]
        hub.faults.storage = storage.url
        assert work(workspace, queue(workspace)).state == "done"
    assert all(headers["Authorization"] == "Bearer hf_secret" for headers in hub.headers)
    assert storage.sent["model.safetensors"] == len(WEIGHTS)
    assert all("Authorization" not in headers for headers in storage.headers)
    with store.reader(workspace) as db:
        assert "hf_secret" not in "\n".join(db.conn.iterdump())


def test_from_an_encrypted_hub_nobody_is_led_to_plain_http(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://127.0.0.1:9")
    with connection() as client, pytest.raises(httpx.UnsupportedProtocol, match="plain http"):
        client.get(hub.url)
    assert hub.asked == []


def test_more_urgent_jobs_are_done_between_pieces(
    hub: FakeHub, weights: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LOOK_SECONDS", 0.0)
    job = queue(workspace)
    urgent = store.write(workspace, lambda db: jobs.add(db, "urgent", priority=jobs.HIGH))
    patient = store.write(workspace, lambda db: jobs.add(db, "patient"))
    assert work(workspace, job).state == "done"
    states = [look(workspace, number).state for number in (urgent, patient)]
    assert states == ["failed", "queued"]  # nobody knows the first kind; the second had no turn


def test_one_process_at_a_time_fetches_a_model(
    hub: FakeHub, weights: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "LOCK_SECONDS", 0.0)
    job = queue(workspace)
    weights.mkdir()
    with FileLock(weights / f".{FOLDER}.lock"):
        failed = work(workspace, job)
    assert failed.error is not None
    assert "for another workspace" in failed.error["text"]
    store.write(workspace, lambda db: jobs.retry(db, job))
    assert work(workspace, job).state == "done"


def test_where_the_shared_folder_cannot_be_made_the_workspace_keeps_its_own(
    hub: FakeHub, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATAGUARD_WEIGHTS", str(tmp_path / "file" / "weights"))
    assert work(workspace, queue(workspace)).state == "done"
    checkpoints.check(workspace.root / "weights" / FOLDER)


def test_a_disk_that_runs_full_keeps_what_has_arrived(
    hub: FakeHub, weights: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = queue(workspace)
    with monkeypatch.context() as patch:
        patch.setattr(fetching, "_stream", _full)
        failed = work(workspace, job)
    assert failed.error is not None
    assert failed.error["code"] == "storage_full"
    assert "what has arrived is kept" in failed.error["hint"]
    store.write(workspace, lambda db: jobs.retry(db, job))
    assert work(workspace, job).state == "done"


def _full(*_: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_shards_are_fetched_with_their_index(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    shards = {f"model-0000{n}-of-00002.safetensors": safetensors(n * 1000) for n in (1, 2)}
    index = json.dumps({"weight_map": dict(zip("ab", shards, strict=True))}).encode()
    hub.models[NAME] = repository(
        files={"model.safetensors": None, **shards, "model.safetensors.index.json": index}
    )
    assert work(workspace, queue(workspace)).state == "done"
    for name, data in shards.items():
        assert (weights / FOLDER / name).read_bytes() == data


def test_weights_that_are_no_safetensors_never_get_the_name(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    hub.models[NAME] = repository(files={"model.safetensors": b"\x80\x04." * 1000})
    failed = work(workspace, queue(workspace))
    assert failed.error is not None
    assert f"in {FOLDER} is no safetensors file" in failed.error["text"]
    assert [path for path in weights.iterdir() if path.is_dir()] == []


def test_nothing_is_asked_where_downloads_are_switched_off(
    hub: FakeHub, weights: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = queue(workspace)
    asked = len(hub.asked)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "HF_HUB_OFFLINE" in refused(errors.Refused)
    wanted = {"hub_id": "org/other", "revision": REVISION, "licence": "", "size": 1}
    with pytest.raises(errors.Refused):
        store.write(workspace, lambda db: downloads.queue(db, workspace, **wanted))
    failed = work(workspace, job)
    assert failed.error is not None
    assert "HF_HUB_OFFLINE" in failed.error["text"]
    assert len(hub.asked) == asked


def test_a_hub_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert "127.0.0.1:9 cannot be reached" in refused(errors.Unreachable)
    for wrong in ("huggingface.co", "file:///etc", "http://[::1"):
        monkeypatch.setenv("HF_ENDPOINT", wrong)
        assert "no address of a hub" in refused(errors.BadInput)


def test_unfinished_downloads_are_forgotten_after_a_week(
    weights: Path, workspace: Workspace
) -> None:
    old, new = (weights / f".org--{name}.0123.part" for name in ("old", "new"))
    for part in (old, new):
        part.mkdir(parents=True)
        (part / "a.incomplete").write_bytes(b"a")
    for path in (old / "a.incomplete", old):
        os.utime(path, (1, 1))
    downloads.clean(workspace)
    assert [path.name for path in weights.iterdir()] == [new.name]


def test_sec_19_a_tampered_job_reaches_nothing(
    hub: FakeHub, weights: Path, workspace: Workspace
) -> None:
    for wanted in ({"hub": "../../etc"}, {"hub": NAME, "revision": "../x"}, {"hub": 5}, {}):
        job = store.write(
            workspace,
            lambda db, wanted=wanted: jobs.add(db, downloads.KIND, parameters=wanted),
        )
        assert work(workspace, job).state == "failed"
    assert hub.asked == []
    assert not weights.exists()


def test_the_address_of_a_file_holds_nothing_but_its_name(hub: FakeHub) -> None:
    assert offers.address(NAME, REVISION, "a?b#c.json").endswith(f"{REVISION}/a%3Fb%23c.json")
