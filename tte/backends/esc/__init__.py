"""`esc:service=https%3A%2F%2F…;official=kadis-3171?api=v2&nik-source=…&user-source=…&password-source=…&pin-source=…`

BSrE's Esign Client Service, the gateway that a region has from BSrE in its own house. It takes a whole PDF and gives it
back signed (`tte.signing.SigningService`); a digest it does not take, so this is no `Key`. Written after BSrE's guide
of January 2024 and what public clients do; tried with a double only, never with the real thing.

The NIK of the official is personal data, so it is read from where `nik-source` says, as secrets are. What is sent and
what is answered is never logged and stands in no error.
"""

from tte.backends.esc.opening import open_esc
from tte.backends.esc.service import Esc

__all__ = ["Esc", "open_esc"]
