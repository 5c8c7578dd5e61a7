"""Sessions without a browser: they open a page over the WebSocket and read what it draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

PAGE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a run of a page sent: elements, and the texts of exceptions among them."""

    elements: int
    exceptions: list[str]


def open_page(port: int, page: str, **query: str) -> Drawn:
    """Open a page in a new session, wait until it is drawn, and leave.

    :raises TimeoutError: when it is not drawn within a minute.
    """
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from websockets.sync.client import connect

    request = BackMsg()
    request.rerun_script.query_string = urlencode(query)
    request.rerun_script.page_name = page
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None, proxy=None) as socket:
        socket.send(request.SerializeToString())
        return _read(socket)


def _read(socket: Any) -> Drawn:
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    elements, exceptions = 0, []
    while True:
        message = ForwardMsg.FromString(socket.recv(timeout=PAGE_SECONDS))
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            elements += 1
            element = message.delta.new_element
            if element.WhichOneof("type") == "exception":
                exceptions.append(element.exception.message)
        elif kind == "script_finished":
            return Drawn(elements, exceptions)
