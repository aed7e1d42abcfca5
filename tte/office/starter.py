"""The sample office: what `tte init` unpacks, and what a home falls back on where it has no file of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from tte.errors import ConfigError

_PACKAGE = Path(__file__).resolve().parent.parent
_CHECKOUT = _PACKAGE.parent
SETTINGS = _PACKAGE / "_starter" / "tte.toml"


def _source(folder: str) -> Path:
    """`keys` or `templates` of the sample office: inside the installed package, or at the root of a checkout."""
    installed = _PACKAGE / "_starter" / folder
    return installed if installed.is_dir() else _CHECKOUT / folder


def unpack(home: Path) -> tuple[Path, ...]:
    """Write the sample office into `home` and say which files are new. Nothing that is there is overwritten.

    ConfigError if the folder cannot be written.
    """
    wanted = {SETTINGS: home / "tte.toml"}
    for folder in ("keys", "templates"):
        source = _source(folder)
        wanted |= {file: home / folder / file.relative_to(source) for file in sorted(source.rglob("*")) if _kept(file)}
    written = []
    try:
        for source, target in wanted.items():
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                part = target.with_name(f".{target.name}.part")  # a copy that was cut short must not pass for the file
                shutil.copyfile(source, part)
                part.replace(target)
                written.append(target)
        (home / "var").mkdir(parents=True, exist_ok=True)
        (home / "var").chmod(0o700)
    except OSError as why:
        raise ConfigError(f"{home} cannot be written: {why.strerror}") from why
    return tuple(written)


def _kept(file: Path) -> bool:
    """Files of the sample office; never one of the kinds that can hold a key."""
    return file.is_file() and file.suffix in {".toml", ".json", ".md", ".png", ".svg"}
