"""Production mode: the service does not start where something serious is unsafe, and says what and what to do."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.command import run
from tests.fit_home import issue_one, made_fit
from tests.people_world import hired
from tests.postgres import Server
from tte.cli.doctor import keeping, machine, process
from tte.cli.doctor.finding import Finding, State
from tte.cli.doctor.looking import fit_for_production, look_at_home
from tte.cli.doctor.serving import Serving
from tte.delivery import Channel, Contact, deliveries_of
from tte.errors import ConfigError
from tte.issuance import now
from tte.office import Home
from tte.office.people import open_people
from tte.requests import Content, requests_of
from tte.secrecy import keep_to_itself


def serious(home: Home, serving: Serving | None = None) -> set[str]:
    """The checks of a home, opened anew, that fail; each says what to do."""
    failed = [one for one in look_at_home(Home(home.path), serving or Serving()) if one.state is State.FAIL]
    assert all(one.todo for one in failed)
    return {one.check for one in failed}


@pytest.fixture
def fit(home: Home) -> Home:
    return made_fit(home)


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def lose_a_guard(home: Home) -> None:
    with closing(sqlite3.connect(home.path / "var" / "register.sqlite")) as connection:
        connection.execute("DROP TRIGGER entry_no_update")


def put_back_an_older_register(home: Home) -> None:
    older = home.path / "older"
    with home.open_register():
        shutil.copytree(home.path / "var", older)
    again = Home(home.path)
    with again.open_to_write() as register, again.open_register() as reading:
        (entry,) = reading.entries()
        register.revoke(entry.id, "uji", now())
    for file in (home.path / "var").glob("register.sqlite*"):
        file.unlink()
    for file in older.glob("register.sqlite*"):
        shutil.copy(file, home.path / "var")
    shutil.rmtree(older)


def lose_the_secret(home: Home) -> None:
    with home.open_register() as register:
        hired(open_people(home, register), "siti", now() - timedelta(hours=1))
    (home.path / "var" / "people.secret").unlink()


def lose_the_secret_of_requests(home: Home) -> None:
    with home.open_register() as register:
        requests_of(home, register).filing.file("9971", "akta_kelahiran", Content({}), (), now(), token="")
    (home.path / "var" / "requests.secret").unlink()


def lose_the_secret_of_deliveries(home: Home) -> None:
    with home.open_register() as register:
        (entry,) = register.entries()
        promising = deliveries_of(home, register, office=str, kind=str, now=now).promising
        promising.promise(entry.id, Contact(Channel.EMAIL, "warga@contoh.example"), now())
    (home.path / "var" / "delivery.secret").unlink()


def open_up(*files: Path) -> None:
    for file in files:
        file.chmod(0o777)


OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"
UNSAFE: dict[str, Callable[[Home], object]] = {
    "public-address": lambda home: edit(home.path / "tte.toml", "https://", "http://"),
    "register": lose_a_guard,
    "checkpoint": put_back_an_older_register,
    "second-factors": lose_the_secret,
    "requests-secret": lose_the_secret_of_requests,
    "delivery-secret": lose_the_secret_of_deliveries,
    "private-files": lambda home: open_up(home.path / "var", home.path / "var" / "demo.pin"),
    "settings-files": lambda home: open_up(home.path / "keys" / "trust" / "root.pem"),
    "trust": lambda home: (home.path / "keys" / "trust" / "root.pem").unlink(),
    "trust-trial": lambda home: shutil.copy(home.path / "demo.pem", home.path / "keys" / "trust" / "again.pem"),
    "default-key": lambda home: edit(home.path / "keys" / "demo.toml", "test = false", "test = true"),
}


@pytest.mark.parametrize("check", UNSAFE)
def test_each_serious_setting_is_found_and_no_other_is(home: Home, check: str) -> None:
    shutil.copy(home.path / "keys" / "trust" / "demo.pem", home.path / "demo.pem")
    fit = made_fit(home)
    assert serious(fit) == set()
    UNSAFE[check](fit)
    assert serious(fit) == {check}
    assert f"`{check}`" in OPERATING.read_text(encoding="utf-8")


def test_a_register_on_a_server_that_may_forget_is_serious(fit: Home, postgres: Server) -> None:
    settings = fit.path / "tte.toml"
    shutil.rmtree(fit.path / "var" / "log")  # it is of another register
    with postgres.database(options="LC_COLLATE 'C' LC_CTYPE 'C'") as name:
        register = f'register = "{postgres.url(name)}"'
        settings.write_text(
            re.sub(r"(?m)^register +=.*$", register, settings.read_text(encoding="utf-8")), encoding="utf-8"
        )
        assert serious(fit) == set()
        postgres.execute("postgres", f"ALTER DATABASE {name} SET synchronous_commit = off")
        assert serious(fit) == {"register"}


@pytest.mark.parametrize("proxies", ["*", "0.0.0.0/0", "::/0", "nginx", "127.0.0.1,proxy.example"])
def test_whoever_believes_everybody_or_a_name_about_who_asks_is_told(fit: Home, proxies: str) -> None:
    assert serious(fit, Serving(proxies=proxies)) == {"proxies"}


def test_a_wide_network_of_proxies_an_open_port_and_an_open_socket_are_warned_of(fit: Home, tmp_path: Path) -> None:
    def warned(serving: Serving) -> set[str]:
        return {one.check for one in look_at_home(fit, serving) if one.state is State.WARNING}

    assert warned(Serving()) == set()
    assert warned(Serving(proxies="10.0.0.0/8", host="0.0.0.0")) == {"proxies", "listening"}  # noqa: S104
    tmp_path.chmod(0o755)
    assert warned(Serving(socket=tmp_path / "serve.sock")) == {"socket"}
    tmp_path.chmod(0o750)
    assert warned(Serving(socket=tmp_path / "serve.sock")) == set()


def test_a_clock_that_nobody_vouches_for_is_serious_unless_the_office_does(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lost:
        def adjtimex(self, _: object) -> int:
            return 5

    monkeypatch.setattr("ctypes.CDLL", lambda _: Lost())
    monkeypatch.setattr(machine, "_TIMESYNCD", Path("/nowhere"))
    assert machine.clock(kept_by_host=False).state is State.FAIL
    said = machine.clock(kept_by_host=True)
    assert (said.state, "clock_kept_by_host" in said.what.english) == (State.PASS, True)


def test_who_says_that_the_clock_is_right_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kernel = SimpleNamespace(adjtimex=lambda _: 0)
    monkeypatch.setattr("ctypes.CDLL", lambda _: kernel)
    assert "adjtimex" in machine.clock(kept_by_host=False).what.english
    kernel.adjtimex = lambda _: 5
    monkeypatch.setattr(machine, "_TIMESYNCD", tmp_path)
    assert "timesyncd" in machine.clock(kept_by_host=False).what.english


def test_root_is_serious(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert process.unprivileged().state is State.FAIL
    monkeypatch.setattr("os.geteuid", lambda: 10001)
    assert process.unprivileged().state is State.PASS


def test_core_files_are_serious(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (1, 1))
    assert process.core_dumps().state is State.FAIL


def test_swap_in_the_clear_is_warned_of_and_swap_that_is_sealed_is_not(tmp_path: Path) -> None:
    table, heading = tmp_path / "swaps", "Filename Type Size Used Priority\n"
    assert machine.swap(table).state is State.UNKNOWN
    table.write_text(heading, encoding="utf-8")
    assert machine.swap(table).state is State.PASS
    table.write_text(f"{heading}/dev/zram0 partition 1 0 -2\n", encoding="utf-8")
    assert machine.swap(table).state is State.PASS
    table.write_text(f"{heading}/swapfile file 1 0 -2\n", encoding="utf-8")
    assert machine.swap(table).state is State.WARNING
    uuid = tmp_path / "1:3" / "dm" / "uuid"  # /dev/null
    uuid.parent.mkdir(parents=True)
    uuid.write_text("CRYPT-LUKS2-x", encoding="ascii")
    table.write_text(f"{heading}/dev/null partition 1 0 -2\n", encoding="utf-8")
    assert machine.swap(table, tmp_path).state is State.PASS


@pytest.mark.parametrize(("free", "state"), [(3 << 30, State.PASS), (1 << 30, State.WARNING), (1 << 20, State.FAIL)])
def test_a_disk_that_is_nearly_full_is_told(
    home: Home, monkeypatch: pytest.MonkeyPatch, free: int, state: State
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))
    assert keeping.room(home).state is state


def test_an_archive_that_cannot_be_used_is_warned_of(fit: Home, tmp_path: Path) -> None:
    def found() -> Finding:
        return keeping.archive(Home(fit.path))

    assert found().state is State.UNKNOWN
    settings = fit.path / "tte.toml"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(f'{before}\n[archive]\nurl = "file://{tmp_path}/arsip"\n', encoding="utf-8")
    assert found().state is State.PASS
    settings.write_text(f'{before}\n[archive]\nurl = "file://{settings}/arsip"\n', encoding="utf-8")
    assert found().state is not State.PASS


def test_serve_refuses_by_name_and_says_what_to_do(home: Home) -> None:
    issue_one(home)
    told = run("--home", str(home.path), "serve", "--production", "--port", "0")
    assert told.code == 2
    assert "does not start in production mode" in told.err
    for check, todo in {"trust-trial": "remove keys/trust/demo.pem", "default-key": "set up the office's key"}.items():
        assert check in told.err
        assert todo in told.err


def test_the_settings_can_ask_for_it(home: Home) -> None:
    settings = home.path / "tte.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + '[serve]\nmode = "production"\n', encoding="utf-8")
    assert run("--home", str(home.path), "serve", "--port", "0").code == 2


def test_a_home_that_is_fit_passes_but_for_what_the_machine_is(fit: Home) -> None:
    keep_to_itself()
    try:
        assert {one.check for one in fit_for_production(fit, Serving())} <= {"swap", "disk"}
    except ConfigError as why:
        assert {problem.field for problem in why.problems} == {"not-root"}  # noqa: PT017  as root nothing else is left
