"""Names of nobody: common words of several of Indonesia's peoples, drawn and joined at random."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_LONGEST = 60  # Permendagri 73/2022 art. 4


@dataclass(frozen=True, slots=True)
class People:
    """Whose names they are: given names of men and women, further words, family names ("" list: none), religions."""

    men: tuple[str, ...]
    women: tuple[str, ...]
    further: tuple[str, ...]
    family: tuple[str, ...]
    religions: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.upper().split())


PEOPLES = (
    People(  # Javanese
        _words(
            "Bambang Slamet Joko Agus Sugeng Wahyu Hartono Suparman Bagas Danang Eko Gatot Purwanto Tri Widodo Yudi"
        ),
        _words("Sri Endang Wulan Ratna Lestari Puji Rahayu Sulastri Dyah Retno Ningsih Ayu Tuti Wiwik Yanti Kartika"),
        _words("Santoso Prasetyo Wibowo Nugroho Kusuma Handayani Utami Setiawan Wijayanti Saputra Hapsari Pamungkas"),
        (),
        ("ISLAM", "ISLAM", "ISLAM", "KATOLIK", "KRISTEN", "BUDDHA"),
    ),
    People(  # Sundanese
        _words("Asep Dadang Ujang Cecep Dede Iwan Tatang Yayan Encep Deden Aceng Jajang Rizal Gilang Ma'mun"),
        _words("Neneng Euis Lilis Iis Teti Imas Yuyun Nining Cucu Rina Siti Dewi Elis Tita Nu'aeni"),
        _words("Suherman Hidayat Permana Sutisna Nurjanah Komariah Kurniawan Mulyana Ramdani Sopandi Rohaeti Ma'arif"),
        (),
        ("ISLAM",),
    ),
    People(  # Batak
        _words("Parlindungan Togar Binsar Hotman Sahat Maruli Jonathan Rinto Pardamean Saut Ucok Daniel"),
        _words("Tiur Rotua Lamria Duma Nurmala Rosmaida Artauli Ruth Tiarma Basaria Debora Melva"),
        _words("Hasudungan Mangatur Marulitua Ganda Hotmaida Pintauli Uli Martua Bonar Rouli"),
        _words("Simanjuntak Siregar Nainggolan Hutapea Sinaga Panjaitan Lubis Sitompul Situmorang Manurung Pardede"),
        ("KRISTEN", "KRISTEN", "KATOLIK", "ISLAM"),
    ),
    People(  # Balinese
        _words("Wayan Made Nyoman Ketut Putu Gede Komang Kadek"),
        _words("Luh Kadek Komang Putu Made Wayan Nyoman Ayu"),
        _words("Suardana Artawan Widiantara Suryani Astiti Purnami Adnyana Sudarma Kertiyasa Wirawan Sukerti Dharma"),
        (),
        ("HINDU", "HINDU", "HINDU", "KRISTEN"),
    ),
    People(  # Minangkabau
        _words("Syafril Zulkifli Afrizal Yusrizal Rusdi Hendri Jasman Firdaus Irwandi Nasrul Ridwan Taufik"),
        _words("Yusnidar Rosmanidar Elvira Fitria Yulia Desmawati Nurhayati Zubaidah Refni Murni Asnita Gusti"),
        _words("Rahman Hakim Anwar Mulyadi Putri Marlina Ilyas Syahputra Eliza Yanuar Nofrizal Rahmi"),
        _words("Chaniago Koto Piliang Tanjung Sikumbang Guci Jambak"),
        ("ISLAM",),
    ),
    People(  # Bugis and Makassar
        _words("Andi Baso Daeng Ambo La'Tola Muhtar Syamsuddin Arifuddin Sultan Rahmat Saharuddin Tenri"),
        _words("Andi Besse Tenri Daeng Indo Rosnah Hasnawati Marwah Nurlaela Sitti Bungawali I'Mina"),
        _words("Mappanyukki Patiroi Pabeangi Makkasau Sompa Tungke Massalinri Rukka Bau Pallawa"),
        (),
        ("ISLAM",),
    ),
    People(  # Papuan
        _words("Yohanes Frans Markus Yulianus Elias Melianus Obaja Benyamin Titus Zeth René Yosías"),
        _words("Yuliana Maria Marike Dorkas Fransina Yakomina Adelina Selfina Ribka Salomina Zoë Noémi"),
        _words("Alfonsina Petrus Kristian Yosepina Matius Ananias Debora Melkisedek Herlina"),
        _words("Wenda Kogoya Rumbiak Yikwa Tabuni Wanimbo Kambu Mambrasar Sawaki Rumaropen Wonda Mandacan"),
        ("KRISTEN", "KRISTEN", "KATOLIK"),
    ),
)

FOREIGNERS = People(
    _words("Kenji Pierre Lucas Minjun Thomas Noah Hiroshi Matteo Joaquim"),
    _words("Yuki Élodie Sofia Hana Charlotte Inês Marie Seoyeon Anna"),
    _words("Martin Tanaka Costa Kim Fischer Bakker Sato Duarte Lee Jansen Müller"),
    (),
    ("",),
)
"""Citizens of other states."""


def person_name(rng: Random, people: People, *, female: bool, family: str = "") -> str:
    """A full name, in capitals, with the family name where given. One word sometimes, 60 letters rarely."""
    words = [rng.choice(people.women if female else people.men)]
    luck = rng.random()
    if luck > 0.995:
        return _long(rng, words[0], people, family)
    if luck > 0.15 or (family and luck > 0.05):
        words.append(rng.choice(people.further))
    if luck > 0.85:
        words.append(rng.choice(people.further))
    return " ".join([*dict.fromkeys(words), *([family] if family else [])])


def family_name(rng: Random, people: People) -> str:
    """What a father hands on, or "" where names are not handed on."""
    return rng.choice(people.family) if people.family else ""


def _long(rng: Random, first: str, people: People, family: str) -> str:
    """As many words as 60 letters hold."""
    name = first
    tail = f" {family}" if family else ""
    for word in rng.sample(people.further, len(people.further)):
        if len(name) + 1 + len(word) + len(tail) <= _LONGEST:
            name = f"{name} {word}"
    return name + tail
