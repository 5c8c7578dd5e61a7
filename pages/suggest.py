"""Suggest: choose videos and a model, try it on one frame, run it, watch it."""

from __future__ import annotations

import streamlit as st

from components import job_list, shell, suggest_screen, trial

page = shell.enter()
_ = page.text
shell.heading(_("Suggest"))

if suggest_screen.is_empty(page):
    shell.lead_to_library(page, _("There is no video to suggest for yet."))
left, right = st.columns([5, 6], gap="large")
with left:
    chosen = suggest_screen.choose_videos(page)
    model = suggest_screen.choose_model(page)
    plan = suggest_screen.choose_settings(page, chosen, model) if model else None
    if plan is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                suggest_screen.offer(page, chosen),
                type="primary",
                key="suggest-begin",
                disabled=not chosen or not plan.model.available,
                on_click=suggest_screen.start,
                args=(page, plan),
            )
            st.caption(suggest_screen.length(page, plan) if chosen else _("Choose videos first."))
with right:
    job_list.show(page, kinds=("suggest",))
    if plan is not None and chosen:
        trial.show(page, plan)
    suggest_screen.results(page)
