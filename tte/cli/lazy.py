"""Commands that are imported when they are asked for, so that none pays for another's libraries."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup

MARKUP: Any = "markdown"
PLAIN = {"rich_markup_mode": MARKUP, "pretty_exceptions_enable": False, "add_completion": False}


class Lazy(TyperGroup):
    """A group whose commands stand in `tte.cli.NAME`: the function NAME, or `app`, a Typer with commands of its own.

    `table` names them with the first line of their help; for the list of them nothing is imported.
    """

    table: ClassVar[Mapping[str, str]] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in that knows its name and what it is for."""
        return TyperCommand(cmd_name, help=self.table[cmd_name]) if cmd_name in self.table else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command itself, imported, for the one that is to run."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, found and command(str(found.name)), rest


def command(name: str) -> Any:
    """The command of `tte.cli.NAME`, imported."""
    module, holder = import_module(f"tte.cli.{name}"), typer.Typer(**PLAIN)
    holder.callback()(_none)
    if hasattr(module, "app"):
        holder.add_typer(module.app, name=name)
    else:
        holder.command(name)(getattr(module, name))
    return typer.main.get_group(holder).commands[name]


def _none() -> None:
    """Nothing is done above a command."""
