"""The log for anybody, proofs for those who have the document, and templates with schemas that samples keep to."""

from __future__ import annotations

import jsonschema  # type: ignore[import-untyped]
import pytest

from tests.api.conftest import Application, record
from tte.log import Checkpoint, Note, OfflineProof
from tte.log.tiles import split_bundle
from tte.samples import sample_rows


def test_a_proof_is_verified_with_what_anybody_can_have(siak: Application) -> None:
    here = siak.issue(record()).headers["location"]
    id_ = here.rpartition("/")[2]
    anybody = Application(siak.service, siak.app)
    anybody.get("/v1/register/checkpoint", 404)
    anybody.get("/v1/register/tile/0/000", 404)
    proof = OfflineProof.parse(siak.get(f"/v1/register/documents/{id_}/proof").content)
    note = anybody.get("/v1/register/checkpoint").content
    size = Checkpoint.parse(Note.parse(note).text).size
    bundle = anybody.get(f"/v1/register/tile/entries/000.p/{size}")
    entries = split_bundle(bundle.content, size)
    log = siak.service.home.log
    assert proof.verify(entries[proof.index], origin=log.origin, keys=log.keys()).size == size
    assert len(anybody.get(f"/v1/register/tile/0/000.p/{size}").content) == 32 * size
    assert str(record()["nomor_akta"]) not in bundle.text


@pytest.mark.parametrize(
    "path", ["0/000", "0/001.p/1", "0/000.p/0", "0/000.p/99", "9/000", "x/000", "entries/x000/000", "0/../0", "0/"]
)
def test_a_tile_that_is_not_there_is_404(siak: Application, path: str) -> None:
    here = siak.issue(record()).headers["location"]
    siak.get(f"/v1/register/documents/{here.rpartition('/')[2]}/proof")
    siak.get(f"/v1/register/tile/{path}", 404)


def test_fictional_records_keep_to_the_schema_of_their_template(siak: Application) -> None:
    items = siak.get("/v1/templates").json()["items"]
    assert len(items) >= 6
    for one in items:
        told = siak.get(f"/v1/templates/{one['name']}").json()
        schema = told["record_schema"]
        jsonschema.Draft202012Validator.check_schema(schema)
        sample = siak.get(f"/v1/templates/{one['name']}/sample").json()["record"]
        for values in (sample, *sample_rows(one["name"], count=20, seed=3)):
            jsonschema.validate(values, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(sample | {"unknown": 1}, schema)
