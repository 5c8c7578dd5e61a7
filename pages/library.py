"""Library: the videos of the workspace, adding them, and work in progress."""

from __future__ import annotations

import streamlit as st

from components import (
    add_videos,
    checkup_note,
    controls,
    job_list,
    library,
    session,
    shell,
    video_dialogs,
)

page = shell.enter()
_ = page.text

content = library.read(page)
shell.heading(_("Library"), library.summary(page, content))
if page.key == "demo":
    controls.demo_note(page)
checkup_note.show(page, always=False)

if content.videos:
    shown = library.toolbar(page, content)
    if session.get("adding"):
        with st.container(border=True):
            add_videos.show(page)
    job_list.show(page)
    library.listing(page, content, shown)
else:
    with st.container(border=True):
        library.empty(page)
        add_videos.show(page)
    job_list.show(page)

video_dialogs.show(page)
