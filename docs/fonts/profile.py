"""Make `tte/rendering/srgb.icc`, the output profile of every document, with littleCMS (through Pillow).

    python docs/fonts/profile.py

littleCMS writes the time and its own version into the header. Both are set to fixed values (ICC.1:2004-10, version
4.2, which PDF/A-2 asks for at most), and the profile id is cleared: same script, same bytes.
"""

from __future__ import annotations

import struct
from pathlib import Path

from PIL import ImageCms

TARGET = Path(__file__).resolve().parents[2] / "tte" / "rendering" / "srgb.icc"


def main() -> None:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[8:12] = bytes((4, 0x20, 0, 0))
    profile[24:36] = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    profile[84:100] = bytes(16)
    TARGET.write_bytes(bytes(profile))


if __name__ == "__main__":
    main()
