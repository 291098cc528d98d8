"""What the server writes down of a request: one line, without the query."""

from __future__ import annotations

import http.client
import time
from contextlib import closing

from tests.running.conftest import Site


def test_a_path_with_a_line_break_in_it_is_one_line_of_the_log_and_a_query_is_none_of_it(site: Site) -> None:
    site.landing.start()
    with closing(http.client.HTTPConnection("127.0.0.1", site.port)) as asked:
        asked.request("GET", "/api/nothing%0aforged%20line?token=secret")
        asked.getresponse().read()
    until = time.monotonic() + 20  # it is written after the answer
    while not (found := [line for line in lines(site) if "nothing" in line]) and time.monotonic() < until:
        time.sleep(0.05)
    (line,) = found
    assert "GET /api/nothing%0aforged%20line 404 " in line
    assert not [line for line in lines(site) if line.startswith("forged") or "secret" in line]


def lines(site: Site) -> list[str]:
    """The server's log."""
    return site.landing.log("server").splitlines()
