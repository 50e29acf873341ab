"""Tests run on all cores where pytest-xdist is there, one after another where it is not, without a user's settings."""

import os

import pytest
import surroundings

surroundings.leave()  # nor have the kernels that nbval starts


@pytest.hookimpl(tryfirst=True)  # before xdist starts what these options ask for
def pytest_cmdline_main(config):
    """Set xdist's options unless the command line did: in pyproject.toml they would be errors where it is missing."""
    option = config.option
    if not config.pluginmanager.has_plugin("xdist") or hasattr(config, "workerinput"):
        return
    if option.numprocesses is None and option.dist == "no" and not option.tx:
        option.numprocesses = "auto"
    if option.numprocesses and option.dist == "no":
        option.dist = "loadfile"  # a file's tests share its notebook's kernel, its browser
    option.loadscopereorder = False  # tests/conftest.py orders the files


@pytest.hookimpl(optionalhook=True)  # without xdist nobody asks
def pytest_xdist_auto_num_workers():
    """Return one more than the cores: a test in a browser waits for it now and then."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + 1
