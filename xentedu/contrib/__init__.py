"""``tf.contrib``: the deprecated losses, whose arguments come in the other order."""

from . import losses, nn

__all__ = ["losses", "nn"]
