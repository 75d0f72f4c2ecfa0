"""What takes long says what it is doing, and for how long it has been at it; how long it will take, nobody knows."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

AGAIN_AFTER = 10.0  # seconds without a line in a log; a terminal's line counts on by itself


class Progress:
    """Steps with the time gone by: on a terminal one line that counts on, elsewhere a line now and then."""

    def __init__(self, out: TextIO, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._out, self._clock = out, clock
        self._terminal = out.isatty()
        self._began = self._shown = clock()
        self._what = ""
        self._open = False
        self._lock = threading.Lock()

    def begin(self, what: str) -> None:
        """Say what is done from now on; the line before stays."""
        with self._lock:
            self._end_line()
            self._what = what
            self._show()

    def tick(self) -> None:
        """Show the time gone by again, as often as fits where it is read."""
        with self._lock:
            if self._what and (self._terminal or self._clock() - self._shown >= AGAIN_AFTER):
                self._show()

    def end(self) -> None:
        """Say no more."""
        with self._lock:
            self._end_line()
            self._what = ""

    @contextmanager
    def counting(self) -> Iterator["Progress"]:
        """Tick every second for the length of the block."""
        over = threading.Event()

        def count() -> None:
            while not over.wait(1):
                self.tick()

        thread = threading.Thread(target=count, name="progress", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            over.set()
            thread.join()
            self.end()

    def _show(self) -> None:
        self._shown = self._clock()
        minutes, seconds = divmod(int(self._shown - self._began), 60)
        line = f"  {minutes}:{seconds:02}  {self._what} …"
        self._out.write(f"\r{line}" if self._terminal else f"{line}\n")
        self._out.flush()
        self._open = self._terminal

    def _end_line(self) -> None:
        if self._open:
            self._out.write("\n")
            self._out.flush()
            self._open = False
