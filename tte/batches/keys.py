"""Issuers that stay open for the life of a worker: one key a profile, one press a template."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace

from tte.errors import ConfigError
from tte.issuance import Issuer
from tte.register.batches import Chunk
from tte.template import Template

OpenIssuer = Callable[[str, str], AbstractContextManager[Issuer]]
"""Opens what issues documents of a template with a key profile: (profile, template)."""


class OpenKeys:
    """The keys a worker has opened so far. A PIN is asked for and tried when the first chunk of a profile comes."""

    def __init__(self, open_issuer: OpenIssuer, template: Callable[[str], Template]) -> None:
        self._open, self._template = open_issuer, template
        self._stacks: dict[str, ExitStack] = {}
        self._issuers: dict[str, dict[str, Issuer]] = {}

    def issuer(self, chunk: Chunk) -> Issuer:
        """What issues this chunk. ConfigError if the template here is another than the one it was submitted for."""
        issuers = self._issuers.get(chunk.profile)
        if issuers is None:
            with ExitStack() as opening:
                first = opening.enter_context(self._open(chunk.profile, chunk.template))
                self._stacks[chunk.profile] = opening.pop_all()
            issuers = self._issuers[chunk.profile] = {chunk.template: first}
        issuer = issuers.get(chunk.template)
        if issuer is None or issuer.templates[chunk.template].sha256 != chunk.template_sha256:
            some = issuer or next(iter(issuers.values()))
            issuer = replace(some, templates={chunk.template: self._template(chunk.template)})
        if issuer.templates[chunk.template].sha256 != chunk.template_sha256:
            raise ConfigError(
                f"the template {chunk.template} of this worker is not the one that the batch was submitted for",
                hint="give all workers the same templates; or cancel the batch and submit its file again",
            )
        issuers[chunk.template] = issuer
        return self._asked(issuer, chunk)

    def _asked(self, issuer: Issuer, chunk: Chunk) -> Issuer:
        """The issuer as the batch asked for it."""
        if not chunk.replacing and not chunk.giving:
            return issuer
        return replace(issuer, replacing=chunk.replacing, giving=chunk.giving)

    def close(self, profile: str | None = None) -> None:
        """Let go of one key, or of all."""
        with ExitStack() as closing:  # each of them, also if one goes wrong
            for name in [profile] if profile is not None else list(self._stacks):
                self._issuers.pop(name, None)
                stack = self._stacks.pop(name, None)
                if stack is not None:
                    closing.callback(stack.close)
