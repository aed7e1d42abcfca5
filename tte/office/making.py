"""Makes the private key that a profile names, and the request for its certificate."""

from __future__ import annotations

from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from tte.backends import generating
from tte.backends.new_key import NewKey, signs_as
from tte.backends.secrets import secret_source
from tte.durable import new_file
from tte.errors import ConfigError, KeyUnavailable, TteError
from tte.key import Algorithm, KeyUri
from tte.office import Home
from tte.office.refusals import Refusals
from tte.office.signing_request import read_subject, signed_request

MADE_ALL_THE_SAME = (
    "the new key stays as it is, without a certificate: make a request for it with the tools of the place where it is "
    "kept, or name another key in the profile and make that one"
)


@dataclass(frozen=True, slots=True)
class Made:
    """A new key, by its URI's public part, and the file that holds its request."""

    uri: KeyUri
    algorithm: Algorithm
    subject: x509.Name
    request: Path


def make_key(home: Home, name: str, *, subject: str, algorithm: str, request: Path) -> Made:
    """Make the key of profile `name` and write the request for its certificate into the new file `request`.

    What can be known is checked before the key is made, and the file is begun: a key without a request is of no use.
    ConfigError if the profile, the subject, the algorithm or the file will not do, or the backend makes no keys;
    KeyRefused if there is such a key. If the key was made and could not sign, the error says so: the key then stays.
    """
    uri = KeyUri.parse(home.profile(name).uri)
    named, signing = read_subject(subject), signs_as(algorithm)
    refusals = Refusals.of(home.path, uri, name, interactive=home.interactive)
    secrets = secret_source(interactive=home.interactive, base=home.path)
    sets_pin, key = uri.scheme in generating.SETS_PIN, None
    try:
        with new_file(request, mode=0o644) as file:
            with nullcontext() if sets_pin else refusals.attempt():
                key = generating.make_key(uri, secrets, algorithm, home=home.path)
            with closing(key):
                file.write(_request(key, named))
    except FileExistsError:
        raise ConfigError(f"{request} is there already", hint="choose another name for the request") from None
    except OSError as why:
        if key:
            raise KeyUnavailable(
                f"the key was made, but {request} cannot be written: {why.strerror}", hint=MADE_ALL_THE_SAME
            ) from why
        raise ConfigError(f"{request} cannot be written: {why.strerror}") from why
    if sets_pin:
        refusals.clear(refusals.noted())
    return Made(uri, signing, named, request)


def _request(key: NewKey, subject: x509.Name) -> bytes:
    try:
        return signed_request(key, subject)
    except TteError as why:
        raise KeyUnavailable(
            f"the key was made, but signed no request: {why}",
            hint=MADE_ALL_THE_SAME,
        ) from why
