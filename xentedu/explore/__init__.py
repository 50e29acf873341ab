"""Live figures: widgets in JupyterLab, live without a kernel on a built page, still pictures in print.

This package needs the extra ``figures`` (``pip install "xentedu[figures]"``); the library itself does not load it.
"""

from .logit_shift import LogitShift
from .nce import NoiseContrastive
from .sampled_softmax import SampledSoftmax
from .two_families import TwoFamilies

__all__ = ["LogitShift", "NoiseContrastive", "SampledSoftmax", "TwoFamilies"]
