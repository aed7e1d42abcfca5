"""What the suites of several key backends are run with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tte.backends.process import open_key_process


@pytest.fixture(scope="class")
def in_a_process_of_its_own() -> Iterator[None]:
    """The suite opens its keys as the program does with `open_key_process`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tte.testing.keys.open_key", open_key_process)
        yield
