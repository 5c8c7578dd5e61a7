"""Classes: what can be labelled, by which names, colours, keys, attributes and skeletons."""

from __future__ import annotations

import streamlit as st

from components import classes_screen, shell, skeletons_screen

page = shell.enter()
_ = page.text
shell.heading(_("Classes"), _("What can be labelled here. Numbers stay when names change."))

objects, skeletons = st.tabs([_("Classes"), _("Skeletons")])
with objects:
    left, right = st.columns([3, 8], gap="large")
    with left:
        chosen = classes_screen.choose(page)
    with right:
        classes_screen.edit(page, chosen)
with skeletons:
    left, right = st.columns([3, 8], gap="large")
    with left:
        named = skeletons_screen.choose(page)
    with right:
        skeletons_screen.edit(page, named)
