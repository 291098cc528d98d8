"""gunicorn's settings; the command line and GUNICORN_CMD_ARGS win over them.

Threads, since a browser keeps connections open that a process without threads would wait on.
"""

import gc
import os

from gunicorn.glogging import Logger

# Two for each core: while one waits for the database another computes, and a browser's connection stays with the
# process that it came to, of which some are always busier. Each thread may hold a connection to the database.
workers = min(8, 2 * (os.cpu_count() or 1))
worker_class = "gthread"
threads = 4
# Loaded once and forked: half the memory and half the start, and a process that dies is replaced at once.
preload_app = True
timeout = 60
graceful_timeout = 15
# Longer than a proxy keeps an idle connection to us (nginx 60 s, Caddy 120 s): whoever closes it first must be the one
# that sends, or a POST meets a connection that has just gone.
keepalive = 130
control_socket_disable = True


class OneLine(Logger):
    """Access lines of what is kept alone, the path as it was sent: unquoted, a line break in it would forge a line."""

    def atoms(self, resp, _req, environ, request_time):
        """What a line is made of; gunicorn's own collects every header first."""
        return {
            "t": self.now(),
            "m": environ["REQUEST_METHOD"],
            "U": environ["RAW_URI"].partition("?")[0],
            "s": str(resp.status).partition(" ")[0],
            "B": resp.sent,
            "M": round(request_time.total_seconds() * 1000),
        }


logger_class = OneLine
# A path holds no secret (tokens travel in bodies); no header, no query, no address is kept.
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s %(M)sms"
accesslog = "-"


def on_starting(_arbiter):
    """Says for as long as any of its processes lives that the data is in use: `flask restore` must not meet them."""
    gc.freeze()  # what is loaded by now is for good: the processes share it, and none looks through it at its end
    from server.config import from_environment  # noqa: PLC0415  # gunicorn finds the product's folder only later
    from server.running import StillRunning, hold  # noqa: PLC0415

    try:
        hold(from_environment().data_dir)
    except StillRunning:
        raise SystemExit("a restore is under way: start when it is done") from None


def post_worker_init(_worker):
    """What was made at the start stays for good: the garbage collector needn't look at it again and again."""
    import gc  # noqa: PLC0415

    gc.collect()
    gc.freeze()
    # A push makes some thousand short-lived objects and no circles: looking for those at every 700 of them costs more
    # than what is ever found.
    gc.set_threshold(50_000, 20, 20)
