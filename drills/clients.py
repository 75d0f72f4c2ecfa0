"""Partners' programs that register deals, and do not give up: what they sent, and what they were answered."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx

LETTERS = "bcdfghklmnprstvwz"
TRACES = ("Traceback", "psycopg", "OperationalError", "InterfaceError", "/openprm/")
GIVE_UP = 60.0  # seconds that one registration may take in all
LONGEST_PAUSE = 2.0  # a drill is short: of a longer Retry-After this much is waited


@dataclass
class Record:
    """What all clients together saw."""

    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)  # by idempotency key
    unanswered: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    replayed: int = 0
    slowest: float = 0.0

    def note(self, kind: str, answer: httpx.Response) -> None:
        """Count an answer, and keep it when it is none that anybody should ever get."""
        self.answers[f"{kind} {answer.status_code}"] += 1
        expected = {"register": (201, 503), "page": (200, 503)}[kind]
        apology = answer.status_code == 503
        if answer.status_code not in expected or (apology and not answer.headers.get("Retry-After", "").isdecimal()):
            self.wrong.append(f"{kind}: {answer.status_code} {answer.text[:300]}")
        if apology and any(trace in answer.text for trace in TRACES):
            self.wrong.append(f"{kind}: a trace in {answer.text[:300]}")


class Clients:
    """Threads that register deals (one for each token) and one that reads a page, until told to stop."""

    def __init__(self, address: str, tokens: list[str], cookies: dict[str, str], *, most: int) -> None:
        self.address, self.cookies, self.most = address, cookies, most
        self.record = Record()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._register_many, args=each) for each in enumerate(tokens)]
        self._threads.append(threading.Thread(target=self._read))

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> Record:
        """Let everybody finish what they have begun, and return what they saw."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        return self.record

    def _register_many(self, number: int, token: str) -> None:
        contents = registrations(number)
        with httpx.Client(base_url=self.address, headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
            for _count in range(self.most):
                if self._stopping.is_set():
                    return
                self._register(client, next(contents))

    def _register(self, client: httpx.Client, content: dict[str, Any]) -> None:
        """Send one registration until it is acknowledged."""
        key, began = str(uuid4()), time.monotonic()
        while time.monotonic() - began < GIVE_UP:
            answer = self._send(client, content, key)
            if answer is None or answer.status_code == 503:
                pause = float(answer.headers.get("Retry-After", 1)) if answer else 0.2
                time.sleep(min(pause, LONGEST_PAUSE) * random.uniform(0.5, 1))
                continue
            with self._lock:
                if answer.status_code == 201:
                    self.record.acknowledged[key] = answer.json()
                    self.record.replayed += "Idempotency-Replayed" in answer.headers
                self.record.slowest = max(self.record.slowest, time.monotonic() - began)
            return
        with self._lock:
            self.record.unanswered.append(content["customer_name"])

    def _send(self, client: httpx.Client, content: dict[str, Any], key: str) -> httpx.Response | None:
        try:
            answer = client.post("/api/v1/deals", json=content, headers={"Idempotency-Key": key})
        except httpx.TransportError as error:
            with self._lock:
                self.record.answers[f"register {type(error).__name__}"] += 1
            return None
        with self._lock:
            self.record.note("register", answer)
        return answer

    def _read(self) -> None:
        with httpx.Client(base_url=self.address, cookies=self.cookies, timeout=30) as client:
            while not self._stopping.wait(0.25):
                try:
                    answer = client.get("/portal/deals/")
                except httpx.TransportError as error:
                    with self._lock:
                        self.record.answers[f"page {type(error).__name__}"] += 1
                    continue
                with self._lock:
                    self.record.note("page", answer)


def registrations(number: int) -> Iterator[dict[str, Any]]:
    """Return one client's complete deals, each for a customer that nobody has heard of."""
    words, known = random.Random(number), set()
    while True:
        name = "".join(words.choices(LETTERS, k=12))  # syllables would make names a slip apart: the same company
        if name in known:
            continue
        known.add(name)
        yield {
            "customer_name": name.title(),
            "website": f"https://{name}.example",
            "country": "DE",
            "product_lines": ["cloud"],
            "value": f"{words.randint(1000, 90000)}.00",
            "currency": "EUR",
            "close_date": f"{date.today() + timedelta(days=300)}",
            "description": "Replaces the servers of the old warehouse before winter.",
            "submit": True,
        }
