"""`tte serve`: the citizen's questions over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tte.cli.console import home_of
from tte.errors import ConfigError


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
        str,
        typer.Option("--proxies", metavar="ADDRESSES", help="Proxies that are believed about who asks, with commas."),
    ] = "127.0.0.1,::1",
) -> None:
    """Let anybody check a file or a document's code, in the browser (/) and over HTTP (/v1). See docs/serve.md.

    Uploads are examined in memory and never stored. Told to stop (SIGTERM, Ctrl-C), it finishes what is under way.
    """
    try:
        from tte.web.server import serve as run
        from tte.web.service import Service
    except ModuleNotFoundError as why:
        raise ConfigError(f"tte serve needs {why.name}", hint="install tte-signing[web]") from None
    with Service(home_of(context)) as service:
        run(service, host=host, port=port, socket=socket, metrics_port=metrics_port, proxies=proxies)
