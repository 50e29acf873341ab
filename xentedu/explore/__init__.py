"""Live figures: widgets in JupyterLab, live without a kernel on a built page, still pictures in print.

This package needs the extra ``figures`` (``pip install "xentedu[figures]"``); the library itself does not load it.
"""

from .label_gradients import LabelGradients
from .logit_shift import LogitShift
from .nce import NoiseContrastive
from .sampled_softmax import SampledSoftmax
from .sparse_labels import SparseLabels
from .two_families import TwoFamilies
from .weighting import PosWeight, Weighting

__all__ = [
    "LabelGradients",
    "LogitShift",
    "NoiseContrastive",
    "PosWeight",
    "SampledSoftmax",
    "SparseLabels",
    "TwoFamilies",
    "Weighting",
]
