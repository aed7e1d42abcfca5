"""That lines are added and never changed."""

from __future__ import annotations

import pytest

from tte.model import Level
from tte.register import Register
from tte.testing.registers.opening import OpenedRegister
from tte.testing.registers.samples import (
    AT,
    GOAL,
    KEY,
    intent_of,
    raised_of,
)


class GuardingSuite(OpenedRegister):
    """What is written stays, also from those who go past the register."""

    @pytest.mark.parametrize(
        "attack",
        [
            "UPDATE reservation SET number = '9'",
            "UPDATE entry SET level = 'B-LTA'",
            "UPDATE body SET own = 'x'",
            "UPDATE shared SET parts = 'x'",
            "DELETE FROM shared",
            "DELETE FROM body",
            "DELETE FROM entry",
            "DELETE FROM reservation WHERE id = 'id-2'",
            "UPDATE goal SET level = 'B-T'",
            "DELETE FROM goal",
            "UPDATE augmentation SET level = 'B-LTA'",
            "DELETE FROM augmentation",
            "UPDATE key_use SET count = 0",
            "DELETE FROM key_use",
            "UPDATE dispatch SET attempt = 9",
            "DELETE FROM dispatch",
            "UPDATE dispatch_end SET state = 'x'",
            "DELETE FROM dispatch_end",
        ],
    )
    def test_a_line_cannot_be_changed_or_deleted(self, register: Register, url: str, attack: str) -> None:
        signed, _ = self._issue(register, "1", goal=GOAL)
        raised = raised_of(signed.pdf, Level.B_T)
        [entry] = register.augment([raised], AT)
        register.reserve([intent_of("2")])
        register.dispatch(["id-2"], AT)
        register.dispatch_ended(["id-2"], "released", AT)
        register.use(KEY, AT.date(), 1, 1)
        with pytest.raises(Exception, match="append-only"):
            self.execute(url, attack)
        assert list(register.entries()) == [entry]
        assert register.read_pdf("id-1") == raised.pdf
        assert register.pending() == [intent_of("2")]
