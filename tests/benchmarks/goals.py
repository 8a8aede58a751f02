"""A figure of a benchmark beside its goal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the report."""

    what: str
    against: str
    measured: float
    goal: float
    unit: str = "×"

    def __str__(self) -> str:
        verdict = "ok" if self.measured <= self.goal else "MISSED"
        figures = f"{self.measured:7.3g} {self.unit:2}  goal ≤ {self.goal:g}"
        return f"{self.what:48} {self.against:26} {figures:26} {verdict}"
