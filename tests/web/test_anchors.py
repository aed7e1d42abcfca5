"""What browsers are told of whom this home trusts, so that they can judge a PDF by themselves."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime

import httpx

from tests.web.conftest import Office, asking
from tests.web.test_pages import one
from tte.office import Home
from tte.web import Service
from tte.web.anchor_routes import ANCHORS

CERTIFICATE = "ab" * 32
OFFICIALS = f"""
[[official]]
name = "BUDI CONTOH"
nip = "197001011990011001"
title = ["Kepala Dinas"]
office = "9971 SPECIMEN"
certificate = "{CERTIFICATE}"
from = 2026-03-01
"""


def test_anchors_and_officials_are_told_without_names(office: Office) -> None:
    (office.home.path / "officials.toml").write_text(OFFICIALS, encoding="utf-8")
    with Service(Home(office.home.path)) as service:
        answer = one(asking(service), "GET", ANCHORS)
        anchors = service.trust.anchors
    said = answer.json()
    assert [b64decode(anchor) for anchor in said["anchors"]] == list(anchors)
    begins = int(datetime(2026, 2, 28, 17, tzinfo=UTC).timestamp())
    assert said["signers"] == [{"certificate": CERTIFICATE, "office": "9971 SPECIMEN", "from": begins, "until": None}]
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert "BUDI" not in answer.text


def test_without_a_list_nobody_is_named(client: httpx.AsyncClient) -> None:
    assert one(client, "GET", ANCHORS).json()["signers"] == []
