"""Export: chosen labels as files, with an account of everything left out."""

from __future__ import annotations

import streamlit as st

from components import export_screen, job_list, shell

page = shell.enter()
_ = page.text
shell.heading(_("Export"))
if export_screen.is_empty(page):
    shell.lead_to_library(page, _("There is nothing to export yet."))

left, right = st.columns([5, 6], gap="large")
with left, st.container(border=True):
    choice = export_screen.choose(page)
    total = export_screen.preview(page, choice)
    st.button(
        _("Export"),
        type="primary",
        key="export-begin",
        disabled=not total,
        on_click=export_screen.begin,
        args=(page, choice),
    )
with right:
    job_list.show(page, kinds=("export",))
    export_screen.finished(page)
