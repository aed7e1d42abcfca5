"""Documents with a seal: issued, interrupted, replaced, read back from paper, and held against their PDF."""

from __future__ import annotations

import hashlib
import io
import pickle
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image, ImageFilter

from tests.command import Answer, run
from tests.one_seal import OneSeal
from tests.oracles import poppler, qr
from tte.checking.sealed_file import seal_in
from tte.cli.doctor.seals import seals as seal_findings
from tte.errors import ConfigError, KeyRefused
from tte.issuance import Issued, Issuer, Refused, now
from tte.issuance.sealing import day_of
from tte.model import Intent, Row
from tte.office import Home
from tte.office.seals import OfficeSeals
from tte.samples import sample_rows
from tte.seal import (
    Claim,
    State,
    Verdict,
    check_number,
    document_id,
    period_of,
    read,
    read_key_list,
    read_status_list,
)
from tte.seal.text import parse
from tte.validation import validate
from tte.verdict.sealing import seal_found

Tte = Callable[..., Answer]
OFFICE = "9971"
BIRTHS = "akta_kelahiran"


@pytest.fixture
def seals(home: Home) -> OfficeSeals:
    """An office that seals specimens: the home's only key is a test key."""
    found = home.seals(OFFICE)
    found.make_key(now(), test=True)
    return found


def rows(count: int, seed: int = 1, template: str = BIRTHS) -> Iterator[Row]:
    found = sample_rows(template, count=count, seed=seed, office=OFFICE)
    return (Row(number, row) for number, row in enumerate(found, 1))


def issued(issuer: Issuer, given: Iterator[Row] | list[Row], template: str = BIRTHS) -> list[Issued]:
    outcomes = list(issuer.issue(template, given))
    assert all(isinstance(outcome, Issued) for outcome in outcomes), outcomes
    return [outcome for outcome in outcomes if isinstance(outcome, Issued)]


def scan(issuer: Issuer, id: str, folder: Path, dpi: int = 150) -> str:  # noqa: A002 (the house's word)
    file = folder / f"{id}.pdf"
    file.write_bytes(issuer.register.read_pdf(id))
    (text,) = qr.read(file, dpi=dpi)
    return text


def test_the_code_on_every_page_is_a_seal_of_what_the_record_says(
    home: Home, seals: OfficeSeals, tmp_path: Path
) -> None:
    keys = [seals.keys()]
    names = home.template_names()
    assert [name for name in names if home.template(name).seal is None] == []
    with home.issuer("demo", names) as issuer:
        for template in names:
            (row,) = rows(1, template=template)
            (one,) = issued(issuer, [row], template)
            reading = read(scan(issuer, one.entry.id, tmp_path), keys, {}, int(now().timestamp()))
            assert (reading.verdict, reading.id) == (Verdict.SPECIMEN, one.entry.id)
            found = issuer.templates[template]
            assert found.seal
            assert reading.facts
            expected = {**found.seal.facts(found.check(row)), Claim.OFFICE: int(OFFICE), Claim.NUMBER: one.entry.number}
            assert expected.items() <= reading.facts.items()


def test_a_nik_is_in_no_seal(home: Home, seals: OfficeSeals, tmp_path: Path) -> None:
    with home.issuer("demo", (BIRTHS,)) as issuer:
        (row,) = rows(1)
        (one,) = issued(issuer, [row])
        parts = parse(scan(issuer, one.entry.id, tmp_path))
    nik = str(row.values["nik"])
    assert parts is not None
    assert nik.encode() not in parts.message
    assert int(nik).to_bytes(7, "big") not in parts.message
    assert bytes([0x41, check_number(nik)]) in parts.message


def test_without_a_seal_key_the_code_is_the_address(home: Home, tmp_path: Path) -> None:
    with home.issuer("demo", (BIRTHS,)) as issuer:
        (one,) = issued(issuer, rows(1))
        assert scan(issuer, one.entry.id, tmp_path).endswith(f"/d/{one.entry.id}")


def test_specimens_are_not_sealed_with_a_key_for_documents(home: Home, tmp_path: Path) -> None:
    home.seals(OFFICE).make_key(now())
    with home.issuer("demo", (BIRTHS,)) as issuer:
        (one,) = issued(issuer, rows(1))
        assert scan(issuer, one.entry.id, tmp_path).endswith(f"/d/{one.entry.id}")


