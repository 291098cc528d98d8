"""gunicorn's settings; the command line and GUNICORN_CMD_ARGS win over them.

Threads, since a browser keeps connections open that a process without threads would wait on.
"""

workers = 2
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 15
keepalive = 5
control_socket_disable = True
# A path holds no secret (tokens travel in bodies); no header, no query, no address is kept.
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s %(M)sms"
accesslog = "-"
