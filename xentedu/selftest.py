"""``python -m xentedu selftest``: the installed library against the golden cases that ship with it."""

import argparse
import platform

import numpy as np

from . import __version__, golden
from .golden import comparing


def main(arguments):
    """Compare this library with what TensorFlow 1.15.5 and Keras 3 computed."""
    parser = argparse.ArgumentParser(prog="python -m xentedu selftest", description=main.__doc__)
    parser.parse_args(arguments)
    print(f"xentedu {__version__}, NumPy {np.__version__}, Python {platform.python_version()}, {platform.platform()}")
    failed = 0
    for archive in ("tensorflow1", "keras3"):
        failed += _compare(archive)
    return min(failed, 1)


def _compare(archive):
    """Compare all cases of an archive, say how many agree, and return the number of those that do not."""
    cases, about = golden.cases(archive=archive), golden.about(archive)
    compared = [case for case in cases if not comparing.drawn(case) and not comparing.tensorflow_errs(case)]
    wrong = {}
    for case in compared:
        found = _agreement(case)
        if not all(found.values()):
            wrong[case] = ", ".join(name for name, agrees in found.items() if not agrees)
    made_by = "TensorFlow" if archive == "tensorflow1" else "Keras"
    gradients = sum(len(comparing.gradients(case)) for case in compared)
    print(
        f"{made_by} {about[made_by.lower()]}: {len(compared) - len(wrong)} of {len(compared)} cases agree, "
        f"values and {gradients} gradients, to {golden.tolerances(compared)}"
    )
    drawn, errs = sum(map(comparing.drawn, cases)), sum(map(comparing.tensorflow_errs, cases))
    if drawn or errs:
        print(f"  not compared: {drawn} draws of TensorFlow's random samplers, {errs} answers that are wrong there")
    for case, what in wrong.items():
        print(f"  DIFFERS: {case.function}, case {case.id}: {what}")
    return len(wrong)


def _agreement(case):
    """Return which results of a case agree; an error disagrees, under its own words."""
    try:
        return comparing.agreement(case)
    except Exception as error:  # whatever it is: the other cases must still be compared
        return {f"{type(error).__name__}: {error}": False}
