"""Live figures: widgets in JupyterLab, live without a kernel on a built page, still pictures in print.

This package needs the extra ``figures`` (``pip install "xentedu[figures]"``); the library itself does not load it.
"""

from .logit_shift import LogitShift
from .two_families import TwoFamilies

__all__ = ["LogitShift", "TwoFamilies"]
