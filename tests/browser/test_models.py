"""The Models screen as a person uses it: a checkpoint is fetched, then tried on a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core import checkpoints, downloads, jobs
from core import db as store
from tests.hub import FakeHub, Repository, running

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 300_000
NAME = "ustc-community/dfine-small-coco"


@pytest.fixture
def hub(server: Any, tmp_path: Path) -> Iterator[FakeHub]:
    """A hub with a tiny model of the real class, asked by the server and its worker."""
    import torch  # here: it takes seconds, and other tests of browsers do without

    from tests.models import tiny

    torch.manual_seed(7)
    tiny.dfine(tmp_path / "tiny")
    (tmp_path / "weights").mkdir()
    with running() as made:
        made.models[NAME] = Repository.of(tmp_path / "tiny")
        server.environment["HF_ENDPOINT"] = made.url
        server.environment["DATAGUARD_WEIGHTS"] = str(tmp_path / "weights")
        yield made


def test_a_checkpoint_is_fetched_and_tried_on_a_frame(
    hub: FakeHub,
    server: Any,
    open_page: Callable[..., Page],
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
    tmp_path: Path,
) -> None:
    add_clip(clip("cfr.mp4"))
    server.start()
    hub.faults.cut["model.safetensors"] = [200_000]
    page = open_page(f"{server.url}/models?w=own&model=dfine", person="Ana")
    expect(page.get_by_text("as soon as the model can run")).to_be_visible(timeout=PATIENCE)
    page.locator(".st-key-hub-ustc-community-dfine-small-coco button").click()
    offer = page.locator(".st-key-offer")
    expect(offer).to_contain_text("apache-2.0", timeout=PATIENCE)
    expect(offer.get_by_role("button", name="Download")).to_be_disabled()
    offer.get_by_text("I have read the licence").click()
    hub.faults.pace = 300_000
    offer.get_by_role("button", name="Download").click()
    expect(page.locator(".st-key-jobs")).to_contain_text(NAME, timeout=PATIENCE)
    keep_screenshot(page, "models-downloading")
    hub.faults.pace = 0
    card = page.locator(".st-key-models-card")
    expect(card).to_contain_text("Available", timeout=PATIENCE)
    folder = tmp_path / "weights" / checkpoints.folder_name(NAME)
    assert (folder / "model.safetensors").read_bytes() == hub.models[NAME].files[
        "model.safetensors"
    ]
    assert hub.sent["model.safetensors"] == (folder / "model.safetensors").stat().st_size
    with store.reader(server.own) as db:
        (job,) = [job for job in jobs.listed(db) if job.kind == downloads.KIND]
    assert job.state == "done"

    page.locator(".st-key-try-begin button").click()
    expect(page.get_by_text("s per frame")).to_be_visible(timeout=PATIENCE)
    keep_screenshot(page, "models-tried")

    def tried() -> list[jobs.Job]:
        with store.reader(server.own) as db:
            return [job for job in jobs.listed(db) if job.kind == "try" and job.state == "done"]

    (attempt,) = until(tried, what="the try")
    assert attempt.result is not None
    assert attempt.result["detections"]
