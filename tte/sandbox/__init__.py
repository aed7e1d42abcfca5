"""Validation of files from strangers, each in a child process that can reach nothing and dies alone. Linux only.

`Sandbox(limits).validate(pdf, trust, at)` gives the report that `tte.validation.validate` gives, or INDETERMINATE with
the reason why there is none. The caller's process never parses the file. What protects a machine is tried, not assumed:
see `Sandbox.protections` and `Sandbox.attempts`.
"""

from tte.sandbox.landlock import abi as landlock_version
from tte.sandbox.limits import Limits
from tte.sandbox.lockdown import Protection
from tte.sandbox.reasons import Undetermined
from tte.sandbox.sandbox import Sandbox
from tte.sandbox.turns import Busy

__all__ = ["Busy", "Limits", "Protection", "Sandbox", "Undetermined", "landlock_version"]
