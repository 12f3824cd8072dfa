"""`judge web`, `judge worker`, `judge janitor` and `judge gopls`: the parts, run alone."""

from __future__ import annotations

import click

from judge.config import Settings, load


def _settings() -> Settings:
    from judge import logs

    settings = load()
    logs.configure(settings)
    return settings


@click.command(short_help="Serve pages, API and live sockets.")
def web() -> None:
    """Serve pages, API and live sockets until a signal."""
    import uvicorn

    from judge import interactive
    from judge.languageserver.wire import MAX_FROM_WEB

    settings = _settings()
    _allow_many_connections()
    uvicorn.run(
        "judge.wsgi:asgi",
        http="judge.web.connections:Connection",
        ws="judge.web.connections:Socket",
        host=settings.host,
        port=settings.port,
        workers=settings.web_processes,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws_max_size=max(interactive.MAX_MESSAGE_BYTES, MAX_FROM_WEB),
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=10,
    )


def _allow_many_connections() -> None:
    """Raise the soft limit on open files, which is often 1,024: each connection is one."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@click.command(short_help="Judge what is on the queue.")
@click.option(
    "--interactive", is_flag=True, help="Run the playground's programs instead, several at a time."
)
def worker(*, interactive: bool) -> None:
    """Judge what is on the queue until a signal; the job at hand is finished first."""
    from judge.sandbox.settings import from_environment
    from judge.worker import process

    settings = _settings()
    run = process.run_interactive if interactive else process.run
    run(settings, from_environment())


@click.command(short_help="Put back on the queue what was lost.")
@click.option("--once", is_flag=True, help="Do one round and say what it did.")
def janitor(*, once: bool) -> None:
    """Put back on the queue what was lost, and prune old trials, until a signal."""
    from judge import janitor as parts

    settings = _settings()
    if not once:
        parts.run(settings)
        return
    done = parts.once(settings)
    click.echo(f"{done.lapsed} taken back, {done.enqueued} enqueued, {done.pruned} trials pruned")


@click.command(short_help="Keep language servers for the editor.")
def gopls() -> None:
    """Keep language servers (gopls) for the editor, each in a sandbox, until a signal.

    At the first start gopls is compiled, which takes a minute or two.
    """
    import signal
    import threading

    import psutil

    from judge.languageserver import service
    from judge.lookup import Lookup
    from judge.sandbox.settings import from_environment

    settings = _settings()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    service.run(settings, from_environment(), stop, Lookup.of_settings(settings))
    # A compilation that is still under way.
    for process in psutil.Process().children(recursive=True):
        process.terminate()
