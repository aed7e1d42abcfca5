"""`csc:service=https%3A%2F%2Fhost%2Fcsc%2Fv2;credential=GX0112348?token-source=env:CSC_TOKEN&pin-source=env:CSC_PIN`:
a key at a remote signing service that speaks the API of the Cloud Signature Consortium, 1.0.4.0 or 2.

The service holds the key. Before it signs, it is told which digests are to be signed, and given the PIN, the one-time
password, or both; what it gives for them, the signature activation data (SAD), goes back to it and nowhere else. What
the service answers is not trusted, and no word of it is shown.
"""

from __future__ import annotations

import re
from typing import Final

from tte.backends.csc.address import Address, read_address, tls_for
from tte.backends.csc.authorising import Authoriser
from tte.backends.csc.credential import Credential, read_credential
from tte.backends.csc.factors import OneTime, factors_to_give
from tte.backends.csc.service import Service
from tte.backends.csc.signing import Signing
from tte.backends.csc.token import token_for
from tte.backends.csc.vocabulary import EXTEND, About, Api, read_about
from tte.backends.remote import RemoteKey
from tte.errors import KeyNotFound, TteError
from tte.http import Http
from tte.key import Key, KeyUri, SecretSource

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")


def open_key(uri: KeyUri, secrets: SecretSource) -> Key:
    """The key of `credential` at `service`, with the certificate and issuers that the service names for it.

    ConfigError if the URI cannot be used, or lacks a source for what the credential asks for. KeyUnavailable and its
    kinds if the service cannot be reached or gives no usable answer, KeyRefused and its kinds if the credential may
    not be used. Each secret is asked for once and only when it is needed; a one-time password once for each
    authorisation, see `Authoriser`.
    """
    address = read_address(uri)
    http = Http(
        hosts=address.hosts, private=address.private, seconds=address.timeout_s, tls=tls_for(address), fresh=True
    )
    try:
        return _opened(address, http, secrets)
    except BaseException:
        http.close()
        raise


def _opened(address: Address, http: Http, secrets: SecretSource) -> Key:
    service = Service(address, http, token_for(address, http, secrets))
    about = About(address.api, frozenset()) if address.api else read_about(service.ask("info", {}, open_to_all=True))
    credential = _credential(about.api, service, address.credential)
    given = factors_to_give(credential.demand, address.sources, secrets)
    if any(isinstance(one, OneTime) for one in given) and address.api:
        about = About(address.api, read_about(service.ask("info", {}, open_to_all=True)).methods)
    authoriser = Authoriser(service, about.api, credential, given, extends=EXTEND in about.methods)
    signing = Signing(service, about.api, credential, authoriser)
    return RemoteKey("csc", credential.identity, sign=signing.sign, close=signing.close)


def _credential(api: Api, service: Service, name: str) -> Credential:
    refusal: KeyNotFound
    asked = {"credentialID": name, "certificates": "chain", "certInfo": False, "authInfo": True}
    try:
        return read_credential(api, name, service.ask("credentials/info", asked))
    except KeyNotFound as why:
        refusal = why
    raise KeyNotFound(str(refusal), hint=_there_are(service) or refusal.hint)


def _there_are(service: Service) -> str:
    """What might have been meant, as a hint: the credentials that the service lists, if their names are plain."""
    try:
        listed = service.ask("credentials/list", {}).get("credentialIDs")
    except TteError:
        return ""
    names = listed if isinstance(listed, list) else []
    plain = [name for name in names if isinstance(name, str) and _PLAIN.fullmatch(name)]
    return f"the service has {', '.join(plain[:5])}{' and others' if len(plain) > 5 else ''}" if plain else ""
