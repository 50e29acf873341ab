"""Keeps pytest's doctest collector from importing the script: it needs TensorFlow 1.15."""

collect_ignore = ["make_tensorflow1.py"]
