"""The catalog and the trailer: which of their entries may differ after signing, and who judges what is behind them."""

from __future__ import annotations

import re

import pikepdf

from tte.validation.changes.comparison import Comparison
from tte.validation.changes.form import judge_form
from tte.validation.changes.pages import judge_pages
from tte.validation.changes.store import judge_store
from tte.validation.changes.structure import judge_structure
from tte.validation.reasons import Reason
from tte.validation.revision import TRAILER, entries, get, is_dictionary, items, name_of, ref_of

_ROLES = frozenset({"/AcroForm", "/DSS", "/Pages", "/Metadata", "/StructTreeRoot", "/Extensions", "/Version"})
_VERSION = re.compile(r"/[12]\.\d")
_EXTENSION = re.compile(r"/\w{2,8}")
_EXTENSION_KEYS = frozenset({"/Type", "/BaseVersion", "/ExtensionLevel", "/ExtensionRevision", "/URL"})


def judge_catalog(comparison: Comparison) -> None:
    """Everything the trailer leads to."""
    old, new = comparison.old.root, comparison.new.root
    if not isinstance(old, pikepdf.Dictionary) or not isinstance(new, pikepdf.Dictionary) or ref_of(new) == TRAILER:
        comparison.refuse(Reason.CHANGED_CATALOG)
        return
    if entries(comparison.old.trailer).get("/Encrypt") != entries(comparison.new.trailer).get("/Encrypt"):
        comparison.refuse(Reason.CHANGED_CATALOG)
    catalog = ref_of(old)
    comparison.allow_whoever_uses(ref_of(new))
    if comparison.different_keys(old, new, _ROLES):
        comparison.refuse(Reason.CHANGED_CATALOG)
    judge_form(comparison, get(old, "/AcroForm"), get(new, "/AcroForm"), catalog)
    judge_store(comparison, get(old, "/DSS"), get(new, "/DSS"), catalog)
    if entries(old).get("/Pages") != entries(new).get("/Pages"):
        comparison.refuse(Reason.CHANGED_PAGES)
    else:
        judge_pages(comparison, get(old, "/Pages"))
    judge_structure(comparison, get(old, "/StructTreeRoot"), get(new, "/StructTreeRoot"), catalog)
    _judge_description(comparison, old, new)
    _judge_extensions(comparison, get(old, "/Extensions"), get(new, "/Extensions"))
    version = get(new, "/Version")
    if entries(old).get("/Version") != entries(new).get("/Version") and not _VERSION.fullmatch(name_of(version)):
        comparison.refuse(Reason.CHANGED_CATALOG)


def _judge_description(comparison: Comparison, old: object, new: object) -> None:
    """/Info and XMP: nobody's words on a page; allowed, with a note."""
    before, after = comparison.old.trailer, comparison.new.trailer
    info, xmp = get(after, "/Info"), get(new, "/Metadata")
    if entries(before).get("/Info") != entries(after).get("/Info") or ref_of(info) in comparison.changed:
        comparison.note(Reason.DESCRIPTION)
        comparison.allow(info, {TRAILER})
    if entries(old).get("/Metadata") != entries(new).get("/Metadata") or ref_of(xmp) in comparison.changed:
        comparison.note(Reason.DESCRIPTION)
        comparison.allow(xmp, {ref_of(old)})


def _judge_extensions(comparison: Comparison, old: object, new: object) -> None:
    """Extension levels (§7.12): added or raised, plain values only."""
    if old is None and new is None:
        return
    if not isinstance(new, pikepdf.Dictionary):
        comparison.refuse(Reason.CHANGED_CATALOG)
        return
    comparison.allow(new, {ref_of(comparison.old.root)})
    before, after = entries(old).keys(), entries(new).keys()
    fine = before <= after and all(
        _EXTENSION.fullmatch(key) and all(map(_is_plain, items(get(new, key)) or [get(new, key)]))
        for key in after - {"/Type"}
    )
    if not fine or any(_lowered(comparison, get(old, key), get(new, key)) for key in before):
        comparison.refuse(Reason.CHANGED_CATALOG)


def _is_plain(extension: object) -> bool:
    return (
        isinstance(extension, pikepdf.Dictionary)
        and entries(extension).keys() <= _EXTENSION_KEYS
        and not any(isinstance(value, pikepdf.Array) or is_dictionary(value) for value in extension.values())
    )


def _lowered(comparison: Comparison, old: object, new: object) -> bool:
    if comparison.same(old, new):
        return False
    before, after = get(old, "/ExtensionLevel"), get(new, "/ExtensionLevel")
    if not isinstance(before, int) or not isinstance(after, int) or before > after:
        return True
    return name_of(get(old, "/BaseVersion")) > name_of(get(new, "/BaseVersion"))
