"""``python -m xentedu diagnose FILE.npz``: the findings of :func:`xentedu.diagnose`, as a report and an exit status."""

import zipfile

import numpy as np

from . import diagnose

# What each argument may be called in a file, where no flag says.
NAMES = {
    "labels": ("labels", "y_true", "targets", "target", "label", "y"),
    "outputs": ("outputs", "logits", "y_pred", "predictions", "output"),
    "weights": ("weights", "sample_weight", "mask"),
}


def main(arguments):
    """Find the common mistakes in a batch of labels and outputs, saved with numpy.savez."""
    import argparse  # only the commands need it

    parser = argparse.ArgumentParser(
        prog="python -m xentedu diagnose",
        description=main.__doc__,
        epilog="Exit status: 0, nothing was found; 1, something was; 2, the file could not be used.",
    )
    parser.add_argument("file", metavar="FILE.npz", help="numpy.savez('FILE.npz', labels=…, outputs=…)")
    for argument, names in NAMES.items():
        parser.add_argument(f"--{argument}", metavar="NAME", help=f"its name in the file, if not {' or '.join(names)}")
    given = vars(parser.parse_args(arguments))
    try:
        arrays = _arrays(given.pop("file"), given)
        findings = diagnose(**arrays)
    except (OSError, ValueError, TypeError) as error:
        parser.error(str(error).removeprefix("diagnose: "))
    print(", ".join(f"{name} {array.shape} {array.dtype}" for name, array in arrays.items()))
    if not findings:
        print("Nothing found. Not every mistake shows in a batch: the chapter When training goes wrong has more.")
        return 0
    for finding in findings:
        print(f"\n{finding}")
    return 1


def _arrays(path, names):
    """Return the arrays of a file that are called for; ``names`` are those that flags gave."""
    try:
        archive = np.load(path, allow_pickle=False)
    except FileNotFoundError:
        raise ValueError(f"{path}: no such file.") from None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        if isinstance(error, IsADirectoryError | PermissionError):
            raise ValueError(f"{path}: {error.strerror}.") from None
        raise ValueError(f"{path}: not a file of numpy.savez. {_SAVE}") from None
    if isinstance(archive, np.ndarray):
        raise ValueError(f"{path}: a single array of shape {archive.shape}, where two are needed. {_SAVE}")
    with archive:
        return _called(path, archive, names)


_SAVE = "Write numpy.savez('batch.npz', labels=labels, outputs=outputs)."


def _called(path, archive, names):
    found = {}
    for argument, usual in NAMES.items():
        wanted = (names[argument],) if names[argument] else usual
        called = [name for name in wanted if name in archive.files]
        if not called:
            if argument == "weights" and not names[argument]:
                continue
            listed = ", ".join(archive.files) or "nothing"
            raise ValueError(f"{path}: expected {' or '.join(wanted)}, found {listed}. Name it: --{argument} NAME.")
        try:
            found[argument] = archive[called[0]]
        except (ValueError, EOFError, zipfile.BadZipFile) as error:
            if "allow_pickle" in str(error):
                error = "an array of Python objects. Save numbers: numpy.asarray(…, dtype=float)"
            raise ValueError(f"{path}: {called[0]}: {error}.") from None
    return found
