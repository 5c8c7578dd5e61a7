"""The hub of models: the only other machine that is ever asked for anything.

Nothing here runs unless a person asked for a model by its name. ``HF_HUB_OFFLINE`` forbids it,
``HF_ENDPOINT`` names a mirror, ``HF_TOKEN`` opens models that are not for everybody.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core import errors
from core.paths import is_loopback

if TYPE_CHECKING:
    import httpx

PUBLIC = "https://huggingface.co"
CONNECT_SECONDS, READ_SECONDS = 10.0, 20.0
LONGEST_WAIT = 60.0


def endpoint() -> str:
    """The hub that would be asked, without a slash at the end.

    :raises BadInput: where HF_ENDPOINT is no address.
    """
    chosen = (os.environ.get("HF_ENDPOINT") or PUBLIC).strip().rstrip("/")
    try:
        parts = urlsplit(chosen)
        sound = parts.scheme in ("https", "http") and bool(parts.hostname)
    except ValueError:
        sound = False
    if not sound:
        raise errors.BadInput(
            "HF_ENDPOINT is {value}, which is no address of a hub.",
            "Set it to one such as https://huggingface.co, or not at all.",
            value=repr(chosen[:200]),
        )
    return chosen


def host() -> str:
    """The machine that would be asked; also where HF_ENDPOINT is wrong."""
    try:
        return urlsplit(endpoint()).netloc.rsplit("@", 1)[-1]
    except errors.BadInput:
        return "HF_ENDPOINT"


def page(hub_id: str) -> str:
    """The address of a model's own page."""
    return f"{endpoint()}/{hub_id}"


def require_allowed() -> None:
    """Nothing is fetched where the environment forbids it.

    :raises Refused: says which setting.
    """
    if os.environ.get("HF_HUB_OFFLINE", "").strip().upper() in ("1", "ON", "YES", "TRUE"):
        raise errors.Refused(
            "Downloads are switched off here by HF_HUB_OFFLINE.",
            "Put the model's folder there by hand, or start DataGuard without that setting.",
        )


@contextmanager
def connection() -> Iterator[httpx.Client]:
    """A client for some requests; it follows the hub to its storage, never to plain http.

    :raises Refused, BadInput: where downloads are switched off or HF_ENDPOINT is wrong.
    """
    require_allowed()
    parts = urlsplit(endpoint())
    encrypted = parts.scheme == "https"
    import httpx

    def refuse_plain(request: httpx.Request) -> None:
        if encrypted and request.url.scheme != "https":
            raise httpx.UnsupportedProtocol("redirect to plain http", request=request)

    headers = {"User-Agent": "dataguard", "Accept-Encoding": "identity"}
    token = os.environ.get("HF_TOKEN", "").strip()
    if token and (encrypted or is_loopback(parts.hostname)):
        # The library drops it as soon as it is led to another machine.
        headers["Authorization"] = f"Bearer {token}"
    with httpx.Client(
        headers=headers,
        follow_redirects=True,
        max_redirects=5,
        timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        event_hooks={"request": [refuse_plain]},
    ) as client:
        yield client


@contextmanager
def asking(
    client: httpx.Client, hub_id: str, url: str, *, skip: int = 0
) -> Iterator[httpx.Response]:
    """An answer with a body still to be read; what goes wrong becomes an error of ours.

    :param skip: bytes that are here already; the server may ignore it and answer 200.
    :raises Unreachable: where trying again may help; ModelUnavailable where it will not.
    """
    import httpx

    try:
        with client.stream(
            "GET", url, headers={"Range": f"bytes={skip}-"} if skip else {}
        ) as answer:
            if answer.status_code not in (200, 206):
                raise _explained(answer, hub_id)
            yield answer
    except (httpx.RequestError, httpx.InvalidURL) as error:
        raise errors.Unreachable(
            "{host} cannot be reached, or the connection broke: {reason}",
            "Check the connection of this machine and try again: what has arrived is kept. "
            "Without a network, put the folder there by hand.",
            host=host(),
            reason=(str(error) or type(error).__name__)[:200],
        ) from error


def _explained(answer: httpx.Response, hub_id: str) -> errors.DataGuardError:
    status, code = answer.status_code, answer.headers.get("X-Error-Code", "")
    if status in (401, 403) and code == "GatedRepo":
        return errors.ModelUnavailable(
            "{hub} is gated: its makers want their terms agreed to on its page first.",
            "Agree on {page}, make an access token there, and start DataGuard with HF_TOKEN set to "
            "it; or download the files in a browser and put the folder there.",
            hub=hub_id,
            page=page(hub_id),
        )
    if status in (401, 403, 404):
        return errors.ModelUnavailable(
            "There is no model {hub} on {host}, or it is not public.",
            "Check the spelling: organisation/name. For a private one start DataGuard with "
            "HF_TOKEN set.",
            hub=hub_id,
            host=host(),
        )
    if status == 429:
        return errors.Unreachable(
            "{host} asks for a pause: too many requests (429).",
            "Try again in some minutes: what has arrived is kept.",
            pause=_pause(answer.headers.get("Retry-After", "")),
            host=host(),
        )
    return errors.Unreachable(
        "{host} answers with error {status}.",
        "Try again later: what has arrived is kept.",
        host=host(),
        status=status,
    )


def _pause(text: str) -> float:
    return min(float(text), LONGEST_WAIT) if text.isdecimal() else 0.0
