"""A module proxy: an HTTP server over modules that a test publishes."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class ModuleProxy:
    """Answers as https://go.dev/ref/mod#goproxy-protocol says, once it is `served`."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.broken = False
        """Whether it is out of order: every answer is a 500."""
        self.address = ""

    def publish(
        self, module: str, version: str, files: dict[str, str], go_mod: str = "", raw: bytes = b""
    ) -> Self:
        """Put a module there; `raw` is a zip that no honest publisher would have."""
        at = f"/{module}/@v"
        mod = f"module {module}\n{go_mod or 'go 1.21'}\n"
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            for name, text in {"go.mod": mod, **files}.items():
                file.writestr(f"{module}@{version}/{name}", text)
        self.answers[f"{at}/{version}.info"] = json.dumps(
            {"Version": version, "Time": "2024-05-01T00:00:00Z"}
        ).encode()
        self.answers[f"{at}/{version}.mod"] = mod.encode()
        self.answers[f"{at}/{version}.zip"] = raw or packed.getvalue()
        listed = self.answers.get(f"{at}/list", b"").decode().split()
        versions = sorted({*listed, version})
        self.answers[f"{at}/list"] = "".join(f"{one}\n" for one in versions).encode()
        self.answers[f"/{module}/@latest"] = self.answers[f"{at}/{versions[-1]}.info"]
        return self

    @contextmanager
    def served(self) -> Iterator[Self]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                proxy.asked.append(self.path)
                found = proxy.answers.get(self.path)
                self.send_response(500 if proxy.broken else 200 if found is not None else 404)
                self.send_header("Content-Length", str(len(found or b"")))
                self.end_headers()
                self.wfile.write(found or b"")

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def some() -> ModuleProxy:
    """A few modules that need one another, and some that cannot be had."""
    proxy = ModuleProxy()
    for version in ("v1.0.0", "v1.1.0", "v1.2.0"):
        proxy.publish(
            "ex.test/words",
            version,
            {
                "words.go": 'package words\n\n// Version is ours.\nconst Version = "'
                + version
                + '"\n',
                "words_test.go": "package words\n",
                "unused/unused.go": "package unused\n\nvar x int = false\n",
                "internal/deep/deep.go": "package deep\n",
            },
            "retract (\n\tv1.1.0 // it counts wrongly\n)\n\ngo 1.21" if version == "v1.2.0" else "",
        )
    proxy.publish(
        "ex.test/greet",
        "v0.3.0",
        {
            "greet.go": 'package greet\n\nimport (\n\t_ "embed"\n\n\t"ex.test/words"\n)\n\n'
            "//go:embed texts/*.txt\nvar hello string\n\n"
            "func Hello() string { return hello + words.Version }\n",
            "texts/hello.txt": "hello, ",
        },
        "require ex.test/words v1.0.0\n\ngo 1.21",
    )
    proxy.publish("ex.test/c", "v1.0.0", {"c.go": 'package c\n\nimport "C"\n'})
    assembly = {"a.go": "package asm\n\nfunc F()\n", "a_amd64.s": "TEXT ·F(SB),4,$0\n\tRET\n"}
    proxy.publish("ex.test/asm", "v1.0.0", assembly)
    proxy.publish("ex.test/large", "v1.0.0", {"a.go": "package large\n", "b.txt": "x" * (3 << 20)})
    evil = io.BytesIO()
    with zipfile.ZipFile(evil, "w") as file:
        file.writestr("ex.test/evil@v1.0.0/go.mod", "module ex.test/evil\n")
        file.writestr("ex.test/evil@v1.0.0/../../../../evil.go", "package evil\n")
    proxy.publish("ex.test/evil", "v1.0.0", {}, raw=evil.getvalue())
    proxy.publish("ex.test/nozip", "v1.0.0", {}, raw=b"no zip")
    return proxy
