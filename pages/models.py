"""Models: what there is, what each needs, how to get it, a try on one frame."""

from __future__ import annotations

import streamlit as st

from components import job_list, model_download, models_screen, shell

page = shell.enter()
_ = page.text
shell.heading(_("Models"))

left, right = st.columns([3, 8], gap="large")
with left:
    entry = models_screen.choose(page)
with right:
    job_list.show(page, kinds=("download",))
    if entry is not None:
        models_screen.describe(page, entry)
        get, attempt = st.columns(2, gap="large")
        with get:
            models_screen.checkpoints(page, entry)
            model_download.show(page, entry)
        with attempt:
            models_screen.attempt(page, entry)
