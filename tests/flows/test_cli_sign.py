"""`tte sign`: somebody else's PDF, from the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image

from tests import strangers_pdfs as of
from tests.certomancer_pki import Pki, certomancer_pki
from tests.command import Answer
from tests.oracles import poppler
from tte.cli.exits import Exit
from tte.office import Home
from tte.validation import validate

Tte = Callable[..., Answer]


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    file = tmp_path / "surat.pdf"
    file.write_bytes(of.plain())
    return file


def test_a_copy_is_signed_and_the_file_stays_as_it_is(tte: Tte, letter: Path) -> None:
    before = letter.read_bytes()
    done = tte("sign", str(letter), "--key", "demo", "--reason", "Setuju", "--location", "Bandung")
    assert done.code == Exit.DONE, done.err
    assert letter.read_bytes() == before
    out = letter.with_name("surat-signed.pdf")
    assert f"{out}: signed, B-B" in done.out
    assert "fonts-not-embedded" in done.out
    assert out.read_bytes().startswith(before)
    assert poppler.signatures(out) == [poppler.PdfsigSignature(valid=True, whole_document=True)]
    assert not list(letter.parent.glob(".*"))
    assert tte("verify", str(out), "--json").objects()[0]["indication"] == "TOTAL-PASSED"


def test_no_file_is_overwritten(tte: Tte, letter: Path) -> None:
    before = letter.read_bytes()
    for target in (letter, letter.with_name("surat-signed.pdf")):
        target.write_bytes(before)
        done = tte("sign", str(letter), "--key", "demo", "--out", str(target))
        assert done.code == Exit.USAGE
        assert "is there already" in done.err
        assert target.read_bytes() == before


def test_a_picture_a_code_and_lines_are_seen_in_a_box_or_in_place_of_a_tag(tte: Tte, letter: Path) -> None:
    picture = letter.with_name("ttd.png")
    Image.new("RGB", (40, 20), "blue").save(picture)
    box, tag = letter.with_name("box.pdf"), letter.with_name("tag.pdf")
    seen = ("--image", str(picture), "--line", "Budi Contoh, S.H.")
    assert (
        tte("sign", str(letter), "--key", "demo", "-o", str(box), "--box", "40,40,200,80", "--page", "-1", *seen).code
        == 0
    )
    done = tte(
        "sign", str(letter), "--key", "demo", "-o", str(tag), "--tag", "#", "--box", "100,100", "--qr", "x", "--json"
    )
    assert done.code == 0
    [told] = done.objects()
    assert (told["kind"], told["level"], told["field"], told["stopped"]) == ("signed", "B-B", "Signature1", None)
    assert "#" in poppler.text(letter)
    assert poppler.text(tag).count("#") == poppler.text(letter).count("#") - 1
    with pikepdf.open(BytesIO(box.read_bytes())) as pdf:
        field = pdf.Root.AcroForm.Fields[0]
        assert field.P.objgen == pdf.pages[1].obj.objgen
        assert [float(side) for side in field.Rect] == [40, 40, 240, 120]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--box", "1,2,3"), Exit.USAGE, "--box is four numbers"),
        (("--tag", "#"), Exit.USAGE, "want a --box"),
        (("--page", "2"), Exit.USAGE, "want a --box"),
        (("--box", "9,9,9,9", "--qr", "x", "--image", "y"), Exit.USAGE, "not both"),
        (("--box", "9,9,9,9", "--image", "tidak-ada.png"), Exit.REFUSED, "cannot be read"),
        (("--box", "9,9,9,9", "--page", "3"), Exit.REFUSED, "the PDF has 2 pages"),
        (("--box", "900,9,9,9"), Exit.REFUSED, "does not lie on the page"),
        (("--box", "9,9", "--tag", "tidak ada"), Exit.REFUSED, "stands on no page"),
        (("--key", "tidak-ada"), Exit.USAGE, "tidak-ada"),
    ],
)
def test_what_cannot_be_done_is_said(tte: Tte, letter: Path, words: tuple[str, ...], code: Exit, said: str) -> None:
    done = tte("sign", str(letter), *(() if "--key" in words else ("--key", "demo")), *words)
    assert done.code == code, done.err
    assert said in done.err
    assert not letter.with_name("surat-signed.pdf").exists()


def test_strict_refuses_a_script(tte: Tte, letter: Path) -> None:
    with pikepdf.open(letter, allow_overwriting_input=True) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        pdf.save(letter)
    refused = tte("sign", str(letter), "--key", "demo", "--strict")
    assert refused.code == Exit.REFUSED
    assert "javascript" in refused.err
    assert tte("sign", str(letter), "--key", "demo").code == Exit.DONE


def test_a_password_is_handed_over_and_never_an_argument(tte: Tte, letter: Path) -> None:
    letter.write_bytes(of.encrypted(6, readers=of.READERS))
    asked = tte("sign", str(letter), "--key", "demo")
    assert (asked.code, "password" in asked.err) == (Exit.REFUSED, True)
    secret = letter.with_name("sandi")
    secret.write_text(of.READERS + "\n", encoding="utf-8")
    with secret.open("rb") as stream:
        done = tte("sign", str(letter), "--key", "demo", "--fd", str(stream.fileno()), "--json")
    assert done.code == Exit.DONE, done.err
    assert "encrypted" in done.objects()[0]["findings"]


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with certomancer_pki(tmp_path_factory.mktemp("pki"), at=datetime.now(UTC).replace(microsecond=0)) as pki:
        yield pki


@pytest.mark.parametrize("up", [True, False], ids=["authority", "no authority"])
def test_it_gets_the_level_of_the_profile_if_the_services_answer(
    tte: Tte, home: Home, letter: Path, pki: Pki, up: bool
) -> None:
    (home.path / "keys" / "trust" / "uji.pem").write_bytes(pki.anchor.public_bytes(Encoding.PEM))
    profile = home.path / "keys" / "demo.toml"
    address = pki.tsa_url if up else "http://127.0.0.1:9/"
    services = f'level = "B-T"\ntsa = ["{address}"]\nservices = ["127.0.0.1"]\nprivate_services = true\n'
    profile.write_text(
        profile.read_text(encoding="utf-8").replace("[official]", services + "[official]"), encoding="utf-8"
    )
    done = tte("sign", str(letter), "--key", "demo", "--json")
    assert done.code == (Exit.DONE if up else Exit.UNAVAILABLE), done.err
    [told] = done.objects()
    assert told["level"] == ("B-T" if up else "B-B")
    assert (told["stopped"] is None) is up
    out = letter.with_name("surat-signed.pdf").read_bytes()
    assert out.startswith(letter.read_bytes())
    [signature] = validate(out, home.trust(), datetime.now(UTC)).signatures
    assert signature.level == told["level"]
