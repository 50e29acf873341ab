"""xentedu: every cross-entropy loss of TensorFlow 1.15, value and gradient, in NumPy.

Read any TensorFlow 1.x code on cross-entropy with ``tf`` replaced by ``xe``, and it runs:

>>> import xentedu as xe
>>> xe.nn.sigmoid_cross_entropy_with_logits(labels=[1.0, 0.0], logits=[0.0, 0.0]).round(6)
array([0.693147, 0.693147])
"""

from . import calling, contrib, hints, keras, losses, nn
from .choosing import choose
from .diagnosing import diagnose
from .equivalents import equivalents
from .gradients import value_and_grad

__all__ = ["choose", "contrib", "diagnose", "equivalents", "keras", "losses", "nn", "value_and_grad"]
__version__ = "0.1.0"

calling.hint = hints.hint
