"""Getting a checkpoint: look it up on the hub, accept its terms, download; or put it here."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

import models
from components import escape, model_card, models_screen, session, shell
from components.surroundings import Page
from core import checkpoints, downloads, errors, hub, people, weight_folders, worker
from core.offers import Offer
from models.base import Entry, Hub

UNSTATED = "-"


def show(page: Page, entry: Entry) -> None:
    """Both ways to a checkpoint of a model."""
    _ = page.text
    spec = entry.model.checkpoint
    if spec is None:
        models_screen.own_file(page, entry)
        return
    st.markdown(f"##### {_('Get a checkpoint')}")
    fetch, put = st.tabs([_("Download"), _("Put the folder here")])
    with fetch:
        _fetch(page, entry, spec.hubs)
    with put:
        _put(page, spec.hubs)


def _fetch(page: Page, entry: Entry, hubs: tuple[Hub, ...]) -> None:
    _ = page.text
    try:
        hub.require_allowed()
        host = hub.host()
        hub.endpoint()
    except errors.DataGuardError as error:
        shell.show_error(page, error)
        return
    st.caption(
        ":material/public: "
        + escape.markdown(
            _(
                "This uses the internet: it asks {host}, and the storage that it names. "
                "Nothing is fetched before you have seen size and licence and accepted them.",
                host=host,
            )
        )
    )
    if _looked_up(page):
        return
    for known in hubs:
        _known(page, known)
    with (
        st.form(session.key("hub-form", entry.model.name), border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        st.text_input(
            _("Another model of the hub"),
            key=session.key("hub-id", entry.model.name),
            placeholder=_("organisation/name"),
            max_chars=checkpoints.LONGEST_ID,
            help=_("One that you trained works too, if it is of a kind that is listed here."),
        )
        st.form_submit_button(
            _("Look up"),
            key=session.key("hub-look", entry.model.name),
            on_click=_ask_typed,
            args=(entry.model.name,),
        )


def _known(page: Page, known: Hub) -> None:
    _ = page.text
    here = any(
        (folder / checkpoints.folder_name(known.id)).exists() for folder in page.workspace.weights
    )
    what, side = st.columns([6, 2], vertical_alignment="center")
    size = _("about {size}", size=model_card.size(page, known.size))
    facts = escape.markdown(" · ".join((size, known.licence, _(known.note))))
    what.markdown(f"**{escape.markdown(known.id)}**  \n:small[{facts}]")
    with side.container(horizontal=True, horizontal_alignment="right"):
        st.button(
            _("Is here") if here else _("Look up"),
            key=session.key("hub", known.id),
            disabled=here,
            on_click=session.put,
            args=("hub_ask", known.id),
        )


def _ask_typed(model: str) -> None:
    typed = str(session.widget(session.key("hub-id", model)) or "").strip()
    session.put("hub_ask", typed or None)


def _looked_up(page: Page) -> bool:
    """What the hub answered to the last question, and the way on; False where nothing is open."""
    wanted = session.get("hub_ask")
    if wanted is not None:
        _ask(page, str(wanted))
    refusal = session.get("hub_refusal")
    if refusal:
        st.error(escape.markdown(shell.error_text(page, json.loads(refusal))))
    kept = session.get("offer")
    if kept:
        with st.container(border=True, gap="small", key="offer"):
            _terms(page, *kept)
    return bool(kept)


def _ask(page: Page, hub_id: str) -> None:
    """Keep what the hub answers. A run that is cut short meanwhile leaves the question standing."""
    session.put("offer", None)
    session.put("hub_refusal", None)
    with st.spinner(page.text("Asking {host} …", host=escape.plain(hub.host()))):
        try:
            session.put("offer", _remembered(downloads.ask(hub_id)))
        except errors.DataGuardError as error:
            session.put("hub_refusal", json.dumps(error.to_json()))
    session.put("hub_ask", None)


def _remembered(offer: Offer) -> tuple[str | int | bool, ...]:
    return (
        offer.id,
        offer.revision,
        offer.licence,
        offer.size,
        len(offer.files),
        offer.model_type,
        offer.gated,
    )


def _terms(
    page: Page,
    hub_id: str,
    revision: str,
    licence: str,
    size: int,
    count: int,
    model_type: str,
    gated: bool,
) -> None:
    """Size and licence of what was looked up; they are accepted before anything is fetched."""
    _ = page.text
    st.markdown(f"**{escape.markdown(hub_id)}**")
    files = page.count("{n} file", "{n} files", count)
    stated = licence or _("none stated: ask its makers before you use it")
    folder = downloads.place(page.workspace) / checkpoints.folder_name(hub_id)
    lines = (
        (_("Size"), f"{model_card.size(page, size)}, {files}"),
        (_("Licence"), stated),
        (_("Its page"), hub.page(hub_id)),
        (_("Commit"), revision[:12]),
        (_("Comes into"), str(folder)),
    )
    st.markdown(
        "  \n".join(f"{escape.markdown(name)}: **{escape.markdown(said)}**" for name, said in lines)
    )
    fitting = _models_for(page, model_type)
    if not fitting:
        st.error(
            escape.markdown(
                _(
                    "It is of the kind {kind}, which no model here can load.",
                    kind=model_type or UNSTATED,
                )
            )
        )
    else:
        st.markdown(escape.markdown(_("Used by: {models}", models=", ".join(fitting))))
    if gated:
        st.info(_("Its makers ask you to agree to their terms on its page; HF_TOKEN shows that."))
    accepted = st.checkbox(
        escape.markdown(_("I have read the licence and accept it: {licence}", licence=stated)),
        key=session.key("accept", hub_id, revision),
        disabled=not fitting,
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Download {size}", size=model_card.size(page, size)),
            type="primary",
            key="download-begin",
            icon=":material/download:",
            disabled=not (accepted and fitting),
            on_click=_begin,
            args=(page, hub_id, revision, licence, size),
        )
        st.button(_("Not now"), key="download-no", on_click=session.put, args=("offer", None))


def _models_for(page: Page, model_type: str) -> list[str]:
    return [
        entry.model.name
        for entry in models.catalogue(list(page.workspace.weights))
        if entry.model.checkpoint is not None and model_type in entry.model.checkpoint.model_types
    ]


def _begin(page: Page, hub_id: str, revision: str, licence: str, size: int) -> None:
    """Queue the download of what was accepted."""

    def queue(db: Any) -> int:
        return downloads.queue(
            db,
            page.workspace,
            hub_id=hub_id,
            revision=revision,
            licence=licence,
            size=size,
            person=people.identify(db, page.person),
        )

    with shell.guard(page):
        page.write(queue)
        session.put("offer", None)
        worker.ensure(page.workspace)


def _put(page: Page, hubs: tuple[Hub, ...]) -> None:
    """Where a folder goes that comes from another machine, and what lies there now."""
    _ = page.text
    example = checkpoints.folder_name(hubs[0].id)
    st.markdown(
        escape.markdown(
            _(
                "On any machine with a network, download config.json, preprocessor_config.json, "
                "the files of the tokenizer if there are any, and model.safetensors from the "
                "model's page. Put them into a folder like this one:"
            )
        )
    )
    st.code(str(page.workspace.weights[-1] / example), language=None, wrap_lines=True)
    st.caption(
        escape.markdown(
            _(
                "Or, for this workspace alone, below {folder}. Any name will do.",
                folder=page.workspace.weights[0],
            )
        )
    )
    st.button(_("Look again"), key="folders-again", icon=":material/refresh:")
    listed = weight_folders.look(page.workspace.weights)
    if not listed:
        st.caption(_("Nothing lies there yet."))
        return
    st.markdown(f"**{escape.markdown(_('What lies there now'))}**")
    models_screen.folders(page, listed, known=_kinds(page))


def _kinds(page: Page) -> frozenset[str]:
    """The kinds of checkpoints that some model here loads."""
    return frozenset(
        kind
        for entry in models.catalogue(list(page.workspace.weights))
        if entry.model.checkpoint is not None
        for kind in entry.model.checkpoint.model_types
    )
