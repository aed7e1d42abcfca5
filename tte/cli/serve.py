"""`tte serve`: the citizen's questions over HTTP."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tte.cli.console import home_of
from tte.errors import ConfigError

if TYPE_CHECKING:
    from tte.cli.doctor.serving import Serving
    from tte.office import Home

_DEVELOPMENT = (
    'mode pengembangan: pengaturan tidak aman tidak ditolak; [serve] mode = "production" '
    "(development mode: unsafe settings are not refused)"
)


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")] = 8000,
    socket: Annotated[
        Path | None, typer.Option("--socket", metavar="PATH", help="Listen on a Unix socket instead, for a proxy.")
    ] = None,
    metrics_port: Annotated[
        int | None,
        typer.Option("--metrics-port", min=1, max=65535, help="Figures for Prometheus on 127.0.0.1: /metrics."),
    ] = None,
    proxies: Annotated[
        str | None,
        typer.Option(
            "--proxies",
            metavar="ADDRESSES",
            help="Proxies that are believed about who asks, with commas.",
            show_default="this machine, or what tte.toml says",
        ),
    ] = None,
    production: Annotated[
        bool, typer.Option("--production", help="Do not start where something serious is unsafe (tte doctor).")
    ] = False,
) -> None:
    """Let anybody check a file or a document's code, in the browser (/) and over HTTP (/v1). See docs/serve.md.

    Uploads are examined in memory and never stored. Told to stop (SIGTERM, Ctrl-C), it finishes what is under way.
    """
    try:
        from tte.web.journal import write_json_lines
        from tte.web.server import serve as run
        from tte.web.service import Service
    except ModuleNotFoundError as why:
        raise ConfigError(f"tte serve needs {why.name}", hint="install tte-signing[web]") from None
    from tte.cli.doctor.serving import Serving

    home = home_of(context)
    serving = Serving(host, socket, ",".join(home.settings.serve.proxies) if proxies is None else proxies)
    write_json_lines()
    for line in _ready(home, serving, production=production or home.settings.serve.mode == "production"):
        logging.getLogger("tte.serve").warning(line)
    with Service(home) as service:
        run(service, host=host, port=port, socket=socket, metrics_port=metrics_port, proxies=serving.proxies)


def _ready(home: Home, serving: Serving, *, production: bool) -> list[str]:
    """What is said before it starts. ConfigError if it must not."""
    if not production:
        return [_DEVELOPMENT]
    from tte.cli.doctor.looking import fit_for_production

    return [f"{one.check}: {one.what} → {one.todo}" for one in fit_for_production(home, serving)]
