"""The files of a template: its own, and those it uses from its neighbours. Nothing outside their folder is read."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tte.errors import Problem, TemplateError
from tte.model import Raw
from tte.template.reader import Table

MAIN: Final = "template.toml"
SAMPLE: Final = "sample.json"
ASSETS: Final = "assets"
SHARED_TABLES: Final = ("fields", "styles", "inks", "words", "parts")
"""The tables that a used file may hold; later files, and the template itself, go before earlier ones, name by name."""

_LARGEST: Final = 4_000_000


@dataclass
class Files:
    """Everything read, merged. `read` has the bytes by their path relative to the folder of all templates."""

    main: Table = field(default_factory=dict)
    shared: dict[str, dict[str, object]] = field(default_factory=lambda: {name: {} for name in SHARED_TABLES})
    assets: dict[str, bytes] = field(default_factory=dict)
    sample: Mapping[str, Raw] = field(default_factory=dict)
    read: dict[str, bytes] = field(default_factory=dict)

    def sha256(self) -> bytes:
        """SHA-256 over path and content of every file but the sample, in the order of their paths."""
        whole = hashlib.sha256()
        for path in sorted(self.read):
            whole.update(f"{path}\n".encode() + hashlib.sha256(self.read[path]).digest())
        return whole.digest()


def read_folder(folder: Path, problems: list[Problem]) -> Files:
    """Read a template's files. What is wrong with one is a problem; TemplateError only if there is no template."""
    if not (folder / MAIN).is_file():
        raise TemplateError(f"{folder} is no template: it holds no {MAIN}", ())
    files = Files()
    main = _toml(folder / MAIN, folder, files, problems)
    used = main.get("use", [])
    if not isinstance(used, list) or not all(isinstance(name, str) for name in used):
        problems.append(Problem("use", "must be a list of files"))
        used = []
    for name in used:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve().parent):
            problems.append(Problem("use", f"{name} lies outside the folder of all templates"))
        elif not path.is_file():
            problems.append(Problem("use", f"there is no file {name}"))
        else:
            _merge(files, _toml(path, folder, files, problems), name, problems)
            _assets(path.parent, folder, files, problems)
    _merge(files, {name: main[name] for name in SHARED_TABLES if name in main}, MAIN, problems)
    _assets(folder, folder, files, problems)
    files.main = {name: table for name, table in main.items() if name not in (*SHARED_TABLES, "use")}
    files.sample = _sample(folder / SAMPLE, problems)
    return files


def _merge(files: Files, tables: Table, name: str, problems: list[Problem]) -> None:
    for key, table in tables.items():
        if key not in SHARED_TABLES:
            problems.append(Problem(name, f"unknown table {key}; a shared file has {', '.join(SHARED_TABLES)}"))
        elif not isinstance(table, Mapping):
            problems.append(Problem(name, f"{key} must be a table"))
        else:
            files.shared[key] |= table


def _toml(path: Path, folder: Path, files: Files, problems: list[Problem]) -> Table:
    content = _bytes(path, folder, files, problems)
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        problems.append(Problem(path.name, "is not UTF-8"))
    except tomllib.TOMLDecodeError as why:
        problems.append(Problem(path.name, f"is not TOML: {why}"))
    return {}


def _assets(owner: Path, folder: Path, files: Files, problems: list[Problem]) -> None:
    for path in sorted((owner / ASSETS).glob("*")):
        if path.is_file() and not path.is_symlink():
            files.assets[path.name] = _bytes(path, folder, files, problems)


def _sample(path: Path, problems: list[Problem]) -> Mapping[str, Raw]:
    try:
        sample = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        problems.append(Problem(SAMPLE, "is missing: one fictional record, so that the template can be tried"))
    except ValueError as why:
        problems.append(Problem(SAMPLE, f"is not JSON: {type(why).__name__}"))
    else:
        if isinstance(sample, dict):
            return sample
        problems.append(Problem(SAMPLE, "must be one object"))
    return {}


def _bytes(path: Path, folder: Path, files: Files, problems: list[Problem]) -> bytes:
    name = path.resolve().relative_to(folder.resolve().parent).as_posix()
    if path.stat().st_size > _LARGEST:
        problems.append(Problem(path.name, f"is larger than {_LARGEST // 1_000_000} MB"))
        return b""
    files.read[name] = path.read_bytes()
    return files.read[name]
