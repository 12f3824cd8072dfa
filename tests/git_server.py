"""A git server over https on loopback: `git http-backend` behind TLS."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CERTIFICATE = Path(__file__).parent / "fixtures" / "localhost.pem"
"""For localhost, signed by itself, with its key; it guards nothing."""


def repository(path: Path, files: dict[str, bytes]) -> None:
    """A repository with one commit of `files`, "-> place" for links, on top of another."""

    def git(*arguments: str) -> None:
        named = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=trunk")
        subprocess.run(["git", *named, *arguments], cwd=path, check=True, capture_output=True)

    path.mkdir(parents=True)
    git("init", "--quiet")
    (path / "gone.txt").write_bytes(b"history")
    git("add", "--all")
    git("commit", "--quiet", "--message", "first")
    (path / "gone.txt").unlink()
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        if content.startswith(b"-> "):
            (path / name).symlink_to(content[3:].decode())
        else:
            (path / name).write_bytes(content)
    git("add", "--all", "--force")
    git("commit", "--quiet", "--message", "second")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the repositories below `folder`; yields "localhost:PORT"."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            if path.startswith("/moved"):
                self.send_response(301)
                self.send_header("Location", self.path.replace("/moved", "", 1))
                self.end_headers()
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            made = subprocess.run(
                ["git", "http-backend"],
                input=body,
                env={
                    "PATH": "/usr/bin:/bin",
                    "GIT_PROJECT_ROOT": str(folder),
                    "GIT_HTTP_EXPORT_ALL": "1",
                    "PATH_INFO": path,
                    "QUERY_STRING": query,
                    "REQUEST_METHOD": self.command,
                    "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                    "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                    "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                },
                capture_output=True,
                check=False,
            ).stdout
            head, _, content = made.partition(b"\r\n\r\n")
            fields = dict(line.split(": ", 1) for line in head.decode().splitlines() if line)
            self.send_response(int(fields.pop("Status", "200").split()[0]))
            for name, value in fields.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
