"""Statistics: what the data set holds, how good the models are, who did what."""

from __future__ import annotations

import streamlit as st

from components import checkup_note, shell, statistics_screen
from core import stats

page = shell.enter()
_ = page.text
shell.heading(_("Statistics"))

if statistics_screen.is_empty(page):
    shell.lead_to_library(page, _("There are no videos to count yet."))
wanted = statistics_screen.choose(page)
with page.reading() as db:
    found = stats.overview(db, wanted)

statistics_screen.totals(page, found)
checkup_note.show(page, always=True)
left, right = st.columns(2, gap="medium")
with left:
    statistics_screen.by_class(page, found)
    statistics_screen.by_model(page, wanted)
with right:
    statistics_screen.by_video(page, wanted)
    statistics_screen.by_person(page, wanted)
