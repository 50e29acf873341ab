"""What a diagnosis is made of: a code, the numbers that speak for it, and the line to change."""

import textwrap
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One mistake that :func:`xentedu.diagnose` found; printed, all of it in words."""

    code: str  # such as "labels_start_at_one"
    evidence: str  # what was seen in the batch, in numbers
    cure: str  # a line of code

    def __str__(self):
        evidence = textwrap.fill(self.evidence, 80, initial_indent="  ", subsequent_indent="  ")
        cure = self.cure.replace("; ", "\n    ")  # a statement in a line
        return f"{self.code}\n{evidence}\n  Cure:\n    {cure}"
