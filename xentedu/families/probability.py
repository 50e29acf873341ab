"""The probability family: losses that take probabilities, and so must guard the logarithm.

A probability that has been rounded to zero has lost its logarithm. What to use instead is a choice: TensorFlow's
``log_loss`` adds an epsilon inside the logarithm, Keras (:mod:`xentedu.keras.clipped`) clips the probability away from
zero and one. The families that take logits need neither.
"""

import numpy as np


def log_loss(labels, predictions, epsilon):
    r"""Return the binary cross-entropy of checked arrays, with an epsilon in each logarithm, and its pullback.

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
