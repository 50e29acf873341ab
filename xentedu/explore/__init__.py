"""Live figures: widgets in JupyterLab, live without a kernel on a built page, still pictures in print.

Their numbers and words need NumPy alone. To display one, install the extra: ``pip install "xentedu[figures]"``.
"""

from .keras_clip import KerasClip
from .label_gradients import LabelGradients
from .logit_shift import LogitShift
from .nce import NoiseContrastive
from .pos_weight import PosWeight
from .same_loss import SameLoss
from .sampled_softmax import SampledSoftmax
from .sparse_labels import SparseLabels
from .training import Training
from .two_families import TwoFamilies
from .weighting import Weighting

__all__ = [
    "KerasClip",
    "LabelGradients",
    "LogitShift",
    "NoiseContrastive",
    "PosWeight",
    "SameLoss",
    "SampledSoftmax",
    "SparseLabels",
    "Training",
    "TwoFamilies",
    "Weighting",
]
