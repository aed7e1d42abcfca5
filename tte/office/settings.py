"""`tte.toml` and the key profiles, read and checked: every problem of a file at once, none of its secrets echoed."""

from __future__ import annotations

import tomllib
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, StringConstraints, ValidationError, model_validator

from tte import model
from tte.errors import ConfigError, Problem
from tte.key import KeyUri
from tte.model import Level

Text = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~/%-]*)?$")]
HostName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+$")]
Oid = Annotated[str, StringConstraints(pattern=r"^[0-2](\.[0-9]+)+$")]
OfficeCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class OfficeSettings(_Strict):
    """One office as its letterhead says it."""

    code: OfficeCode
    name: Text
    region: Text
    address: Text
    town: Text


class LogSettings(_Strict):
    """What the log is called in its checkpoints (docs/log.md); it stays for ever."""

    origin: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)*$", max_length=200)]


class ArchiveSettings(_Strict):
    """Where every signed file is put before it is recorded: `file:///FOLDER` or `s3://BUCKET/PREFIX`."""

    url: Annotated[str, StringConstraints(pattern=r"^(file:///|s3://)[A-Za-z0-9._~/%-]+$")]


class ServeSettings(_Strict):
    """How `tte serve` is used: by which names besides that of `base_url`, how often by one address (docs/serve.md).

    `known_requests_per_minute` is for each who is signed in or has a key, `requests_per_second` for all together.
    `upload_mb`: how large a file to be checked may be, in MiB; above 64 it is put on disk while it is examined.
    `private_webhooks`: webhooks may go to addresses of a private network, and over plain http. In `production` mode it
    does not start where something serious is unsafe (`tte doctor`). `proxies`: whose word is believed about who asks.
    `clock_kept_by_host`: the office says so of a machine whose kernel cannot. `confirmed_keys`: no key profile is used
    that one person has not proposed and another confirmed (docs/people.md). `net_requests_per_minute` is for the
    neighbours of an address together (/24, /48).
    """

    mode: Literal["development", "production"] = "development"
    proxies: tuple[Text, ...] = ("127.0.0.1", "::1")
    clock_kept_by_host: bool = False
    hosts: tuple[HostName, ...] = ()
    requests_per_minute: Annotated[int, Field(ge=1)] = 30
    uploads_per_minute: Annotated[int, Field(ge=1)] = 6
    known_requests_per_minute: Annotated[int, Field(ge=1)] = 1200
    requests_per_second: Annotated[int, Field(ge=1)] = 200
    upload_mb: Annotated[int, Field(ge=1, le=256)] = 64
    private_webhooks: bool = False
    confirmed_keys: bool = False
    net_requests_per_minute: Annotated[int, Field(ge=1)] = 300


class TargetSettings(_Strict):
    """What a coverage is to reach from a day on (docs/figures.md); the last one that has begun is in force."""

    figure: Literal["akta", "ktp", "kia", "ikd"]
    begins: date = Field(alias="from")
    percent: Annotated[float, Field(gt=0, le=100)]
    source: Annotated[str, StringConstraints(max_length=200)] = ""


MailAddress = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$")
]
SecretPlace = Annotated[str, StringConstraints(pattern=r"^(env|file):.+$", max_length=500)]


class FridaySending(_Strict):
    """A report that is sent each Friday: of one office, of a province, or of the country; who signs it, and to whom."""

    office: OfficeCode | None = None
    province: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")] | None = None
    national: bool = False
    key: Text | None = None
    to: Annotated[tuple[MailAddress, ...], Field(min_length=1, max_length=100)]

    @model_validator(mode="after")
    def _is_one_report(self) -> Self:
        if (self.office is not None) + (self.province is not None) + self.national != 1:
            raise ValueError("say one of office, province and national = true")
        return self


class FridaySettings(_Strict):
    """Until when, on a Friday in Jakarta, the figures of its week come in time; and which reports are sent from `hour`
    on that day (docs/delivery.md).
    """

    deadline: time = time(23, 59)
    hour: time = time(18, 0)
    send: tuple[FridaySending, ...] = ()


class RetentionSettings(_Strict):
    """How long what citizens sent is kept, from a day on; the last one that has begun is in force.

    `days` after its document was signed; `idle_days` after a request that came to nothing last moved.
    """

    begins: date = Field(alias="from")
    days: Annotated[int, Field(ge=0, le=3650)]
    idle_days: Annotated[int, Field(ge=1, le=3650)]
    source: Annotated[str, StringConstraints(max_length=200)] = ""


