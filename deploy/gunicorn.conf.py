"""How gunicorn serves the tracker: processes with threads, so that a slow reader or page holds up nobody else.

WEB_BIND, WEB_PROCESSES and WEB_THREADS are read from where all settings are (docs/operator-guide.en.md).
"""

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tracker.start import start  # noqa: E402

start()
from tracker.settings import METRICS_TOKEN, WEB_BIND, WEB_PROCESSES, WEB_THREADS  # noqa: E402  once they can be used

chdir = str(ROOT)
bind = WEB_BIND
workers = WEB_PROCESSES
worker_class = "gthread"
threads = WEB_THREADS
# Loaded once and shared: a process that is started anew answers at once.
preload_app = True
# A process that no longer tells that it lives is ended; what a request may take, the proxy says.
timeout = 60
graceful_timeout = 30
# longer than the proxy keeps a connection, so that it never sends a request into one that is closing
keepalive = 75
max_requests, max_requests_jitter = 20_000, 2_000
worker_tmp_dir = "/dev/shm"
control_socket_disable = True
# Neither the name of the script nor an account is ever taken from a header.
forwarder_headers = ""
limit_request_line = 4094
limit_request_field_size = 8190
# each request is a line of the tracker's own log, without addresses
accesslog = None
errorlog = "-"
loglevel = "warning"

if METRICS_TOKEN:
    # figures of all processes together
    _FIGURES = Path(os.environ.get("RUNTIME_DIRECTORY", "/dev/shm")) / "tracker-metrics"
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_FIGURES)

    def on_starting(server: object) -> None:
        shutil.rmtree(_FIGURES, ignore_errors=True)
        _FIGURES.mkdir(mode=0o700)

    def child_exit(server: object, worker: object) -> None:
        from prometheus_client import multiprocess  # noqa: PLC0415  after the folder is made

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[attr-defined]
