"""``keras``: what Keras calls the same losses."""

from . import losses

__all__ = ["losses"]