class RequestSettings(_Strict):
    """Citizens' requests (docs/requests.md): whether they are taken, of which kinds (none named: all), how many of an
    office in 24 hours and from one network (/24, /48) of strangers, with how many attachments of how many MB each and
    together.
    """

    open: bool = True
    kinds: tuple[Text, ...] = ()
    per_day: Annotated[int, Field(ge=1)] = 500
    per_net_per_day: Annotated[int, Field(ge=1)] = 60
    attachments: Annotated[int, Field(ge=1, le=20)] = 6
    attachment_mb: Annotated[int, Field(ge=1, le=20)] = 5
    together_mb: Annotated[int, Field(ge=1, le=50)] = 12
    retention: tuple[RetentionSettings, ...] = ()


class SmtpSettings(_Strict):
    """The mail server. `tls` is none only for a server on this machine or in its own network; `ca` is a PEM file with
    the authorities that the server's certificate may come from, the system's if nothing is said.
    """

    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:-]+$")]
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    ca: Text | None = None
    user: Text | None = None
    password: SecretPlace | None = None
    sender: MailAddress
    name: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,80}$")] = "TTE Dukcapil"

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password belong together")
        if self.user is not None and self.tls == "none":
            raise ValueError("a password does not travel without TLS")
        return self


class GatewaySettings(_Strict):
    """A gateway that sends WhatsApp messages or SMS: where it takes them, and the secret that calls are signed with
    (Standard Webhooks). `private`: it stands in a private network.
    """

    url: HttpUrl
    secret: SecretPlace
    private: bool = False


class DeliverySettings(_Strict):
    """How documents get to citizens (docs/delivery.md): the channels there are, and how many days a link opens."""

    link_days: Annotated[int, Field(ge=1, le=365)] = 30
    smtp: SmtpSettings | None = None
    whatsapp: GatewaySettings | None = None
    sms: GatewaySettings | None = None


class EscClient(_Strict):
    """An application that speaks ESC's wire: the office whose officials it may ask, and the addresses it calls from."""

    office: OfficeCode
    addresses: tuple[IPvAnyNetwork, ...] = ()


class EscSeal(_Strict):
    """A key that signs unattended for an organisation; its `holder` (a login) gives the code that activates it."""

    profile: Text
    holder: Text


class OidcSettings(_Strict):
    """Another service where people can sign in (OpenID Connect; docs/people.md), besides name and password.

    `client_id` is what it knows us by, `secret` where the secret is, such as `file:var/oidc.secret`; none for a public
    client. `two_factors`: the words in its `amr` or `acr` by which it says that it saw two factors; any other is only
    as good as a password, and a code is asked for here. `private`: it is on a private network, perhaps over http.
    """

    issuer: HttpUrl
    name: Text
    client_id: Text
    secret: Annotated[str, StringConstraints(pattern=r"^(env|file):.+$")] | None = None
    two_factors: tuple[Text, ...] = ()
    private: bool = False

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if not self.private and not self.issuer.startswith("https:"):
            raise ValueError("the issuer is https://, or on a private network (private = true)")
        return self


ClientName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$")]


class EscSettings(_Strict):
    """Whether `tte serve` answers as BSrE's Esign Client Service does, and for whom (docs/moving-from-bsre-esc.md).

    `clients` by the user name of HTTP Basic, `seals` by their idSubscriber; `totp` are the key profiles that may sign
    for a one-time code. A signed file is kept `keep_minutes` for one download, or for the same request again, and all
    of them have `keep_mb`; a key is open `key_open_s` for the next request with the same passphrase. `strict`: a PDF
    with dangerous findings is not signed.
    """

    enabled: bool = False
    dialect: Literal["newer", "older"] = "newer"
    clients: dict[ClientName, EscClient] = Field(default_factory=dict)
    seals: dict[ClientName, EscSeal] = Field(default_factory=dict)
    totp: tuple[Text, ...] = ()
    requests_per_minute: Annotated[int, Field(ge=1)] = 600
    upload_mb: Annotated[int, Field(ge=1, le=2000)] = 300
    keep_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    keep_mb: Annotated[int, Field(ge=1, le=1_000_000)] = 4000
    key_open_s: Annotated[int, Field(ge=0, le=300)] = 20
    strict: bool = False


