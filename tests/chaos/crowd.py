"""Students who hand in over the API and don't give up until they were told that it is accepted."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit
from uuid import UUID

PATIENCE_SECONDS = 180
AGAIN_SECONDS = (0.2, 1.5)
DOUBLE_CLICKS = 0.1
"""How many are sent twice at the same time."""
PATH = "/api/v1/problems/leap/submissions"
KINDS = {
    "accepted": "return y%4 == 0 && (y%100 != 0 || y%400 == 0)",
    "wrong_answer": "return y%4 == 0",
    "runtime_error": "var none []bool; return none[y]",
    "compile_error": "return y % 4",
}
_number = count(1)


@dataclass
class Ledger:
    """What students were told: id of the submission to the verdict that it must get."""

    expected: dict[UUID, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    """Answers that are none to a correct submission."""
    retries: int = 0
    doubled: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def accept(self, submission: UUID, verdict: str) -> None:
        """A student was told that it is accepted."""
        with self._lock:
            self.expected[submission] = verdict

    def again(self) -> None:
        """A student has to try again."""
        with self._lock:
            self.retries += 1

    def refuse(self, answer: str) -> None:
        """A student was told something that must not be."""
        with self._lock:
            self.refused.append(answer)

    def double(self) -> None:
        """A student has clicked twice."""
        with self._lock:
            self.doubled += 1


def source(verdict: str) -> str:
    """A solution that gets `verdict`, like no other before."""
    body = f"var Variant = {next(_number)}\n\nfunc IsLeapYear(y int) bool {{ {KINDS[verdict]} }}\n"
    return f"package leap\n\n{body}"


def hand_in(
    address: str, tokens: list[str], ledger: Ledger, each: int, seconds: float, seed: int
) -> Iterator[int]:
    """Every student hands in `each` times over so many seconds; how many are through so far."""
    with ThreadPoolExecutor(len(tokens)) as students:
        jobs = [
            students.submit(
                _student, address, token, ledger, each, seconds / each, random.Random(f"{seed}-{n}")
            )
            for n, token in enumerate(tokens)
        ]
        while not all(job.done() for job in jobs):
            yield len(ledger.expected)
            time.sleep(0.2)
        for job in jobs:
            job.result()
    yield len(ledger.expected)


def _student(
    address: str, token: str, ledger: Ledger, each: int, pause: float, chance: random.Random
) -> None:
    for number in range(each):
        verdict = chance.choice(list(KINDS))
        files = {"leap.go": source(verdict)}
        key = f"{number}-{chance.getrandbits(64):x}"
        if chance.random() < DOUBLE_CLICKS:
            ledger.double()
            other = threading.Thread(
                target=_until_accepted, args=(address, token, ledger, files, key, verdict)
            )
            other.start()
            _until_accepted(address, token, ledger, files, key, verdict)
            other.join()
        else:
            _until_accepted(address, token, ledger, files, key, verdict)
        time.sleep(chance.uniform(0, 2 * pause))


def _until_accepted(
    address: str, token: str, ledger: Ledger, files: dict[str, str], key: str, verdict: str
) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            status, answer = _post(address, token, files, key)
        except (OSError, http.client.HTTPException):
            status, answer = 503, ""
        if status == 202:
            ledger.accept(UUID(json.loads(answer)["id"]), verdict)
            return
        if status not in {429, 500, 502, 503, 504}:
            ledger.refuse(f"{status} {answer[:200]}")
            return
        if status == 500:
            ledger.refuse(f"500 {answer[:200]}")
        ledger.again()
        time.sleep(random.uniform(*AGAIN_SECONDS))
    ledger.refuse(f"nothing came through for {PATIENCE_SECONDS} s")


def _post(address: str, token: str, files: dict[str, str], key: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": key,
    }
    try:
        connection.request("POST", PATH, json.dumps({"files": files}), headers)
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")
    finally:
        connection.close()
