"""The golden cases, where the chapters still look for them: they are in xentedu.golden now."""

from xentedu.golden import FOLDER, about, cases, signatures  # noqa: F401
