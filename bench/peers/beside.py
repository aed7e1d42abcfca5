"""Work timed in another process, so that what lives in another environment can take its turn in the same rounds.

The command is run with the folder of this run as its last argument (in it key.pem, certificate.pem, issuer.pem and
signer.p12). It sets itself up and prints one line. Then it reads counts, one on a line, makes that many documents and
answers each with one line of JSON: cpu_ns and wall_ns for all of them, bytes of one. It ends when its standard input is
closed.
"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from bench.peers.clock import Spent
from bench.peers.programs import ask, hear, start

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.workshop import Workshop


def beside(command: str, shop: Workshop) -> Callable[[int], tuple[Spent, int]]:
    """Start the command; the returned function has it make some documents and gives time spent and size of one."""
    process = start(*shlex.split(command), shop.folder)
    hear(process)

    def make(count: int) -> tuple[Spent, int]:
        answer = json.loads(ask(process, str(count)))
        return Spent(answer["cpu_ns"], answer["wall_ns"]), answer["bytes"]

    return make
