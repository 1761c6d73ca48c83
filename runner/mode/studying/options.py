"""Options that every study has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from runner.mode.judged import Judged
from runner.mode.span import Span
from runner.mode.studying.trials import Compiled, missing_funding
from runner.model.duration import DAY_MS, milliseconds
from runner.report.objective import Objective, paths
from runner.report.study.about import RESTARTED
from runner.report.warnings import of_data, of_readings

NO_ANALYSIS = "studies judge stretches of the bars without the analysis; expected a figure outside it, was {!r}"


def whole_days(text: str) -> str:
    """The text itself when it is a duration of whole days; ValueError otherwise."""
    if milliseconds(text) % DAY_MS:
        raise ValueError(f"expected whole days such as '180d' or '26w', was {text!r}")
    return text


Days = Annotated[str, AfterValidator(whole_days)]


class Study(Judged, Span):
    """What `mode.…` may say of any study."""

    threads: int | None = Field(None, ge=1, le=256, description="how many runs are played at once; null = one for each processor")
    report: bool = Field(True, description="leave a page for people beside the files")
    quiet: bool = Field(False, description="print nothing, only leave the files")

    @field_validator("objective")
    @classmethod
    def _without_analysis(cls, words: str | list[str] | None) -> str | list[str] | None:
        asked = [words] if isinstance(words, str) else words or []
        wrong = next((word for word in paths(asked) if word.startswith("analysis.")), None)
        if wrong is not None:
            raise ValueError(NO_ANALYSIS.format(wrong))
        return words

    def judged_by(self) -> tuple[Objective, ...]:
        """What its trials are compared by, the most important first."""
        return self.objectives()


def known(trials: Sequence[Compiled]) -> Iterator[str]:
    """What a reader must know of the data, the rules and how accounts are bought again; of the first trial where all are alike."""
    yield RESTARTED
    sizes = sorted({trial.bot.account.size for trial in trials})
    if len(sizes) > 1:
        yield f"accounts of {' and '.join(f'{size:,.0f}' for size in sizes)} are compared; money is that of each trial's own account"
    for trial in trials:
        yield from of_data(trial.bot, missing_funding(trial), trial.streams)
    yield from of_readings(trials[0].bot.account.book)
