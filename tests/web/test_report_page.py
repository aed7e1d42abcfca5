"""The citizen's page of a Friday report's code: a report is found as any document is."""

from __future__ import annotations

import asyncio
from datetime import date

from tests.web.conftest import asking
from tte.figures.friday import Scope
from tte.figures.gathering import friday
from tte.issuance import Issued
from tte.office import Home
from tte.reports.friday import NAME, row_of
from tte.web import Service


def test_the_code_of_a_report_leads_to_a_page(home: Home) -> None:
    with home.issuer("demo", (), reports=True) as issuer:
        report = friday(issuer.register, Scope.NATIONAL, "", date(2025, 11, 21))
        (issued,) = issuer.issue(NAME, [row_of(report)])
        assert isinstance(issued, Issued)

    async def asked(service: Service) -> tuple[int, str]:
        async with asking(service) as client:
            answer = await client.get(f"/d/{issued.entry.id}")
            return answer.status_code, answer.text

    with Service(home) as service:
        code, text = asyncio.run(asked(service))
    assert code == 200
    assert "laporan jumat" in text
