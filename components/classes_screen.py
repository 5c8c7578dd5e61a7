"""The Classes screen: the list of classes, and one of them to change, archive or delete."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import streamlit as st

from components import attribute_table, class_colour, drawn, escape, session, shell
from components.skeleton_picture import swatch
from components.surroundings import Page
from core import class_changes, classes, colours, errors, schema_changes
from core.language import LANGUAGES
from core.sqlite import Database

NEW = 0


def choose(page: Page) -> int:
    """The list of classes, those in use first; 0 stands for a new one."""
    _ = page.text
    with page.reading() as db:
        rows = classes.every(db)
    known = {row["id"] for row in rows}
    chosen = session.get("class_chosen")
    if chosen not in known and chosen != NEW:
        chosen = rows[0]["id"] if rows else NEW
        session.put("class_chosen", chosen)
    kinds = {"object": _("Objects"), "event": _("Events")}
    with st.container(gap="xsmall", key="classes-list"):
        for kind, title in kinds.items():
            st.markdown(f"##### {title}")
            found = [row for row in rows if row["kind"] == kind]
            for row in sorted(found, key=lambda row: (row["archived"], row["id"])):
                _row(page, row, chosen=row["id"] == chosen)
        st.button(
            _("New class"),
            key="class-new",
            icon=":material/add:",
            width="stretch",
            type="primary" if chosen == NEW else "secondary",
            on_click=session.put,
            args=("class_chosen", NEW),
        )
    return int(chosen)


def _row(page: Page, row: dict[str, Any], *, chosen: bool) -> None:
    name = row["names"].get(page.language) or row["name"]
    facts = [f"**{escape.markdown(name)}**"]
    if row["hotkey"]:
        facts.append(f"`{escape.plain(row['hotkey'])}`")
    if row["archived"]:
        facts.append(escape.markdown(page.text("archived")))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        drawn.show(swatch(row["colour"]), width=18)
        st.button(
            f"{row['id']} · " + " · ".join(facts),
            key=session.key("class", row["id"]),
            icon=":material/inventory_2:" if row["archived"] else None,
            type="primary" if chosen else "secondary",
            width="stretch",
            on_click=session.put,
            args=("class_chosen", row["id"]),
        )


def edit(page: Page, identity: int) -> None:
    """One class: what it is called, looks like and asks for; or a new one."""
    _ = page.text
    with page.reading() as db:
        row = classes.find(db, identity) or {}
        number, who = schema_changes.last(db, "class", identity)
        usage = class_changes.used(db, identity) if row else None
        skeletons = list(classes.skeletons(db))
        taken = [one["colour"] for one in classes.every(db) if not one["archived"]]
    _tell(page)
    _warn_of_others(page, identity, number, who)
    # The form begins anew whenever the class was changed: nobody saves over what they never saw.
    key = session.key(identity, number)
    with st.container(border=True, key="class-fields"):
        colour = class_colour.choose(page, key, row.get("colour"), taken)
        with st.form(session.key("class-form", key), border=False):
            given = {**_fields(page, row, skeletons), "colour": colour}
            table = attribute_table.show(page, row.get("attributes", {}), identity, number)
            if st.form_submit_button(_("Save") if row else _("Add"), type="primary"):
                _save(page, identity, row, given, table)
    if row and usage is not None:
        _end(page, row, usage)


def _fields(page: Page, row: dict[str, Any], skeletons: list[str]) -> dict[str, Any]:
    _ = page.text
    names = row.get("names", {})
    first, *others = st.columns(3)
    with first:
        name = st.text_input(
            _("Name"),
            row.get("name", ""),
            max_chars=class_changes.LONGEST_NAME,
            help=_("Used in exports and in the terminal."),
        )
    shown = {}
    for (code, language), column in zip(LANGUAGES.items(), others, strict=True):
        with column:
            shown[code] = st.text_input(
                _("Shown in {language}", language=language),
                names.get(code, ""),
                max_chars=class_changes.LONGEST_NAME,
            )
    kind, key, skeleton = st.columns([2, 1, 2])
    given: dict[str, Any] = {"name": name, "names": {c: n for c, n in shown.items() if n.strip()}}
    with kind:
        kinds = {"object": _("Object: boxes and poses"), "event": _("Event: a range of time")}
        given["kind"] = st.selectbox(
            _("Kind"),
            list(kinds),
            index=list(kinds).index(row.get("kind", "object")),
            format_func=kinds.__getitem__,
            disabled=bool(row),
        )
    with key:
        given["hotkey"] = st.text_input(
            _("Key"),
            row.get("hotkey") or "",
            max_chars=1,
            help=_("A digit, or a letter that works while a new box is drawn."),
        )
    with skeleton:
        given["skeleton"] = st.selectbox(
            _("Skeleton"),
            [None, *skeletons],
            index=([None, *skeletons].index(row["skeleton"]) if row else 0),
            format_func=lambda one: _("none") if one is None else escape.plain(one),
        )
    return given


def _save(
    page: Page,
    identity: int,
    row: dict[str, Any],
    given: dict[str, Any],
    table: attribute_table.Table,
) -> None:
    _ = page.text

    def change(db: Database) -> int:
        wanted = {**given, "attributes": table.definitions()}
        who = {"batch": uuid.uuid4().hex, "person": page.person}
        if not row:
            return class_changes.add(db, **who, **wanted)
        del wanted["kind"]
        class_changes.change(db, identity, **who, **wanted)
        return identity

    try:
        saved = page.write(change)
    except errors.BadInput as error:
        shell.show_error(page, error)
        return
    contrast = colours.contrast(colours.checked(given["colour"]))
    said = _("Saved.") if row else _("Added as number {n}.", n=saved)
    if contrast < colours.ENOUGH:
        said += " " + _(
            "Words on this colour are hard to read (contrast {found}, {wanted} is enough).",
            found=f"{contrast:.1f}",
            wanted=colours.ENOUGH,
        )
    _done(saved, said)
    st.rerun()


def _end(page: Page, row: dict[str, Any], usage: class_changes.Usage) -> None:
    """How much the class is used, and taking it out of use."""
    _ = page.text
    st.caption(_("Used by {users}.", users=_users(page, usage)) if usage else _("Nothing uses it."))
    with st.container(horizontal=True):
        if row["archived"]:
            st.button(
                _("Bring back"),
                key="class-back",
                on_click=_turn,
                args=(page, row["id"], False),
                icon=":material/unarchive:",
            )
        else:
            st.button(
                _("Archive"),
                key="class-archive",
                help=_("It is offered no more; its labels stay."),
                on_click=_turn,
                args=(page, row["id"], True),
                icon=":material/archive:",
            )
        st.button(
            _("Delete"),
            key="class-delete",
            help=_("One that is used is archived instead."),
            on_click=_delete,
            args=(page, row["id"]),
            icon=":material/delete:",
            disabled=row["archived"] and bool(usage),
        )


def _users(page: Page, usage: class_changes.Usage) -> str:
    """What uses a class, such as "1 track, 2 events"."""
    found = []
    if usage.tracks:
        found.append(page.count("{n} track", "{n} tracks", usage.tracks))
    if usage.segments:
        found.append(page.count("{n} event", "{n} events", usage.segments))
    return ", ".join(found) or page.text("changes that can be undone")


def _turn(page: Page, identity: int, archived: bool) -> None:
    def change(db: Database) -> None:
        batch = uuid.uuid4().hex
        class_changes.archive(db, identity, batch=batch, person=page.person, archived=archived)

    if _tried(page, change):
        _done(identity, page.text("Archived.") if archived else page.text("It is back."))


def _delete(page: Page, identity: int) -> None:
    def change(db: Database) -> tuple[bool, class_changes.Usage]:
        usage = class_changes.used(db, identity)
        batch = uuid.uuid4().hex
        return class_changes.delete(db, identity, batch=batch, person=page.person), usage

    done = _tried(page, change)
    if done:
        gone, usage = done
        _done(
            identity,
            page.text("Deleted. Its number is never used again.")
            if gone
            else page.text(
                "It is used by {users}, so it was archived instead.", users=_users(page, usage)
            ),
        )


def _tried(page: Page, change: Callable[[Database], Any]) -> Any:
    """The result of a change in a callback; a refusal is told when the page is drawn."""
    try:
        return page.write(change) or True
    except errors.BadInput as error:
        words = (error.text(page.text), error.hint_text(page.text))
        session.put("class_refused", " ".join(word for word in words if word))
        return None


def _done(identity: int, said: str) -> None:
    """Remember what to say, and that the newest change of this class is one's own."""
    session.put("class_chosen", identity)
    session.put("class_said", said)
    session.put("class_seen", None)


def _tell(page: Page) -> None:
    said, refused = session.take("class_said"), session.take("class_refused")
    if said:
        st.success(escape.markdown(said), icon=":material/check:")
    if refused:
        st.error(escape.markdown(refused))


def _warn_of_others(page: Page, identity: int, number: int, who: str) -> None:
    """Say when somebody changed this class since it was last drawn here."""
    seen = session.get("class_seen")
    if seen is not None and seen[0] == identity and seen[1] != number and who != page.person:
        st.warning(
            page.text("{person} changed this class meanwhile. You see it as it is now.", person=who)
        )
    session.put("class_seen", (identity, number))
