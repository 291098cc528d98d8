"""Sees to what tests drive: Chromium; Firefox, WebKit and LibreOffice (for reports) where they can be had."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")

# It writes PDF without a screen; the font has the widths of Times New Roman, and Vietnamese letters.
LIBREOFFICE = ("libreoffice-writer-nogui", "fonts-liberation2")
# The engine of every browser on an iPhone, its driver, and what starts it with a storage that stays.
WEBKIT = ("webkit2gtk-driver", "xvfb", "python3-gi", "gir1.2-webkit2-4.1")


def _any(*names: str) -> bool:
    return any(shutil.which(name) for name in names)


def _apt(package: str) -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing {package} with apt-get …", flush=True)
    quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    return subprocess.run(command, check=False, **quiet).returncode == 0


def main() -> int:
    """0 when Chromium is there at the end; what else is missing is said, and its tests skip loudly."""
    if not _any(*CHROMIUMS) and not _apt("chromium"):
        print("No Chromium on this system: Playwright's own is installed …", flush=True)
        if subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode:
            print("Stopped: no Chromium can be had: apt-get install chromium, then make test")
            return 1
    if not _any("firefox-esr", "firefox") and not _apt("firefox-esr"):
        print("Firefox is missing: the tests that need it will be counted as skipped (apt-get install firefox-esr)")
    if not _any("WebKitWebDriver") and not all(_apt(package) for package in WEBKIT):
        names = " ".join(WEBKIT)
        print(f"WebKit is missing: the tests that need it will be counted as skipped (apt-get install {names})")
    if not _any("soffice", "libreoffice") and not all(_apt(package) for package in LIBREOFFICE):
        names = " ".join(LIBREOFFICE)
        print(
            f"LibreOffice is missing: the test that prints reports will be counted as skipped (apt-get install {names})"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
