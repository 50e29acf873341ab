"""``python -m xentedu``: each command, in a process of its own where that is what a user does."""

import os
import re
import subprocess
import sys

import pytest

import xentedu as xe
from xentedu import __main__, golden


def run(*arguments, **variables):
    command = [sys.executable, "-m", "xentedu", *arguments]
    pipes = {"capture_output": True, "text": True, "encoding": "utf-8"}
    return subprocess.run(command, env={**os.environ, **variables}, **pipes, check=False)


def test_without_a_command_they_are_listed():
    listed = run()
    assert (listed.returncode, listed.stderr) == (0, "")
    for command in __main__.COMMANDS:
        assert f"\n  {command} " in listed.stdout


def test_what_is_printed_can_be_kept_in_a_file_on_windows():
    """There a file has the encoding cp1252, without the minus sign of the formulas."""
    windows = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    kept = run("equivalents", "tf.nn.sparse_softmax_cross_entropy_with_logits", **windows)
    assert (kept.returncode, kept.stderr) == (0, "")
    assert "\N{MINUS SIGN}" in kept.stdout


def test_an_unknown_command_is_an_error():
    unknown = run("chose")
    assert unknown.returncode == 2
    assert "'chose'" in unknown.stderr
    assert "selftest" in unknown.stderr


@pytest.mark.parametrize("command", __main__.COMMANDS)
def test_each_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as end:
        __main__.main([command, "--help"])
    assert end.value.code == 0
    assert f"usage: python -m xentedu {command}" in capsys.readouterr().out


def test_selftest_counts_what_agrees():
    done = run("selftest")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"xentedu {xe.__version__}, NumPy " in done.stdout
    counted = [int(n) for n in re.findall(r" of (\d+) cases agree", done.stdout)]
    left_out = [int(n) for pair in re.findall(r"(\d+) draws|(\d+) answers", done.stdout) for n in pair if n]
    assert sum(counted) + sum(left_out) == sum(len(golden.cases(archive=name)) for name in ("tensorflow1", "keras3"))


def test_selftest_names_what_differs(monkeypatch, capsys):
    right = xe.nn.softmax
    monkeypatch.setattr(xe.nn, "softmax", lambda logits, axis=-1: right(logits, axis) * (1 + 1e-5))
    monkeypatch.setattr(xe.nn, "log_softmax", lambda logits, axis=-1: 1 / 0)
    assert __main__.main(["selftest"]) == 1
    told = capsys.readouterr().out
    assert told.count("DIFFERS: tf.nn.softmax, case") == len(golden.cases("tf.nn.softmax"))
    assert told.count("DIFFERS: tf.nn.log_softmax, case") == len(golden.cases("tf.nn.log_softmax"))
    assert "ZeroDivisionError: division by zero" in told
