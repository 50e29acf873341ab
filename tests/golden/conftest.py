"""Keeps pytest's doctest collector from importing the scripts: they need TensorFlow 1.15, and Keras."""

collect_ignore = ["make_keras3.py", "make_tensorflow1.py"]
