"""The archive: every signed file is there before it is recorded, in a folder and in a bucket."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.command import Answer
from tte.archive import open_archive, place_of
from tte.cli.exits import Exit
from tte.errors import ArchiveError, ConfigError
from tte.model import Level
from tte.office import Home
from tte.register import open_register
from tte.testing.registers import AT, OFFICE, TEMPLATE, intent_of, raised_of, signed_of

Tte = Callable[..., Answer]


@pytest.fixture
def archived(home: Home, tmp_path: Path) -> Path:
    """The home has an archive in this folder."""
    folder = tmp_path / "archive"
    file = home.path / "tte.toml"
    file.write_text(f'{file.read_text()}\n[archive]\nurl = "file://{folder}"\n')
    return folder


def test_every_issued_file_is_in_the_archive_under_its_sha256(
    home: Home, archived: Path, tte: Tte, births: Path
) -> None:
    assert tte("issue", "akta_kelahiran", str(births)).code == 0
    with home.open_register() as register:
        wanted = {entry.pdf_sha256.hex() for entry in register.entries()}
    found = list(archived.rglob("*.pdf"))
    assert {hashlib.sha256(file.read_bytes()).hexdigest() for file in found} == wanted == {file.stem for file in found}
    assert tte("register", "check").code == 0


def test_what_is_missing_and_what_was_never_recorded_is_found(
    home: Home, archived: Path, tte: Tte, births: Path
) -> None:
    assert tte("issue", "akta_kelahiran", str(births)).code == 0
    one, *_ = archived.rglob("*.pdf")
    one.rename(one.with_name("0" * 64 + ".pdf"))
    answer = tte("register", "check", "--fast", "--json")
    found = {(line["invariant"], line["what"]) for line in answer.objects() if line["kind"] == "finding"}
    assert found == {("I2", "archive-orphan"), ("I2", "archive-missing")}


def test_nothing_is_recorded_that_the_archive_did_not_take(home: Home, archived: Path, tte: Tte, births: Path) -> None:
    archived.write_text("no folder")
    assert tte("issue", "akta_kelahiran", str(births)).code != 0
    archived.unlink()
    with home.open_register() as register:
        assert register.count() == 0
    assert tte("issue", "akta_kelahiran", str(births)).code == 0
    assert tte("register", "check", "--fast").code == 0


def test_raised_files_are_put_beside_the_first_and_other_bytes_are_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    with closing(open_register(f"sqlite:{tmp_path / 'register.sqlite'}")) as register:
        register.archive = open_archive(f"file://{folder}")
        intent = intent_of("1")
        register.reserve([intent])
        signed = signed_of(intent)
        register.record([signed], AT)
        register.record([signed], AT)
        raised = raised_of(signed.pdf, Level.B_T)
        register.augment([raised], AT)
        files = {
            folder / place_of(OFFICE, TEMPLATE, AT.year, hashlib.sha256(pdf).digest())
            for pdf in (signed.pdf, raised.pdf)
        }
        assert files == {*folder.rglob("*.pdf")}
        other = intent_of("2")
        register.reserve([other])
        pdf = signed_of(other).pdf
        target = folder / place_of(OFFICE, TEMPLATE, AT.year, hashlib.sha256(pdf).digest())
        target.write_bytes(b"other")
        with pytest.raises(ArchiveError, match="other bytes"):
            register.record([signed_of(other)], AT)
        assert register.count() == 1
        target.write_bytes(pdf)
        register.record([signed_of(other)], AT)
        assert register.count() == 2


def test_an_address_that_is_none_is_refused(home: Home, tte: Tte) -> None:
    with pytest.raises(ConfigError):
        open_archive("ftp://nowhere")
    file = home.path / "tte.toml"
    file.write_text(f'{file.read_text()}\n[archive]\nurl = "ftp://nowhere"\n')
    assert tte("register", "pending").code == Exit.USAGE


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, object]]]:
    """A real S3 server (SeaweedFS) with a bucket: its address, and what obstore needs to know of it."""
    weed = Path(sys.executable).with_name("weed")
    folder = tmp_path_factory.mktemp("weed")
    secret = hashlib.sha256(str(folder).encode()).hexdigest()
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": secret}
    kinds = ("s3", "master", "volume", "filer")
    ports = {kind: _free() for kind in kinds} | {f"{kind}.grpc": _free() for kind in kinds}
    words = [str(weed), "mini", "-ip", "127.0.0.1", "-dir", str(folder), "-bucket", "akta"]
    words += [
        f"-{kind}.port{'.grpc' if grpc else ''}={port}"
        for (kind, _, grpc), port in ((name.partition("."), port) for name, port in ports.items())
    ]
    words += ["-admin.ui=false", "-webdav=false"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(words, stdout=log, stderr=log, env=environment)
    options: dict[str, object] = {
        "config": {
            "aws_endpoint_url": f"http://127.0.0.1:{ports['s3']}",
            "aws_region": "us-east-1",
            "aws_access_key_id": "test",
            "aws_secret_access_key": secret,
            "aws_virtual_hosted_style_request": False,
        },
        "client_options": {"allow_http": True},
    }
    try:
        _wait(f"http://127.0.0.1:{ports['s3']}/status", server, folder / "log")
        yield "s3://akta/lampau", options
    finally:
        server.kill()  # asked to end, it takes its time
        server.wait()


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=1).close()  # noqa: S310
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.05)
    pytest.fail(log.read_text(errors="replace")[-2000:])


def test_a_bucket_takes_each_file_once_and_keeps_what_it_has(
    bucket: tuple[str, dict[str, object]], tmp_path: Path
) -> None:
    url, options = bucket
    archive = open_archive(url, **options)
    files = [(f"9971/akta/2026/{number:064}.pdf", b"file %d" % number) for number in range(20)]
    archive.put(files)
    archive.put(files[:3])
    assert sorted(archive.names()) == [place for place, _ in files]
    with pytest.raises(ArchiveError, match="other bytes"):
        archive.put([(files[0][0], b"other")])
    assert archive.read(files[0][0]) == b"file 0"
    assert archive.read("nothing") is None
    elsewhere = open_archive(
        "s3://akta/lampau",
        config={"aws_endpoint_url": "http://127.0.0.1:9", "aws_region": "x"},
        retry_config={"max_retries": 0},
        client_options={"allow_http": True},
    )
    with pytest.raises(ArchiveError, match="cannot be used"):
        elsewhere.put(files[:1])


def test_a_folder_keeps_files_to_its_owner_and_leaves_nothing_half_there(tmp_path: Path) -> None:
    archive = open_archive(f"file://{tmp_path}/archive")
    place = place_of(OFFICE, TEMPLATE, 2026, bytes(32))
    archive.put([(place, b"%PDF-")])
    archive.put([(place, b"%PDF-")])
    file = tmp_path / "archive" / place
    assert file.stat().st_mode & 0o777 == 0o600
    for folder in (file.parent, *file.parent.parents):
        if folder == tmp_path:
            break
        assert folder.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert list(archive.names()) == [place]
    with pytest.raises(ArchiveError, match="other bytes"):
        archive.put([(place, b"%PDF-1.7")])
    assert file.read_bytes() == b"%PDF-"


@pytest.mark.parametrize("place", ["../out.pdf", "/out.pdf"])
def test_a_place_outside_the_folder_is_no_place(tmp_path: Path, place: str) -> None:
    with pytest.raises(ArchiveError, match="PermissionError"):
        open_archive(f"file://{tmp_path}/archive").put([(place, b"%PDF-")])
    assert not (tmp_path / "out.pdf").exists()
