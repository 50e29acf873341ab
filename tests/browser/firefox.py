"""The figures in Firefox, driven by WebDriver BiDi, the protocol that every Firefox speaks: `make firefox`.

Each is dragged by pointer and goes on by the keys; nothing is logged as an error, and the numbers are the library's.
"""

import itertools
import json
import os
import shutil
import socket
import subprocess
import time

import numpy as np
import pytest
from tornado.ioloop import IOLoop
from tornado.websocket import websocket_connect

from tests.browser.test_pages import CLASSES, HELD

ARROW_LEFT = "\ue012"  # WebDriver's name of the key


class Firefox:
    """A Firefox without a window, of which things are asked one at a time."""

    def __init__(self, executable, profile):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [executable, "--headless", "--no-remote", "--profile", profile, f"--remote-debugging-port={port}"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.loop, self.numbers, self.logged = IOLoop(make_current=False), itertools.count(), []
        self.line = self._connected(f"ws://127.0.0.1:{port}/session")
        self.ask("session.new", capabilities={})
        self.context = self.ask("browsingContext.getTree")["contexts"][0]["context"]
        self.ask("session.subscribe", events=["log.entryAdded"])

    def _connected(self, address):
        for _ in range(120):
            try:
                return self.loop.run_sync(lambda: websocket_connect(address, max_message_size=2**26))
            except OSError:
                time.sleep(0.5)
        raise TimeoutError("Firefox does not answer")

    def ask(self, method, **parameters):
        """Send a command; return its result, and keep what the pages log meanwhile."""
        number = next(self.numbers)
        self.line.write_message(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            said = json.loads(self.loop.run_sync(self.line.read_message))
            if said.get("method") == "log.entryAdded" and said["params"]["level"] in ("error", "warn"):
                self.logged.append(said["params"]["text"])
            if said.get("id") == number:
                assert said["type"] == "success", said
                return said["result"]

    def go(self, address, width, height):
        """Open a page in a window of a size, with nothing said of it yet."""
        self.ask("browsingContext.setViewport", context=self.context, viewport={"width": width, "height": height})
        self.ask("browsingContext.navigate", context=self.context, url=address, wait="complete")
        self.until(f"location.href === '{address}' && document.readyState === 'complete'")

    def value(self, expression):
        """Return what a JavaScript expression gives, by way of JSON."""
        target = {"context": self.context}
        code = f"JSON.stringify({expression})"
        said = self.ask("script.evaluate", expression=code, target=target, awaitPromise=False)
        assert said["type"] == "success", said
        return json.loads(said["result"]["value"])

    def until(self, expression):
        end = time.monotonic() + 20
        while not self.value(expression):
            assert time.monotonic() < end, expression
            time.sleep(0.05)

    def act(self, kind, *actions, **options):
        sequence = {"type": kind, "id": kind, "actions": list(actions), **options}
        self.ask("input.performActions", context=self.context, actions=[sequence])

    def close(self):
        self.loop.run_sync(self._end)
        self.loop.close()
        self.process.terminate()
        self.process.wait(20)

    async def _end(self):
        self.line.close()


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    executable = os.environ.get("FIREFOX") or shutil.which("firefox") or shutil.which("firefox-esr")
    assert executable, "no Firefox: install one (Debian: apt install firefox-esr) or name it in FIREFOX"
    running = Firefox(executable, str(tmp_path_factory.mktemp("profile")))
    yield running
    running.close()


def assert_shows_library_numbers(firefox, figure, name):
    twin = CLASSES[name](**json.loads(firefox.value(f"{figure}.dataset.state")))
    numbers = f"[...{figure}.querySelectorAll('.xe-number')].filter((el) => el.checkVisibility())"
    shown = [float(text) for text in firefox.value(f"{numbers}.map((el) => String(Number(el.dataset.value)))")]
    tolerance = 2e-5 if getattr(twin, "precision", "") == "float32" else 1e-12
    np.testing.assert_allclose(shown, twin.shown(), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("touched", [False, True], ids=["mouse", "touch"])
@pytest.mark.parametrize("held", HELD, ids=lambda held: f"{held[1]}-{held[5]}")
def test_figure_is_held_and_the_keys_go_on(firefox, server, held, touched):
    page, name, selector, start, end, setting = held
    firefox.go("about:blank", 100, 100)
    firefox.logged.clear()
    firefox.go(f"{server}/book/{page}.html", *((390, 844) if touched else (1300, 900)))
    figure = f"document.querySelector('[data-figure={name}]')"
    firefox.until(f"{figure}.matches('.xe-is-live') || !!{figure}.querySelector('.xe-is-live')")
    firefox.value(
        "[...document.querySelectorAll('button')].filter((el) => el.ariaLabel === 'Show me' "
        "|| el.textContent.startsWith('Show me')).map((el) => el.click()).length"
    )
    selector, _, nth = selector.partition(" >> nth=")
    picture = f"{figure}.querySelectorAll('{selector}')[{nth or 0}]"
    firefox.value(f"{picture}.scrollIntoView({{block: 'center', behavior: 'instant'}}) ?? 0")
    box = firefox.value(f"{picture}.getBoundingClientRect()")

    def at(x, y):
        return {"x": round(box["x"] + x * box["width"]), "y": round(box["y"] + y * box["height"])}

    state = f"JSON.parse({figure}.dataset.state).{setting}"
    before = firefox.value(state)
    down, up = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
    moves = {"type": "pointerMove", **at(*start)}, down, {"type": "pointerMove", **at(*end), "duration": 200}, up
    firefox.act("pointer", *moves, parameters={"pointerType": "touch" if touched else "mouse"})
    firefox.until(f"JSON.stringify({state}) !== '{json.dumps(before, separators=(',', ':'))}'")
    dragged = firefox.value(state)
    assert_shows_library_numbers(firefox, figure, name)
    firefox.act("key", {"type": "keyDown", "value": ARROW_LEFT}, {"type": "keyUp", "value": ARROW_LEFT})
    firefox.until(f"JSON.stringify({state}) !== '{json.dumps(dragged, separators=(',', ':'))}'")
    assert_shows_library_numbers(firefox, figure, name)
    assert firefox.logged == []
