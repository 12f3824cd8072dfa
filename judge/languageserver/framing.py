"""How messages are told apart between the web process and ours: four bytes of length, then JSON."""

from __future__ import annotations

import json
import struct
from typing import Any

LENGTH = struct.Struct(">I")


def to_web(message: dict[str, Any]) -> bytes:
    """A message as a frame between the web process and ours."""
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    return LENGTH.pack(len(body)) + body
