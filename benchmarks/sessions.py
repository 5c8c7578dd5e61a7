"""Sessions without a browser: tabs that open pages over the WebSocket and read what is drawn."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlencode

PAGE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a run of a page sent: elements, and the texts of exceptions among them.

    ``seconds`` is from asking to the last element.
    """

    elements: int
    exceptions: list[str]
    seconds: float


class Tab:
    """One browser tab, as a context: a session of the server from its beginning to its end.

    :param person: who said their name on an earlier visit; without one the page asks for it.
    """

    def __init__(self, port: int, person: str = "") -> None:
        from websockets.sync.client import connect

        self._connection = connect(
            f"ws://127.0.0.1:{port}/_stcore/stream",
            subprotocols=["streamlit"],
            additional_headers={"Cookie": f"dataguard_person={quote(person)}"} if person else None,
            max_size=None,
            proxy=None,
        )
        self._components: dict[str, str] = {}
        self._told: dict[str, str] = {}

    def __enter__(self) -> Tab:
        self._socket = self._connection.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.__exit__(kind, error, trace)

    def draw(self, page: str, **query: str) -> Drawn:
        """Run a page and wait until it is drawn.

        :raises TimeoutError: when it is not drawn within a minute.
        """
        from streamlit.proto.BackMsg_pb2 import BackMsg

        request = BackMsg()
        request.rerun_script.query_string = urlencode(query)
        request.rerun_script.page_name = page
        for name, state in self._told.items():
            if name in self._components:
                widget = request.rerun_script.widget_states.widgets.add()
                widget.id, widget.json_value = self._components[name], state
        started = time.perf_counter()
        self._socket.send(request.SerializeToString())
        elements, exceptions = self._read()
        return Drawn(elements, exceptions, time.perf_counter() - started)

    def tell(self, component: str, **state: Any) -> None:
        """What a component of ours reports, by its key; it goes with every later run."""
        self._told[component] = json.dumps(state)

    def _read(self) -> tuple[int, list[str]]:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        elements, exceptions = 0, []
        while True:
            message = ForwardMsg.FromString(self._socket.recv(timeout=PAGE_SECONDS))
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                elements += 1
                element = message.delta.new_element
                drawn = element.WhichOneof("type")
                if drawn == "exception":
                    exceptions.append(element.exception.message)
                elif drawn == "alert" and element.alert.format == element.alert.ERROR:
                    exceptions.append(element.alert.body)
                elif drawn == "bidi_component":
                    identity = element.bidi_component.id
                    self._components[identity.split("-", 2)[2]] = identity
            elif (
                kind == "script_finished"
                and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            ):
                return elements, exceptions


def open_page(port: int, page: str, **query: str) -> Drawn:
    """Open a page in a new session, wait until it is drawn, and leave.

    :raises TimeoutError: when it is not drawn within a minute.
    """
    with Tab(port) as tab:
        return tab.draw(page, **query)
