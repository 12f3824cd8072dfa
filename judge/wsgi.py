"""What servers serve: `asgi` (uvicorn; pages, API and live sockets) and `application` (WSGI).

The ASGI application gives ``/live/run`` to `judge.web.console` and the rest of ``/live/…``
to `judge.web.live`, both on the event loop, and everything else to Flask in a pool of threads
(`judge.web.entrance`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from judge.app import create_app
from judge.config import load
from judge.web import console, gopls
from judge.web.connections import Connection
from judge.web.console import Console
from judge.web.entrance import Entrance
from judge.web.gopls import Gopls
from judge.web.live import Live
from judge.web.sockets import Doorkeeper

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

settings = load()
application = create_app(settings)
live = Live(application, settings)
programs = Console(application, settings)
editors = Gopls(application, settings)
_sockets: dict[str, Callable[[Scope, Receive, Send], Awaitable[None]]] = {
    console.PATH: programs,
    gopls.PATH: editors,
}
Connection.proxies = settings.proxies
doorkeeper = Doorkeeper(application, settings.proxies)
pages = Entrance(application.wsgi_app, settings)


async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
    """Route one connection."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "websocket":
        await doorkeeper(_sockets.get(scope["path"], live), scope, receive, send)
    else:
        await pages(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        else:
            await asyncio.shield(
                asyncio.gather(*(part.close() for part in (live, programs, editors, pages)))
            )
            await send({"type": "lifespan.shutdown.complete"})
            return
