"""The whole of /v1 against its own OpenAPI document, with what schemathesis makes up: no 5xx, nothing undescribed."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok

from tests.api.conftest import TEMPLATE, Application, record

EXAMPLES = int(os.environ.get("TTE_SCHEMA_EXAMPLES", "3"))
LEFT_OUT = (
    "positive_data_acceptance",  # a record that keeps to the schema can still say what no registry would
    "ignored_auth",  # test_rights asks every route without a key, and with a wrong one
)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_what_is_made_up_gets_an_answer_that_is_described(siak: Application, mode: GenerationMode) -> None:
    siak.service.work = lambda: None  # type: ignore[method-assign]  # nobody works on it here
    document = siak.issue(record()).json()["id"]
    siak.get(f"/v1/register/documents/{document}/proof")
    draft = siak.ask("POST", "/v1/drafts", json={"template": TEMPLATE, "record": record(2)}).json()["id"]
    load_all_checks()
    left_out = CHECKS.get_by_names(LEFT_OUT)
    headers = {"host": siak.service.host, "authorization": f"Bearer {siak.key}"}
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", siak.app, headers=headers)
    asked = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        ids: list[dict[str, Any] | None] = [None]
        if mode is GenerationMode.POSITIVE and "{id}" in operation.path:
            ids.append({"id": draft if "drafts" in operation.path else document})
        if mode is GenerationMode.POSITIVE and "{name}" in operation.path:
            ids.append({"name": TEMPLATE})
        for path_parameters in ids:

            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(mode, path_parameters=path_parameters))
            def ask(case: Any) -> None:
                nonlocal asked
                asked += 1
                case.call_and_validate(headers=headers, excluded_checks=left_out)

            with suppress(Unsatisfiable):  # nothing can be sent there that would be wrong
                ask()
    assert asked > 20