class Settings(_Strict):
    """`tte.toml`."""

    base_url: Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)*$")]
    default_key: Text = "demo"
    register_url: Annotated[str, StringConstraints(min_length=1, max_length=1000)] = Field(
        "sqlite:var/register.sqlite",
        alias="register",
        repr=False,  # the address of a server may hold a password
    )
    offices: Annotated[tuple[OfficeSettings, ...], Field(min_length=1)]
    log: LogSettings | None = None
    archive: ArchiveSettings | None = None
    serve: ServeSettings = Field(default_factory=ServeSettings)
    targets: tuple[TargetSettings, ...] = ()
    friday: FridaySettings = Field(default_factory=FridaySettings)
    requests: RequestSettings = Field(default_factory=RequestSettings)
    delivery: DeliverySettings = Field(default_factory=DeliverySettings)
    esc: EscSettings = Field(default_factory=EscSettings)
    oidc: OidcSettings | None = None

    def office(self, code: str) -> model.Office:
        """The office with this code; ConfigError if `tte.toml` has none."""
        for office in self.offices:
            if office.code == code:
                return model.Office(base_url=self.base_url, **office.model_dump())
        raise ConfigError(f"tte.toml has no office {code}", hint="add an [[offices]] block with that code to tte.toml")


class OfficialSettings(_Strict):
    """Who signs, as the page says it."""

    name: Text
    nip: Annotated[str, StringConstraints(pattern=r"^[0-9]{18}$")]
    title: Annotated[tuple[Text, ...], Field(min_length=1, max_length=4)]


class Profile(_Strict):
    """A key profile: one way of reaching one private key, without any secret.

    `level` is the level that its documents are to reach, `minimum` the one below which none is delivered. `tsa`: where
    time-stamps come from, the first that answers; `tsa_policy` which policy they must have; `tsa_limit` how many
    may be asked of each authority in how many seconds; `tsa_room` bytes are left
    for one in each signature. Revocation info is asked for at the hosts of the certificates' own addresses, and only
    if they are among `services`; `private_services`: also at addresses of a private network. `per_batch` and `per_day`
    are how many documents the key may sign; `sessions` how many workers may use it at once, over all machines.
    `unattended`: an e-seal; applications may sign with it without a person.
    """

    uri: str = Field(repr=False)
    office: OfficeCode
    official: OfficialSettings
    certificate: str | None = None
    psre: Text | None = None
    test: bool = False
    level: Level = Level.B_B
    minimum: Level = Level.B_B
    tsa: tuple[HttpUrl, ...] = ()
    tsa_policy: Oid | None = None
    tsa_limit: tuple[Annotated[int, Field(ge=1)], Annotated[float, Field(gt=0)]] | None = None
    tsa_room: Annotated[int, Field(ge=2048, le=65536)] = 8192
    services: tuple[HostName, ...] = ()
    private_services: bool = False
    per_batch: Annotated[int, Field(ge=1)] | None = None
    per_day: Annotated[int, Field(ge=1)] | None = None
    full_validation: Annotated[int, Field(ge=1)] = 2000
    sessions: Annotated[int, Field(ge=1)] | None = None
    unattended: bool = False

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if self.test and self.psre:
            raise ValueError("a test key has no psre: its pages say SPECIMEN")
        if not self.level.reaches(self.minimum):
            raise ValueError(f"minimum {self.minimum} is above level {self.level}")
        if self.level is not Level.B_B and not self.tsa:
            raise ValueError(f"level {self.level} needs a time-stamp authority: tsa")
        if self.unattended and "prompt:" in KeyUri.parse(self.uri).access.values():
            raise ValueError("an unattended key has nobody to ask: its PIN is not prompt:")
        return self

    def as_official(self) -> model.Official:
        return model.Official(**self.official.model_dump())


Model = TypeVar("Model", bound=BaseModel)


def read(path: Path, kind: type[Model]) -> Model:
    """Read a TOML file as `kind`. ConfigError lists every problem by its place in the file."""
    try:
        with path.open("rb") as stream:
            content = tomllib.load(stream)
    except FileNotFoundError:
        raise ConfigError(f"{path} is missing") from None
    except OSError as why:
        raise ConfigError(f"{path} cannot be read: {why.strerror}") from why
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise ConfigError(f"{path} is not TOML: {why}", hint="see the sample that tte init writes") from why
    return parse(content, kind, str(path))


def parse(content: dict[str, Any], kind: type[Model], where: str) -> Model:
    try:
        return kind.model_validate(content)
    except ValidationError as why:
        problems = [
            Problem(".".join(map(str, error["loc"])), error["msg"])
            for error in why.errors(include_input=False, include_url=False)
        ]
        raise ConfigError(f"{where} cannot be used", problems) from None
