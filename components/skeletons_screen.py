"""Skeletons on the Classes screen: a list, a drawing, and custom ones to change."""

from __future__ import annotations

import uuid
from typing import Any

import pandas as pd
import streamlit as st

from components import drawn, escape, session, shell, skeleton_picture
from components.surroundings import Page
from core import classes, errors, schema_changes
from core import skeleton_changes as changes
from core.sqlite import Database


def choose(page: Page) -> str:
    """The list of skeletons; the chosen one's name."""
    with page.reading() as db:
        found = classes.skeletons(db)
    chosen = session.get("skeleton_chosen")
    if chosen not in found:
        chosen = next(iter(found))
        session.put("skeleton_chosen", chosen)
    with st.container(gap="xsmall", key="skeletons-list"):
        for name, parts in found.items():
            st.button(
                f"**{escape.markdown(name)}** · "
                + page.count("{n} joint", "{n} joints", len(parts["joints"])),
                key=session.key("skeleton", name),
                icon=":material/lock:" if changes.built_in(name) else ":material/polyline:",
                type="primary" if name == chosen else "secondary",
                width="stretch",
                on_click=session.put,
                args=("skeleton_chosen", name),
            )
    return str(chosen)


def edit(page: Page, name: str) -> None:
    """One skeleton: its drawing, joints and bones, and what may be done with it."""
    _ = page.text
    with page.reading() as db:
        parts = classes.skeletons(db)[name]
        number, who = schema_changes.last(db, "skeleton", name)
        users = changes.users(db, name)
    said = session.take("skeleton_said")
    if said:
        st.success(escape.markdown(said), icon=":material/check:")
    picture, table = st.columns([2, 3], gap="large")
    with picture:
        dark = st.context.theme.type == "dark"
        drawn.show(skeleton_picture.svg(parts["joints"], parts["bones"], dark=dark))
        st.caption(_("The numbers are the joints' order."))
    with table:
        if changes.built_in(name):
            st.caption(
                _(
                    "It comes with the program, and models and formats rely on it. "
                    "Make a copy for one of your own."
                )
            )
            st.dataframe(
                _joints(page, parts["joints"]),
                hide_index=True,
                height=280,
                column_config={"#": st.column_config.NumberColumn("#", width="small")},
            )
        else:
            st.caption(_state(page, users, who))
            _form(page, name, parts, number)
        _copy(page, name, parts)
        if not changes.built_in(name):
            st.button(
                _("Delete"),
                key="skeleton-delete",
                icon=":material/delete:",
                disabled=bool(users),
                on_click=_delete,
                args=(page, name),
            )


def _state(page: Page, users: int, who: str) -> str:
    _ = page.text
    used = (
        _("It is used: names of joints and bones can be changed, the number of joints stays.")
        if users
        else _("Nothing uses it yet.")
    )
    return escape.markdown(used + (" " + _("Last changed by {person}.", person=who) if who else ""))


def _joints(page: Page, joints: list[str]) -> pd.DataFrame:
    order = range(1, len(joints) + 1)
    return pd.DataFrame({"#": list(order), page.text("Joint"): joints})


def _form(page: Page, name: str, parts: dict[str, Any], number: int) -> None:
    _ = page.text
    joint, start, end = _("Joint"), _("From"), _("To")
    with st.form(session.key("skeleton-form", name, number), border=True):
        left, right = st.columns(2)
        with left:
            named = st.data_editor(
                _joints(page, parts["joints"]),
                key=session.key("joints", name, number),
                num_rows="dynamic",
                hide_index=True,
                column_config={
                    "#": st.column_config.NumberColumn(
                        "#",
                        width="small",
                        help=_("The order; change the numbers to change it."),
                        step=1,
                    ),
                    joint: st.column_config.TextColumn(joint),
                },
            )
        with right:
            pairs = [[a + 1, b + 1] for a, b in parts["bones"]]
            numbers = st.column_config.NumberColumn
            bones = st.data_editor(
                pd.DataFrame(pairs, columns=[start, end]),
                key=session.key("bones", name, number),
                num_rows="dynamic",
                hide_index=True,
                column_config={
                    start: numbers(start, min_value=1, step=1, help=_("A joint's number.")),
                    end: numbers(end, min_value=1, step=1, help=_("A joint's number.")),
                },
            )
        if st.form_submit_button(_("Save"), type="primary"):
            rows = named.rename(columns={joint: "name"}).to_dict("records")
            ends = bones.to_numpy().tolist()
            _write(page, lambda db, who: changes.change(db, name, **who, **read(rows, ends)))


def read(rows: list[dict[str, Any]], ends: list[list[Any]]) -> dict[str, Any]:
    """Joints in their order and bones as pairs of indices, from what stands in the tables.

    Bones name joints by the numbers that stand beside them; rows without a number come last.
    """
    filled = [row for row in rows if isinstance(row.get("name"), str) and row["name"].strip()]
    order = sorted(filled, key=lambda row: _number(row.get("#")) or float("inf"))
    place = {_number(row.get("#")): index for index, row in enumerate(order)}
    whole = [pair for pair in ends if all(_number(end) is not None for end in pair)]
    return {
        "joints": [row["name"] for row in order],
        "bones": [[place.get(_number(end), -1) for end in pair] for pair in whole],
    }


def _number(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and value == value else None


def _copy(page: Page, name: str, parts: dict[str, Any]) -> None:
    _ = page.text
    with st.form(session.key("skeleton-copy", name), border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            new = st.text_input(_("Name of the copy"), "", max_chars=60, width=240)
            wanted = st.form_submit_button(_("Make a copy"), icon=":material/content_copy:")
        if wanted:
            _write(page, lambda db, who: changes.add(db, **who, name=new, **parts))


def _delete(page: Page, name: str) -> None:
    def change(db: Database) -> None:
        changes.delete(db, name, batch=uuid.uuid4().hex, person=page.person)

    page.write(change)
    session.put("skeleton_said", page.text("Deleted."))


def _write(page: Page, change: Any) -> None:
    """Make a change and show the page anew; a refusal is told here."""
    who = {"batch": uuid.uuid4().hex, "person": page.person}
    try:
        made = page.write(lambda db: change(db, who))
    except errors.BadInput as error:
        shell.show_error(page, error)
        return
    if made:
        session.put("skeleton_chosen", made)
    session.put("skeleton_said", page.text("Saved."))
    st.rerun()
