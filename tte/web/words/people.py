"""People, applications and certificates of an office."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "people_h": ("Pengguna kantor ini", "People of this office"),
    "people_lead": (
        "Admin kantor mengusulkan, admin nasional mengesahkan. Peran berlaku setelah disahkan orang kedua.",
        "The office admin proposes, a national admin confirms. A role holds once a second person has confirmed it.",
    ),
    "person": ("Orang", "Person"),
    "roles": ("Peran", "Roles"),
    "last_seen": ("Terakhir masuk", "Last seen"),
    "never": ("belum pernah", "never"),
    "disabled": ("nonaktif", "disabled"),
    "proposed": ("menunggu pengesahan", "waits to be confirmed"),
    "over": ("berakhir", "over"),
    "begins_later": ("mulai {day}", "from {day}"),
    "until_day_n": ("sampai {day}", "until {day}"),
    "confirm_role": ("Sahkan", "Confirm"),
    "end_role": ("Akhiri", "End"),
    "add_person_h": ("Tambah orang", "Add a person"),
    "add_person": ("Tambah dan usulkan peran", "Add and propose the role"),
    "add_role_h": ("Usulkan peran", "Propose a role"),
    "add_role": ("Usulkan", "Propose"),
    "full_name": ("Nama", "Name"),
    "role": ("Peran", "Role"),
    "capacity": ("Jabatan penanda tangan", "Capacity of the official"),
    "capacity_hint": (
        "Hanya untuk penanda tangan. Plt. dan Plh. selalu sampai suatu hari.",
        "Only for officials. Plt. and Plh. always have a last day.",
    ),
    "cap_head": ("Kepala Dinas", "Head of office"),
    "cap_plt": ("Plt. (pelaksana tugas)", "Plt. (acting)"),
    "cap_plh": ("Plh. (pelaksana harian)", "Plh. (acting by the day)"),
    "key_profile": ("Profil kunci", "Key profile"),
    "none_chosen": ("(tidak ada)", "(none)"),
    "begins": ("Mulai", "From"),
    "last_day": ("Hari terakhir", "Last day"),
    "reset_password": ("Kata sandi sementara baru", "New temporary password"),
    "reset_second": ("Lepas faktor kedua", "Remove the second factor"),
    "disable": ("Nonaktifkan", "Disable"),
    "enable": ("Aktifkan", "Enable"),
    "secret_h": ("Ditampilkan sekali", "Shown once"),
    "secret_password": (
        "Kata sandi sementara untuk {name}. Serahkan langsung; minta diganti setelah masuk.",
        "The temporary password of {name}. Hand it over in person; it is to be changed after signing in.",
    ),
    "secret_key": (
        (
            "Kunci untuk aplikasi {name}. Simpan sekarang; tidak akan ditampilkan lagi. "
            "Berlaku setelah disahkan admin lain: admin kantor yang kedua, atau admin nasional."
        ),
        (
            "The key of the application {name}. Keep it now; it is not shown again. "
            "It works once another admin has confirmed it: a second one of the office, or a national one."
        ),
    ),
    "said_confirmed": ("Peran disahkan.", "The role was confirmed."),
    "said_ended": ("Peran diakhiri.", "The role was ended."),
    "said_role_proposed": ("Peran diusulkan dan menunggu pengesahan.", "The role was proposed and waits."),
    "said_disabled": ("Dinonaktifkan.", "Disabled."),
    "said_enabled": ("Diaktifkan.", "Enabled."),
    "said_second_removed": ("Faktor kedua dilepas.", "The second factor was removed."),
    "clients_h": ("Aplikasi", "Applications"),
    "clients_lead": (
        (
            "Program yang memakai /v1 dengan kunci sendiri, hanya untuk kantor ini dan tindakan yang diberikan. "
            "Satu admin menambah, admin lain mengesahkan; sebelum itu kuncinya belum berlaku."
        ),
        (
            "Programs that use /v1 with a key of their own, each for this office and the actions given to it only. "
            "One admin adds, another one confirms; before that its key is worth nothing."
        ),
    ),
    "client_by": ("ditambah oleh {name}", "added by {name}"),
    "client_confirmed_by": ("disahkan oleh {name}", "confirmed by {name}"),
    "said_client_confirmed": ("Aplikasi disahkan; kuncinya berlaku.", "The application was confirmed; its key works."),
    "clients_none": ("Belum ada aplikasi.", "There are no applications yet."),
    "add_client_h": ("Tambah aplikasi", "Add an application"),
    "add_client": ("Buat kunci", "Make a key"),
    "actions": ("Tindakan", "Actions"),
    "until": ("Sampai", "Until"),
    "last_used": ("Terakhir dipakai", "Last used"),
    "keys_h": ("Sertifikat dan kunci", "Certificates and keys"),
    "keys_lead": (
        (
            "Profil kunci dibuat di mesin kantor dengan tte key; kunci tidak pernah ada di halaman ini. "
            "Admin kantor mengusulkan pemakaiannya, admin nasional mengesahkan; yang berubah harus disahkan lagi."
        ),
        (
            "Key profiles are made on the office's machine with tte key; no key is ever here. "
            "The office admin proposes that one is used, a national admin confirms; what changes is confirmed again."
        ),
    ),
    "key_use": ("Pemakaian", "Use"),
    "key_unsaid": ("belum pernah disahkan", "never confirmed"),
    "key_in-use": ("dipakai", "in use"),
    "key_changed": ("berubah sejak disahkan", "changed since it was confirmed"),
    "key_out": ("tidak dipakai", "not in use"),
    "key_must": (
        "Di kantor ini kunci yang belum disahkan tidak dipakai.",
        "At this office a key that is not confirmed is not used.",
    ),
    "key_proposals_h": ("Usulan dan pengesahan", "Proposals and confirmations"),
    "key_proposals_none": ("Belum ada usulan.", "Nothing was proposed yet."),
    "key_stale": ("profil berubah sejak diusulkan", "the profile was changed since"),
    "key_propose_h": ("Usulkan pemakaian kunci", "Propose that a key is used"),
    "key_propose_hint": (
        (
            "Yang diusulkan adalah profil dan sertifikatnya seperti sekarang. Siapa yang menandatangani dengannya, "
            "sebagai kepala, Plt. atau Plh., diusulkan di halaman Pengguna."
        ),
        (
            "What is proposed is the profile and its certificate as they are now. Who signs with it, as head, Plt. or "
            "Plh., is proposed on the page People."
        ),
    ),
    "key_by": ("diusulkan oleh {name}", "proposed by {name}"),
    "key_confirmed_by": ("disahkan oleh {name}", "confirmed by {name}"),
    "said_key_proposed": ("Kunci diusulkan dan menunggu pengesahan.", "The key was proposed and waits."),
    "said_key_confirmed": ("Kunci disahkan.", "The key was confirmed."),
    "keys_none": ("Tidak ada profil kunci.", "There is no key profile."),
    "key_where": ("Letak kunci", "Where the key is"),
    "key_level": ("Tingkat", "Level"),
    "key_who": ("Pemegang", "Holder"),
    "key_days": ("Sisa hari", "Days left"),
    "key_unknown": ("tidak diketahui", "not known"),
    "key_test": ("kunci uji", "test key"),
    "key_certified": ("tersertifikasi ({psre})", "certified ({psre})"),
    "key_uncertified": ("tidak tersertifikasi", "not certified"),
    "key_attended": ("meminta passphrase", "asks for a passphrase"),
    "key_broken": ("Profil tidak dapat dibaca: {why}", "The profile cannot be read: {why}"),
}