class _Dies:
    """A signing station whose key fails when it is to sign."""

    def __init__(self, signing: Any) -> None:
        self._signing = signing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._signing, name)

    def begin(self, drafts: Any) -> Any:
        raise KeyRefused("the key is gone")


def test_an_interrupted_issue_goes_on_under_the_same_id_and_seal(
    home: Home, seals: OfficeSeals, tmp_path: Path
) -> None:
    given = list(rows(3))
    with home.issuer("demo", (BIRTHS,)) as issuer:
        dying = replace(issuer, signing=_Dies(issuer.signing))
        with pytest.raises(KeyRefused):
            list(dying.issue(BIRTHS, given))
        waiting = {intent.number: intent for intent in issuer.register.pending()}
    assert len(waiting) == 3
    with home.issuer("demo", (BIRTHS,)) as later:
        again = replace(later, now=lambda: now() + timedelta(days=1))
        for one in issued(again, given):
            assert one.entry.id == waiting[one.entry.number].id
            assert parse(scan(later, one.entry.id, tmp_path)) is not None


def test_a_key_that_is_not_yet_or_no_longer_used_seals_nothing(home: Home, seals: OfficeSeals) -> None:
    with home.issuer("demo", (BIRTHS,)) as issuer:
        late = replace(issuer, now=lambda: now() + timedelta(days=400))
        with pytest.raises(KeyRefused, match="may not be used on this day"):
            list(late.issue(BIRTHS, rows(1)))


def test_what_is_replaced_or_void_is_in_the_status_list_and_what_is_in_force_is_not(
    home: Home, seals: OfficeSeals
) -> None:
    with home.issuer("demo", (BIRTHS,)) as issuer:
        register, office = issuer.register, issuer.office
        first = issued(issuer, rows(3))
        register.revoke(first[0].entry.id, "uji coba", now())
        (other,) = [row for row in rows(3) if row.number == 2]
        changed = Row(1, {**other.values, "nama_ibu": "SARI DEWI"})
        (new,) = issued(replace(issuer, replacing="uji coba"), [changed])
        dying = replace(issuer, signing=_Dies(issuer.signing))
        with pytest.raises(KeyRefused):
            list(dying.issue(BIRTHS, rows(1, seed=9)))
        (pending,) = register.pending()
        register.void([pending.id], "uji coba", now())
        specimens = replace(seals, office=office)  # a specimen's numbers are kept apart
        gone = {one.id: one.state for one in register.gone(specimens.office)}
    assert gone == {first[0].entry.id: "REVOKED", first[1].entry.id: "REPLACED", pending.id: "VOID"}
    assert new.entry.id != first[1].entry.id


def test_a_reader_of_the_published_lists_learns_what_became_of_a_document(home: Home, seals: OfficeSeals) -> None:
    at, keys = now(), seals.keys()
    with home.open_register() as register:
        intents = [_intent(number, at) for number in ("9971-LU-24112026-0001", "9971-LU-24112026-0002")]
        assert list(register.reserve(intents)) == [None, None]
        register.void([intents[0].id], "uji coba", at)
        period = period_of(day_of(at))
        published = seals.status_list(register, period, at)
        assert published is not None
        assert [seals.status_list(register, other, at) for other in (period - 1, period + 1, -1)] == [None] * 3
    status = read_status_list(published, keys, period)
    assert [status.state(intent.id) for intent in intents] == [State.WITHDRAWN, None]
    assert status.until == status.made + 86400


def _intent(number: str, at: datetime) -> Intent:
    digest = hashlib.sha256(number.encode()).digest()
    return Intent(OFFICE, BIRTHS, bytes(32), number, document_id(digest, bytes(16)), digest, digest, at)


def test_published_lists_tell_anybody_what_is_in_force(
    home: Home, seals: OfficeSeals, tmp_path: Path, tte: Tte
) -> None:
    with home.open_register() as register:
        written = seals.publish(register, tmp_path / "well-known", now())
    keys = read_key_list((tmp_path / "well-known" / "keys").read_bytes(), seals.root())
    assert written[0].name == "keys"
    for file in written[1:]:
        status = read_status_list(file.read_bytes(), keys, int(file.name))
        assert not status.ended
    again = tte("seal", "publish", str(tmp_path / "well-known"))
    assert again.code == 0


