#!/usr/bin/python3
"""A WebKit browser whose storage outlives it; WebKitGTK's own test browser forgets everything when it is driven.

WebKitWebDriver starts it as `webkit_browser.py --profile=FOLDER`. It runs on the system's Python: Debian's packages
python3-gi and gir1.2-webkit2-4.1.
"""

import sys
from pathlib import Path

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402

# On in Safari, off in WebKitGTK.
FEATURES = ("StorageAPI", "StorageAPIEstimate", "FileSystem", "FileSystemWritableStream")


def settings() -> WebKit2.Settings:
    """As Safari has them."""
    made = WebKit2.Settings()
    known = WebKit2.Settings.get_all_features()
    for feature in (known.get(index) for index in range(known.get_length())):
        if feature.get_identifier() in FEATURES:
            made.set_feature_enabled(feature, True)
    return made


def main() -> None:
    """Serves one driver until it ends the browser."""
    profile = Path(next(each for each in sys.argv if each.startswith("--profile=")).partition("=")[2])
    kept = WebKit2.WebsiteDataManager(
        base_data_directory=str(profile / "data"), base_cache_directory=str(profile / "cache")
    )
    cookies = kept.get_cookie_manager()  # it keeps them in memory alone unless it is told where
    cookies.set_persistent_storage(str(profile / "cookies.sqlite"), WebKit2.CookiePersistentStorage.SQLITE)
    context = WebKit2.WebContext(website_data_manager=kept)
    context.set_automation_allowed(True)

    def view(*_: object) -> WebKit2.WebView:
        made = WebKit2.WebView(web_context=context, settings=settings(), is_controlled_by_automation=True)
        window = Gtk.Window()
        window.set_default_size(360, 640)
        window.add(made)
        window.show_all()
        return made

    def started(_: WebKit2.WebContext, automation: WebKit2.AutomationSession) -> None:
        about = WebKit2.ApplicationInfo()
        about.set_name("MiniBrowser")  # the name that drivers ask for
        about.set_version(WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version())
        automation.set_application_info(about)
        automation.connect("create-web-view", view)

    context.connect("automation-started", started)
    Gtk.main()


if __name__ == "__main__":
    main()
