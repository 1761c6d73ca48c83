"""A search without jobs: a small space, and a figure that is known for every point of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from optuna import Study, create_study

from runner.compose.optuna import SAMPLERS
from runner.compose.overrides import parsed
from runner.report.objective import Objective
from runner.search.book import Book
from runner.search.loop import Search
from runner.search.packages import needed
from runner.search.segments import Segment
from runner.search.settings import Settings
from runner.search.space import Space, space
from runner.search.storage import address, closed, opened
from runner.search.study import study

WORDS = ("a=range(0,20)", "b=interval(-3,3)", "c=choice(x,y)")
WHOLE = ("a=range(0,4)", "c=choice(x,y)")
GAIN, LOSS = Objective("gain"), Objective("loss", larger=False)


def points(*words: str) -> Space:
    """The space of these words."""
    return space(parsed(list(words or WORDS)))


def figure(words: Sequence[str]) -> dict[str, float | None]:
    """What a job of these words is worth: the best is a=7, b=0, c=x."""
    said = dict(word.split("=", 1) for word in words)
    away = (float(said["a"]) - 7) ** 2 + float(said.get("b", 0)) ** 2 + (said.get("c") == "y")
    return {"gain": -away, "loss": abs(float(said["a"]) - 12)}


@dataclass
class Bench:
    """Runs jobs by looking them up, and remembers which. failing: words of which one in a job makes it fail."""

    worth: Callable[[Sequence[str]], Mapping[str, float | None]] = figure
    failing: Sequence[str] = ()
    ran: list[list[str]] = field(default_factory=list)

    def launch(self, jobs: list[list[str]]) -> list[dict[str, Any]]:
        """What came of each."""
        self.ran += jobs
        return [self._one(words) for words in jobs]

    def _one(self, words: list[str]) -> dict[str, Any]:
        if set(words) & set(self.failing):
            return {"status": 2, "folder": "", "page": None, "said": "it is refused", "seconds": 0.0}
        return {"status": 0, "folder": "-".join(words), "page": dict(self.worth(words)), "said": "", "seconds": 0.0}


@dataclass(kw_only=True)
class Kept:
    """A search of a bench, kept in memory or in a file."""

    space: Space = field(default_factory=points)
    sampler: str = "random"
    seed: int = 0
    trials: int = 12
    together: int = 4
    pruner: Any = "none"
    segments: Sequence[Segment] = ()
    objectives: Sequence[Objective] = (GAIN,)
    most_failures: float = 1.0
    identity: Mapping[str, str] = field(default_factory=lambda: {"runner": "1"})
    file: Path | None = None
    url: str = ""
    said: list[str] = field(default_factory=list)

    @contextmanager
    def opened(self) -> Iterator[Book]:
        """The book of its study."""
        needed(self.sampler)
        url = f"sqlite:///{self.file}" if self.file else self.url
        storage = opened(address(url) if url else None)
        settings = Settings(sampler={**asdict(SAMPLERS[self.sampler]()), "seed": self.seed}, pruner=self.pruner, n_trials=self.trials)
        try:
            found = study(settings, self.space, self.objectives, self.identity, storage=storage, name="bench")
            yield Book(found, storage, self.space, limit=self.trials, repeats=self.sampler != "grid")
        finally:
            closed(storage)

    def search(self, book: Book, bench: Bench) -> Search:
        """The search, ready to run."""
        return Search(
            book=book,
            launch=bench.launch,
            objectives=self.objectives,
            together=self.together,
            segments=self.segments,
            most_failures=self.most_failures,
            say=self.said.append,
        )

    def run(self, bench: Bench | None = None) -> Study:
        """Search until the end; what is then in the study, in memory."""
        with self.opened() as book:
            self.search(book, bench or Bench()).run()
            seen = create_study(directions=book.study.directions)
            seen.add_trials(book.study.get_trials())
            return seen


def drawn(study: Study) -> list[dict[str, Any]]:
    """The points of a study, in order."""
    return [each.params for each in study.get_trials()]