def test_keys_follow_each_other_and_only_the_root_can_say_so(seals: OfficeSeals, tmp_path: Path) -> None:
    second = seals.make_key(now(), test=True)
    keys = seals.keys()
    first = keys.keys[1]
    assert (second.since, keys.seq) == (first.until + 1, 2)
    root = tmp_path / "root.pem"
    (seals.folder / "root.pem").rename(root)
    with pytest.raises(KeyRefused, match="root key"):
        seals.make_key(now(), test=True)
    seals.compromised(first.kid, now(), root=root)
    assert seals.keys().keys[1].state == "compromised"
    assert seals.keys().seq == 3


def test_the_doctor_says_when_a_seal_key_ends_and_where_the_root_is(home: Home, seals: OfficeSeals) -> None:
    found = {one.check: one.state for one in seal_findings(home, now())}
    assert found == {"seal-key": "pass", "seal-root": "warning"}
    (seals.folder / "root.pem").unlink()
    found = {one.check: one.state for one in seal_findings(home, now() + timedelta(days=340))}
    assert found == {"seal-key": "fail", "seal-root": "pass"}


def test_an_office_whose_address_cannot_stand_in_a_code_gets_no_seal_key(home: Home) -> None:
    settings = home.path / "tte.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("https://tte.contoh.example", "http://localhost:8000"), encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot stand in a seal"):
        Home(home.path).seals(OFFICE).make_key(now())
    assert not (home.path / "var" / "seal").exists()


def test_private_files_are_read_by_their_owner_only(seals: OfficeSeals) -> None:
    private = [*seals.folder.glob("*.pem"), seals.folder / "salt"]
    assert len(private) == 4
    assert {stat.S_IMODE(file.stat().st_mode) for file in private} == {0o600}


def test_a_seal_key_travels_to_no_other_process(home: Home, seals: OfficeSeals) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(seals.sealing(now(), test=True))


# Read back


@pytest.fixture(scope="module")
def sealed_home(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Path, bytes]:
    """A home that seals, a document of it, and the bytes of another one. To be read only."""
    folder = tmp_path_factory.mktemp("sealed")
    shutil.copytree(made_home, folder / "home")
    home = Home(folder / "home")
    home.seals(OFFICE).make_key(now(), test=True)
    with home.issuer("demo", (BIRTHS,)) as issuer:
        one, other = issued(issuer, rows(2))
        (folder / "satu.pdf").write_bytes(issuer.register.read_pdf(one.entry.id))
        return home, folder / "satu.pdf", issuer.register.read_pdf(other.entry.id)


@pytest.fixture
def document(sealed_home: tuple[Home, Path, bytes]) -> Path:
    return sealed_home[1]


@pytest.fixture
def seal(sealed_home: tuple[Home, Path, bytes]) -> Tte:
    """`tte seal` in that home."""
    return lambda *words: run("--home", str(sealed_home[0].path), "seal", *words)


def test_a_pdf_and_its_seal_agree(seal: Tte, document: Path) -> None:
    answer = seal("verify", str(document), "--json")
    (said,) = answer.objects()
    assert (answer.code, said["verdict"], said["signature"]) == (3, "SPECIMEN", "TOTAL-PASSED")
    assert (said["differences"], said["drawn"]) == ([], True)


def test_a_pdf_with_the_seal_of_another_is_found_out(
    seal: Tte, sealed_home: tuple[Home, Path, bytes], tmp_path: Path
) -> None:
    _, document, stranger = sealed_home
    mine = document.read_bytes()
    start, end = b"TTE_Seal (", b")>> BDC"
    theirs = stranger.partition(start)[2].partition(end)[0]
    own = mine.partition(start)[2].partition(end)[0]
    forged = tmp_path / "palsu.pdf"
    forged.write_bytes(mine.replace(own, theirs))
    answer = seal("verify", str(forged), "--json")
    (said,) = answer.objects()
    assert answer.code == 1
    told = " ".join(said["differences"])
    assert "another document" in told
    assert "the dots of the code" in told
    assert "signature of the file" in told


