"""The Models screen: which models there are, what each needs, where it runs, a try on one frame."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

import models
from components import address, escape, model_card, session, suggest_screen, trial
from components.suggest_screen import Plan
from components.surroundings import Page
from core import devices, videos, weight_folders
from core.devices import Device
from core.weight_folders import Found
from models.base import Entry


def choose(page: Page) -> Entry | None:
    """The list of models; the address, a click or the first one that can run decides."""
    _ = page.text
    entries = models.catalogue(list(page.workspace.weights))
    if not entries:
        st.warning(_("No model is installed."))
        return None
    by_name = {entry.model.name: entry for entry in entries}
    named = address.word("model")
    if named in by_name and named != session.get("models_named"):
        session.put("models_chosen", named)
    chosen = session.get("models_chosen")
    if chosen not in by_name:
        chosen = next(
            (name for name, entry in by_name.items() if entry.available), entries[0].model.name
        )
    session.put("models_named", chosen)
    with st.container(gap="xsmall", key="models-list"):
        for name, entry in by_name.items():
            _row(page, entry, chosen=name == chosen)
    page.address(model=chosen)
    return by_name[chosen]


def _row(page: Page, entry: Entry, *, chosen: bool) -> None:
    name = entry.model.name
    st.button(
        f"**{escape.markdown(name)}** · {escape.markdown(model_card.task(page, entry))}",
        key=session.key("show", name),
        type="primary" if chosen else "secondary",
        icon=":material/check_circle:" if entry.available else ":material/radio_button_unchecked:",
        help=page.text("Available") if entry.available else page.text("Not available"),
        width="stretch",
        on_click=session.put,
        args=("models_chosen", name),
    )


def describe(page: Page, entry: Entry) -> None:
    """The chosen model: what it is, whether it can run, where and in how much memory."""
    with st.container(border=True, gap="small", key="models-card"):
        model_card.head(page, entry)
        if entry.model.checkpoint is None or not entry.files:
            _reason(page, entry)
        else:
            model_card.reason(page, entry)
        _needs(page, entry)


def _reason(page: Page, entry: Entry) -> None:
    """Why it cannot run; how to get it is told below, so the hint would say it twice."""
    if entry.available or entry.model.checkpoint is None:
        model_card.reason(page, entry)
    elif entry.reason:
        st.warning(escape.markdown(page.text(entry.reason, **entry.values)))


def _needs(page: Page, entry: Entry) -> None:
    """Device and memory, said as the estimate it is."""
    _ = page.text
    if entry.model.checkpoint is None:
        st.caption(escape.markdown(_("Runs on the processor.")))
        return
    device = devices.automatic()
    where = (
        _("Runs on {device}.", device=device.name) if device.gpu else _("Runs on the processor.")
    )
    needed = devices.expected(entry.size, device)
    st.caption(escape.markdown(f"{where} {memory(page, needed, device)}"))
    if device.memory is not None and needed > device.memory:
        st.warning(_("That is probably too much for this machine."), icon=":material/memory:")


def memory(page: Page, needed: int, device: Device) -> str:
    """How much memory a model takes, of how much there is."""
    _ = page.text
    if device.memory is None:
        return _(
            "It takes about {size} of memory.", size=_("{size} GB", size=f"{needed / 1e9:.1f}")
        )
    return _(
        "It takes about {size} of {all} of memory.",
        size=_("{size} GB", size=f"{needed / 1e9:.1f}"),
        all=_("{size} GB", size=f"{device.memory / 1e9:.1f}"),
    )


def checkpoints(page: Page, entry: Entry) -> None:
    """The checkpoints of a model that are here, each with what is wrong with it."""
    _ = page.text
    spec = entry.model.checkpoint
    if spec is None:
        return
    listed = weight_folders.look(page.workspace.weights)
    own = [found for found in listed if found.model_type in spec.model_types]
    if own:
        st.markdown(f"##### {_('Checkpoints here')}")
        folders(page, own)


def folders(page: Page, listed: Sequence[Found], known: Collection[str] | None = None) -> None:
    """One line for each folder: its size and licence, or its fault.

    :param known: kinds of checkpoints that some model loads; other ones are said to be of no use.
    """
    _ = page.text
    with st.container(border=True, gap="small"):
        for found in listed:
            facts = [
                model_card.size(page, found.size) if found.size else "",
                _("Licence {name}", name=found.licence) if found.licence else "",
                escape.plain(found.model_type),
            ]
            fault = _fault(page, found, known)
            icon = ":material/error:" if fault else ":material/check_circle:"
            st.markdown(
                f"{icon} **{escape.markdown(found.name)}** · "
                + escape.markdown(" · ".join(fact for fact in facts if fact))
            )
            if fault:
                st.markdown(f":red[{escape.markdown(fault)}]")


def _fault(page: Page, found: Found, known: Collection[str] | None) -> str:
    _ = page.text
    if found.problem is not None:
        return f"{found.problem.text(_)} {found.problem.hint_text(_)}"
    if known is not None and found.model_type not in known:
        return _("No model here loads this kind of checkpoint.")
    return ""


def own_file(page: Page, entry: Entry) -> None:
    """The file of a model that comes with one, and where a file of the user's own would go."""
    _ = page.text
    if not entry.model.weights:
        return
    if entry.files:
        st.caption(escape.markdown(_("Its file: {names}", names=", ".join(entry.files))))
    patterns = ", ".join(spec.pattern for spec in entry.model.weights)
    st.caption(
        escape.markdown(
            _(
                "A file of your own ({pattern}) goes into {folder}; Suggest then offers it.",
                pattern=patterns,
                folder=page.workspace.weights[-1],
            )
        )
    )


def attempt(page: Page, entry: Entry) -> None:
    """A try on one frame of any video."""
    _ = page.text
    if entry.model.task == "track":
        st.caption(_("It follows what you drew: select a track on the Label page and press T."))
        return
    st.markdown(f"##### {_('Try it on one frame')}")
    with page.reading() as db:
        ready = {video.id: video for video in videos.listed(db) if video.state == "ready"}
    if not ready:
        st.caption(_("There is no video to try it on yet."))
        if st.button(_("Go to the library"), key="models-to-library"):
            page.open("library")
        return
    if not entry.available:
        st.caption(_("This is possible as soon as the model can run."))
        return
    chosen = st.selectbox(
        _("Video"),
        list(ready),
        format_func=lambda video: escape.plain(ready[video].name),
        key=session.key("models-video", page.key),
    )
    parameters = suggest_screen.choose_parameters(page, entry)
    trial.show(page, Plan((ready[chosen],), entry, parameters))
