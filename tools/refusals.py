"""Write the tables of book/refusals.md: what this library refuses, why, and how often TensorFlow's calls end how.

    python tools/refusals.py

tests/test_calls.py fails where the page is not what this gives.
"""

import collections
import pathlib

from xentedu.golden.calls import REASONS, calls, outcome

PAGE = pathlib.Path(__file__).parents[1] / "book" / "refusals.md"
OUTCOMES = ("equal", "refused", "both refuse", "accepted")


def pages(found):
    """Return the page with its two tables made anew from ``found``, pairs of a call and its outcome."""
    text = PAGE.read_text(encoding="utf-8")
    for name, table in (("counts", _counts(found)), ("reasons", _reasons(found))):
        head, _, rest = text.partition(f"% begin {name}\n")
        text = f"{head}% begin {name}\n\n{table}\n\n% end {name}\n{rest.partition(f'% end {name}' + chr(10))[2]}"
    return text


def _counts(found):
    counts = collections.defaultdict(collections.Counter)
    for call, how in found:
        for row in (call.function, "all of them"):
            counts[row][how] += 1
    names = sorted(set(counts) - {"all of them"})
    lines = ["| function | calls | equal | refused here alone | refused here, no number there | accepted here alone |"]
    lines.append("|---|--:|--:|--:|--:|--:|")
    for name in [*names, "all of them"]:
        row = counts[name]
        cells = [name if name == "all of them" else f"`{name}`", sum(row.values()), *(row[how] for how in OUTCOMES)]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def _reasons(found):
    counts = collections.Counter(call.kind for call, how in found if how == "refused")
    lines = ["| what | calls | why |", "|---|--:|---|"]
    lines += [f"| {kind} | {counts[kind]} | {reason} |" for kind, reason in REASONS.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(pages([(call, outcome(call)[0]) for call in calls()]), encoding="utf-8")