def test_a_report_says_whether_seal_and_signature_agree(
    sealed_home: tuple[Home, Path, bytes], tmp_path: Path, made_home: Path
) -> None:
    home, document, stranger = sealed_home
    mine = document.read_bytes()
    start, end = b"TTE_Seal (", b")>> BDC"
    own, theirs = (one.partition(start)[2].partition(end)[0] for one in (mine, stranger))
    forged, outside = tmp_path / "palsu.pdf", tmp_path / "di-luar.pdf"
    forged.write_bytes(mine.replace(own, theirs))
    moved = mine.partition(b"/Artifact <</TTE_Seal")
    outside.write_bytes(mine.replace(b"TTE_Seal (", b"TTE_Saal (", 1) + b"".join(moved[1:]))

    def said(file: Path, at: Path = home.path) -> Any:
        (report,) = run("--home", str(at), "verify", str(file), "--json").objects()
        return report["seal"]

    agreed = said(document)
    assert (agreed["verdict"], agreed["differences"], len(agreed["id"])) == ("SPECIMEN", [], 26)
    assert "the seal is that of another document" in said(forged)["differences"]
    report = validate(mine, home.trust(), now())  # as if an official had signed the other seal
    found = seal_found(forged.read_bytes(), report, lambda: [home.seals(OFFICE).keys()])
    assert found is not None
    assert (found.verdict, found.differences) == ("SPECIMEN", ("the seal is that of another document",))
    assert "the seal is not in what was signed" in said(outside)["differences"]
    unknown = {"verdict": "UNKNOWN_KEY", "id": None, "differences": ["nothing that the seal says can be believed"]}
    assert said(document, made_home) == unknown
    unsealed = tmp_path / "tanpa.pdf"
    unsealed.write_bytes(mine.replace(b"TTE_Seal (", b"TTE_Saal ("))
    assert said(unsealed) is None
    assert "sesuai dengan berkas" in run("--home", str(home.path), "verify", str(document)).out


def test_a_document_that_was_signed_with_another_seal_keeps_its_word_and_is_not_accepted(
    home: Home, seals: OfficeSeals, tmp_path: Path
) -> None:
    with home.issuer("demo", (BIRTHS,)) as issuer:
        good, wrong = issued(replace(issuer, sealing=OneSeal(issuer.sealing)), rows(2))
        files = {name: tmp_path / f"{name}.pdf" for name in ("sesuai", "lain")}
        for file, one in zip(files.values(), (good, wrong), strict=True):
            file.write_bytes(issuer.register.read_pdf(one.entry.id))
    page = tmp_path / "laporan.pdf"
    answer = run(
        "--home", str(home.path), "verify", str(files["lain"]), "--json", "--pdf", str(tmp_path / "lain-l.pdf")
    )
    assert "milik dokumen lain (of another document)" in _read(tmp_path / "lain-l.pdf")
    (report,) = answer.objects()
    assert (answer.code, report["verdict"], report["indication"]) == (3, "ASLI_DAN_BERLAKU", "TOTAL-PASSED")
    assert report["verdict_reasons"] == ["in-force", "specimen", "seal-disagrees"]
    assert report["register"]["state"] == "issued"
    assert (report["seal"]["id"], report["seal"]["differences"]) == (
        good.entry.id,
        ["the seal is that of another document"],
    )
    assert "segel di kode QR-nya TIDAK sesuai dengan berkas ini" in report["words"]["id"]["sentence"]
    assert "does NOT agree with this file" in report["words"]["en"]["sentence"]
    outside = run("--home", str(_without_register(home, tmp_path)), "verify", str(files["lain"]), "--json")
    (report,) = outside.objects()
    assert (outside.code, report["verdict_reasons"]) == (3, ["no-register", "seal-disagrees"])
    assert "kantor penerbit" in report["words"]["id"]["do"]
    answer = run("--home", str(home.path), "verify", str(files["sesuai"]), "--json", "--pdf", str(page))
    (report,) = answer.objects()
    assert (answer.code, report["verdict_reasons"]) == (0, ["in-force", "specimen"])
    assert "sesuai dengan berkas ini (agrees with this file)" in _read(page)


def _read(page: Path) -> str:
    (only,) = pypdf.PdfReader(page).pages
    return only.extract_text()


def _without_register(home: Home, folder: Path) -> Path:
    """The same home with its keys and none of its records."""
    there = folder / "tanpa"
    shutil.copytree(home.path, there)
    for file in (there / "var").glob("register*"):
        file.unlink()
    return there


