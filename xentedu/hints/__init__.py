"""What to write instead: for the mistakes that people make, the call that they meant.

A hint is code: arguments to replace in the call that failed (``labels=labels.astype(int)``), or another call. It is
tried before it is shown, so that following it literally gives a call that works. Where swapped arguments are both
valid, nothing can be noticed: there is no error.
"""

import contextvars

import numpy as np

from .call import Call, xe
from .labels import about_labels, swapped
from .others import about_dtypes, about_outputs, about_settings, about_tables, about_weights, wider

# Whether a hint is being tried: what fails then looks for no hint of its own.
_trying = contextvars.ContextVar("trying", default=False)


def hint(function, arguments, error, run):
    """Return a sentence or two to add to an error, or "".

    Args:
        function: the public function.
        arguments: a dict of what it was called with.
        error: what it raised.
        run: makes the call with a dict of other arguments.
    """
    if _trying.get():
        return ""
    token = _trying.set(True)
    try:
        with np.errstate(all="ignore"):
            for code, why in _candidates(Call(function, arguments, error)):
                if code and _works(code, arguments, run):
                    end = "" if str(error).endswith((".", "…")) else "."
                    return f"{end}{' ' + why if why else ''} Did you mean {code}?"
        return ""
    except Exception:  # what goes wrong here must not hide the error that a hint was looked for
        return ""
    finally:
        _trying.reset(token)


def _works(code, arguments, run):
    """Return whether following a hint gives a call that works."""
    names = {"numpy": np, "xe": xe, **arguments}
    try:
        if code.startswith("xe."):
            eval(code, names)
        else:
            run({**arguments, **eval(f"dict({code})", names)})
    except Exception:
        return False
    return True


def _candidates(call):
    """Yield hints and the sentences that explain them, the likeliest first."""
    if call.argument == "_sentinel" and call.module:
        given = ", ".join(f"{name}={name}" for name in (call.y, call.x) if name)
        yield f"xe.{call.module}.{call.name}({given})", "This function has no such guard."
    yield from about_dtypes(call)
    about = {call.y: about_labels, call.x: about_outputs, call.w: about_weights}
    if call.y and call.x and call.labels is not None and call.outputs is not None:
        yield from swapped(call)
    for name, hints in about.items():
        if name and call.argument in (name, ""):
            yield from hints(call)
    yield from about_tables(call)
    yield from about_settings(call)
    if call.argument != call.y and call.y and call.labels is not None and not call.sampled:
        yield from about_labels(call)
    yield from wider(call)
