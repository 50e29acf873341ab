"""The probability family: losses that take probabilities, and so must guard the logarithm.

A probability that was rounded to zero before it came here has lost its logarithm. What to put in its place is a choice:
TensorFlow's ``log_loss`` adds an epsilon inside the logarithm, Keras clips the probability away from zero and one. The
families that take logits need neither. All functions take checked arrays and return the losses and their pullback.
"""

import numpy as np


def log_loss(labels, predictions, epsilon):
    r"""Return binary cross-entropy with an epsilon in each logarithm.

    .. math::

       L = -z \log(p + \epsilon) - (1 - z) \log(1 - p + \epsilon), \qquad
       \frac{\partial L}{\partial p} = -\frac{z}{p + \epsilon} + \frac{1 - z}{1 - p + \epsilon}

    It never exceeds :math:`-\log\epsilon` (16.1 nats for 1e-7), however wrong the prediction; but its gradient reaches
    :math:`1/\epsilon`. At :math:`p = z = 1` it is a little below zero.
    """
    on = predictions + epsilon
    off = 1 - predictions + epsilon
    value = -labels * np.log(on) - (1 - labels) * np.log(off)
    return value, lambda upstream: {"predictions": upstream * ((1 - labels) / off - labels / on)}
