"""How matching bears very many names: time of a question and memory, without asking how often it is right.

    make bench-matching ARGS="FOLDER --scale 10000000"

The names are those of the pool and, when they run out, words of one before words of another. They go into the index as
they are made, so that the memory told is the index's own.
"""

import gc
import random
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from openprm.matching import Company, MemoryIndex, Query, prepare, samples
from openprm.matching.engine import find
from openprm.matching.measure import percentile


def run(folder: Path, names: int, questions: int) -> None:
    """Build an index of so many names, ask it, and print what that took."""
    asked = samples.read(folder)
    random.Random(7).shuffle(asked)
    gc.collect()
    before, start = _resident(), time.process_time()
    index = MemoryIndex(islice(_companies(folder, asked), names))
    index.candidates(prepare(Query("warm up")))  # sorts what was loaded
    built = time.process_time() - start
    print(f"{len(index)} names: {len(index) / built:.0f} a second with making them up, ", end="")
    print(f"{(_resident() - before) / len(index):.0f} bytes each")
    gc.collect()
    gc.freeze()  # a full sweep over the index is no part of a question
    times = _times(index, [sample.query for sample in asked[:questions]])
    shares = ", ".join(f"p{share * 100:g} {percentile(times, share):.2f}" for share in (0.5, 0.9, 0.99, 0.999))
    print(f"{len(times)} questions, ms of CPU: {shares}, mean {sum(times) / len(times):.2f}")


def _companies(folder: Path, asked: Sequence[samples.Sample]) -> Iterator[Company]:
    on_file = {sample.entity: sample.account for sample in asked if not sample.absent}
    yield from (Company(entity, name) for entity, name in on_file.items())
    yield from (Company(str(number), name) for number, name in enumerate(samples.endless(folder)))


def _times(index: MemoryIndex, queries: Sequence[str]) -> list[float]:
    for query in queries[:50]:
        find(Query(query), index)
    times = []
    for query in queries:
        start = time.process_time()
        find(Query(query), index)
        times.append((time.process_time() - start) * 1000)
    return times


def _resident() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    return 0