def test_a_seal_is_read_from_a_picture_and_from_its_text(seal: Tte, document: Path, tmp_path: Path) -> None:
    picture = poppler.corner(document, tmp_path / "kode.png", size_mm=80, dpi=200)
    answer = seal("show", str(picture), "--json")
    (said,) = answer.objects()
    assert said["verdict"] == "SPECIMEN"
    (again,) = seal("show", said["text"], "--json").objects()
    assert again["facts"] == said["facts"]
    assert "Contoh, bukan dokumen" in seal("show", said["text"]).out


def test_a_text_that_is_no_seal_is_explained(seal: Tte) -> None:
    answer = seal("verify", "https://layananonline.dukcapil.kemendagri.go.id/Terpusat/Pindai/abc")
    assert (answer.code, "IKD" in answer.out) == (3, True)
    assert seal("verify", "https://dukcapil.example/").code == 3


def _photo(picture: Image.Image) -> Image.Image:
    turned = picture.rotate(7, resample=Image.Resampling.BICUBIC, fillcolor=235, expand=True)
    soft = turned.filter(ImageFilter.GaussianBlur(1.2)).point(lambda tone: 40 + tone * 0.7)
    noisy = Image.blend(soft, Image.effect_noise(soft.size, 60).convert("L"), 0.12)
    kept = io.BytesIO()
    noisy.save(kept, "JPEG", quality=50)
    return Image.open(kept).convert("L")


def _folded(picture: Image.Image) -> Image.Image:
    made = picture.filter(ImageFilter.GaussianBlur(0.8))
    middle = made.height * 55 // 100
    lower = made.crop((0, middle, made.width, made.height))
    made.paste(lower, (2, middle))
    made.paste(200, (0, middle, made.width, middle + 3))
    return made


def _grey_copy(picture: Image.Image) -> Image.Image:
    half = picture.resize((picture.width * 2 // 3, picture.height * 2 // 3), Image.Resampling.BILINEAR)
    return half.resize(picture.size).point(lambda tone: 60 + tone * 0.55)


@pytest.mark.parametrize("spoil", [_photo, _folded, _grey_copy])
def test_a_spoilt_print_is_still_read(
    seal: Tte, document: Path, tmp_path: Path, spoil: Callable[[Image.Image], Image.Image]
) -> None:
    picture = poppler.corner(document, tmp_path / "kode.png", size_mm=80, dpi=250)
    with Image.open(picture) as opened:
        spoil(opened.convert("L")).save(tmp_path / "rusak.png")
    (said,) = seal("show", str(tmp_path / "rusak.png"), "--json").objects()
    assert said["verdict"] == "SPECIMEN"


def test_a_sealed_document_is_found_by_its_id_however_it_is_typed(
    sealed_home: tuple[Home, Path, bytes],
) -> None:
    home, document, _ = sealed_home
    found = seal_in(document.read_bytes())
    assert found is not None
    parts = parse(found.text)
    assert parts is not None
    typed = parts.id.upper().replace("0", "O").replace("1", "I")
    groups = " ".join(typed[at : at + 4] for at in range(0, 26, 4))
    answer = run("--home", str(home.path), "register", "show", groups, "--json")
    assert [entry["id"] for entry in answer.objects()] == [parts.id]


def test_a_template_says_what_is_wrong_with_its_seal(home: Home) -> None:
    file = home.path / "templates" / BIRTHS / "template.toml"
    text = file.read_text(encoding="utf-8")
    wrong = text.replace("kind   = 1\n", "kind   = 99\n").replace('born   = "tanggal_lahir"', 'born   = "nama"')
    file.write_text(wrong.replace('name2  = "nama_ibu"', 'name2  = "nama_bibi"\nnik = "nik"'), encoding="utf-8")
    with pytest.raises(Exception, match="seal") as refused:
        home.template(BIRTHS)
    told = str(refused.value)
    for part in ("kind must be one of", "born must be taken from", "nama_bibi", "nik"):
        assert part in told


def test_a_number_too_long_for_a_seal_is_refused_and_the_rest_goes_on(home: Home, seals: OfficeSeals) -> None:
    with home.issuer("demo", ("biodata_penduduk",)) as issuer:
        one, other = rows(2, template="biodata_penduduk")
        long = Row(1, {**one.values, "nomor_surat": "470/" + "1" * 100 + "/BIODATA-PENDUDUK/2024"})
        outcomes = list(issuer.issue("biodata_penduduk", [long, other]))
    assert isinstance(outcomes[0], Refused)
    assert isinstance(outcomes[1], Issued)
