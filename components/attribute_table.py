"""The attributes of a class as a table to edit: one row each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from components import session
from components.surroundings import Page
from core import attributes, errors
from core.language import LANGUAGES

_YES = ("yes", "true", "1", "예", "네")
_NO = ("no", "false", "0", "아니요", "아니오")


@dataclass(frozen=True, slots=True)
class Table:
    """What stands in the table; read as definitions when it is saved."""

    rows: list[dict[str, Any]]

    def definitions(self) -> dict[str, Any]:
        """The definitions, not yet checked beyond what a table can hold.

        :raises BadInput: when two rows have one name, or a default cannot be read.
        """
        found: dict[str, Any] = {}
        for row in self.rows:
            name = _text(row.get("name"))
            if not name:
                continue
            if name in found:
                raise errors.BadInput("Two attributes have the same name.")
            kind = _text(row.get("type")) or "choice"
            made: dict[str, Any] = {
                "type": kind,
                "names": {code: _text(row.get(code)) for code in LANGUAGES},
                "changing": row.get("changing") is True,
                "default": _default(kind, _text(row.get("default"))),
            }
            if kind == "choice":
                parts = _text(row.get("choices")).split(",")
                made["choices"] = [part.strip() for part in parts if part.strip()]
            found[name] = made
        return found


def show(page: Page, defined: attributes.Definitions, *key: object) -> Table:
    """Draw the table; rows are added below and deleted by their mark."""
    _ = page.text
    types = {
        "choice": _("choice"),
        "number": _("number"),
        "text": _("text"),
        "yes/no": _("yes/no"),
    }
    columns = ["name", *LANGUAGES, "type", "choices", "default", "changing"]
    frame = pd.DataFrame(
        [_row(name, one) for name, one in defined.items()], columns=columns
    ).astype({name: object for name in columns})
    edited = st.data_editor(
        frame,
        key=session.key("attributes", *key),
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        column_config={
            "name": st.column_config.TextColumn(_("Attribute"), max_chars=attributes.LONGEST_NAME),
            **{
                code: st.column_config.TextColumn(
                    language, max_chars=attributes.LONGEST_NAME, default=""
                )
                for code, language in LANGUAGES.items()
            },
            "type": st.column_config.SelectboxColumn(
                _("Type"), options=list(types), format_func=types.__getitem__, default="choice"
            ),
            "choices": st.column_config.TextColumn(_("Choices, with commas between"), default=""),
            "default": st.column_config.TextColumn(_("Default"), default=""),
            "changing": st.column_config.CheckboxColumn(
                _("Changes"),
                help=_("It may change along a track; each value holds until the next."),
            ),
        },
    )
    return Table(edited.to_dict("records"))


def _row(name: str, one: dict[str, Any]) -> dict[str, Any]:
    default = one.get("default")
    shown = {True: "yes", False: "no"}.get(default) if isinstance(default, bool) else default
    return {
        "name": name,
        **{code: one.get("names", {}).get(code, "") for code in LANGUAGES},
        "type": one["type"],
        "choices": ", ".join(one.get("choices", ())),
        "default": "" if shown is None else str(shown),
        "changing": bool(one.get("changing")),
    }


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _default(kind: str, text: str) -> Any:
    if not text:
        return None
    if kind == "number":
        try:
            return float(text) if not text.lstrip("-").isdecimal() else int(text)
        except ValueError:
            return text  # refused where it is checked, in words
    if kind == "yes/no":
        low = text.casefold()
        return True if low in _YES else False if low in _NO else text
    return text
