"""What stands in the home, for Prometheus: register, drafts, batches, levels, certificates, sandbox, disk.

Asked anew at most every AGAIN_S seconds, however often somebody looks. Only how many there are: no id, number or name
of a person is in it; a label is the name of a state or of a key profile.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tte import __version__
from tte.errors import TteError
from tte.office.expiry import expiry_of_profile
from tte.register.counting import Counts, counted
from tte.web.service import Service

AGAIN_S: Final = 10.0


class Watch(Collector):
    """The state of a service's home. May be asked from many threads."""

    def __init__(self, service: Service) -> None:
        self._service, self._one = service, Lock()
        self._at, self._found = float("-inf"), list[Metric]()

    def collect(self) -> Iterable[Metric]:
        """What is so now, or was AGAIN_S ago."""
        with self._one:
            if time.monotonic() - self._at > AGAIN_S:
                self._found = [*self._register(), *self._certificates(), *self._machine()]
                self._at = time.monotonic()
            return [*self._found, *self._sandbox()]

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: the home is not asked before somebody looks."""
        return ()

    def _register(self) -> Iterator[Metric]:
        try:
            register = self._service.register()
            found = None if register is None else counted(register)
        except TteError:
            yield _gauge("tte_register_up", "Whether the register can be read", 0)
            return
        yield _gauge("tte_register_up", "Whether the register can be read", 1)
        if found is not None:
            yield from _of(found)

    def _certificates(self) -> Iterator[Metric]:
        home, days = self._service.home, {}
        for office in home.settings.offices:
            for name, profile in self._service.profiles_of(office.code).items():
                if expiry := expiry_of_profile(home, profile, self._service.now()):
                    days[name] = expiry.days
        yield _by("tte_certificate_days_left", "Whole days, below 0 when it is over", "profile", days)

    def _machine(self) -> Iterator[Metric]:
        yield _gauge("tte_disk_free_bytes", "Where the home lies", shutil.disk_usage(self._service.home.path).free)
        yield _by("tte_build", "The version that runs", "version", {__version__: 1})

    def _sandbox(self) -> Iterator[Metric]:
        running, waiting = self._service.sandbox.busy
        yield _gauge("tte_sandbox_running", "Files being examined", running)
        yield _gauge("tte_sandbox_waiting", "Files that wait for their turn", waiting)
        yield _gauge("tte_sandbox_at_once", "How many may be examined at once", self._service.sandbox.limits.at_once)


def _of(found: Counts) -> Iterator[Metric]:
    issued = CounterMetricFamily("tte_documents_issued", "Documents in the register")
    issued.add_metric((), found.issued)
    yield issued
    yield _gauge("tte_documents_ended", "Of these, replaced or revoked", found.ended)
    yield _gauge("tte_numbers_pending", "Reserved, and neither issued nor void", found.pending)
    yield _by("tte_levels_pending", "Documents whose level is not reached yet", "profile", found.below_goal)
    yield _gauge("tte_log_lines", "Lines of the log", found.log_size)
    yield _gauge("tte_log_lines_unsigned", "Of these, under no checkpoint yet", found.log_size - found.signed_size)
    yield _by("tte_drafts", "Drafts of all offices", "state", found.drafts)
    yield _by("tte_batch_rows_waiting", "Rows of batches that are not done", "profile", found.waiting_rows)
    yield _gauge("tte_batch_chunks_taken", "Chunks that workers have", found.taken_chunks)


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_, value=value)


def _by(name: str, help_: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, help_, labels=(label,))
    for key, value in sorted(values.items()):
        family.add_metric((key,), value)
    return family
