"""Small processes for the supervisor's tests: `python -m tests.support.processes` as its name says it to be.

TEST_NAME is `listener` (answers HTTP on FURONG_PORT as ready, accepts on FURONG_MLLP_PORT), `mortal` (ends at
once), `deaf` (ignores SIGTERM) or `parent` (has a child of its own). Each notes what happens in TEST_NOTES.
"""

import os
import signal
import socketserver
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import FrameType


def note(text: str) -> None:
    with Path(os.environ["TEST_NOTES"]).open("a") as notes:
        notes.write(f"{text} {os.getpid()}\n")


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def listen() -> None:
    servers: list[socketserver.BaseServer] = [
        HTTPServer(("127.0.0.1", int(os.environ["FURONG_PORT"])), Ready)
    ]
    mllp = ("127.0.0.1", int(os.environ["FURONG_MLLP_PORT"]))
    servers.append(socketserver.TCPServer(mllp, socketserver.BaseRequestHandler))
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()


def finish(*_: int | FrameType | None) -> None:
    note("finished")
    sys.exit(0)


def main(name: str) -> None:
    note(f"started {os.environ.get('FURONG_MONGODB_URI', '')}")
    signal.signal(signal.SIGTERM, signal.SIG_IGN if name == "deaf" else finish)
    if name == "mortal":
        print('{"level": "ERROR", "event": "about to die"}', file=sys.stderr)
        print("x" * 200_000, file=sys.stderr)
        sys.exit(3)
    if name == "listener":
        listen()
    if name == "parent":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        note(f"child {child.pid}")
    while True:
        time.sleep(600)


if __name__ == "__main__":
    main(os.environ["TEST_NAME"])
