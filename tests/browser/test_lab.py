"""The figures in JupyterLab, with a kernel: Python moves the picture, the picture moves Python."""

import os
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

CELLS = [
    "from xentedu.explore import TwoFamilies\nfigure = TwoFamilies()\nfigure",
    "figure.logits = [3.0, -2.0, 0.5]",
    "print('python sees', figure.logits)",
]


@pytest.fixture
def lab(browser, tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in CELLS])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, tmp_path / "figure.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", f"--port={port}"]
    command += [
        "--IdentityProvider.token=",
        "--ServerApp.password=",
        f"--notebook-dir={tmp_path}",
        "--LabApp.news_url=",
    ]
    home = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "s"),
    }
    home["JUPYTERLAB_WORKSPACES_DIR"] = str(tmp_path / "w")
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=home)
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=1).close()
                break
            except OSError:
                time.sleep(0.5)
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.goto(f"http://127.0.0.1:{port}/lab/tree/figure.ipynb")
        yield page
        page.close()
    finally:
        server.terminate()
        server.wait(20)


def test_figure_and_kernel_move_each_other(lab):
    lab.set_default_timeout(60_000)
    lab.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # keys pressed before the kernel is there are lost
    first = lab.locator(".jp-CodeCell").first
    first.locator(".cm-content").click()
    lab.keyboard.press("Shift+Enter")
    logit = lab.get_by_label("logit of cat")
    logit.wait_for()
    assert logit.input_value() == "2"
    lab.keyboard.press("Shift+Enter")  # Python sets the trait: the picture moves
    lab.wait_for_function("document.querySelector('.xe-bar input').value === '3'")
    logit.focus()
    lab.keyboard.press("ArrowRight")  # the reader moves the slider: Python sees it
    lab.locator(".jp-CodeCell").nth(2).locator(".cm-content").click()
    lab.keyboard.press("Shift+Enter")
    lab.get_by_text("python sees [3.1, -2.0, 0.5]").wait_for()
