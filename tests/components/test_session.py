"""The only file that touches session state, and what may lie there."""

from __future__ import annotations

import numpy as np
import pytest

from components import session
from core.workspace import ROOT


@pytest.mark.parametrize("value", [[1], {"a": 1}, np.zeros(2), object(), (1, [2])])
def test_st_05_only_simple_values_are_kept(value: object) -> None:
    with pytest.raises(TypeError):
        session.put("x", value)


def test_dat_02_session_state_occurs_in_one_file_only() -> None:
    files = [*(ROOT / "components").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    users = {path.name for path in files if "session_state" in path.read_text("utf-8")}
    assert users == {"session.py"}


def test_keys_tell_widgets_apart() -> None:
    assert session.key("job", "cancel", 3) == "job.cancel.3"
