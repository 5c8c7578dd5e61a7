"""Query parameters, as strings from strangers: checked here, never a reason to change anything."""

from __future__ import annotations

import re

import streamlit as st

WORKSPACES = ("own", "demo")
_NUMBER = re.compile(r"[0-9]{1,9}")
_WORD = re.compile(r"[a-z0-9_]{1,40}")
_NUMBERS = re.compile(r"[0-9]{1,9}(,[0-9]{1,9}){0,499}")


def workspace() -> str | None:
    """The key of the workspace the address names: own, demo or None."""
    given = st.query_params.get("w")
    return given if given in WORKSPACES else None


def number(name: str) -> int | None:
    """A number of up to nine digits, or None."""
    given = st.query_params.get(name, "")
    return int(given) if _NUMBER.fullmatch(given) else None


def numbers(name: str) -> tuple[int, ...]:
    """Numbers divided by commas; empty when the parameter is anything else."""
    given = st.query_params.get(name, "")
    return tuple(int(part) for part in given.split(",")) if _NUMBERS.fullmatch(given) else ()


def word(name: str) -> str | None:
    """A short name such as a model's, or None."""
    given = st.query_params.get(name, "")
    return given if _WORD.fullmatch(given) else None


def name_workspace(key: str) -> None:
    """Make the address name the workspace, and leave the rest of it."""
    if st.query_params.get("w") != key:
        st.query_params["w"] = key


def show(**values: object) -> None:
    """Make the address name what is on screen, so that a reload or a copied link leads here."""
    wanted = {name: str(value) for name, value in values.items() if value is not None}
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
