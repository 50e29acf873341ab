"""``make frameworks``: executes every snippet in its framework, compares it with xentedu, and writes the record.

With --changed it executes only the snippets that have no result yet. It makes the environments that it needs:
.venv-frameworks for the newest frameworks and .venv-tensorflow1, which needs Python 3.7. Folders with environments that
are there already can be named in the variables FRAMEWORKS and TENSORFLOW1.
"""

import datetime
import json
import os
import pathlib
import subprocess
import sys
import time

from tools.frameworks import jobs, record

ROOT = pathlib.Path(__file__).parents[2]


def main(changed=False):
    """Run everything, or what has no result yet; return 1 where a number differs or a snippet fails."""
    known = record.read()["results"] if changed else {}
    pythons = dict.fromkeys(record.PLACES, newest()) | {"tensorflow1": tensorflow1()}
    started = time.monotonic()
    codes, found, versions, wrong = jobs.snippets(), {}, {}, []
    for where in record.PLACES:
        library = where.partition("-")[0]
        named = {f"{where}-{jobs.key(code).rpartition('-')[2]}": code for code in codes if code.framework == library}
        found.update((name, known[name]) for name in named if name in known)
        mine = [code for name, code in named.items() if name not in known]
        begun = time.monotonic()
        answer = execute(pythons[where], where, [job for code in mine for job in jobs.runs(code)])
        versions[where] = answer["versions"]
        if changed and versions[where] != record.read()["versions"][where]:
            sys.exit(f"make frameworks: {where} has other versions than the record: leave --changed out.")
        pairs = zip(answer["results"][::2], answer["results"][1::2])
        for code, results in zip(mine, pairs):
            name = f"{where}-{jobs.key(code).rpartition('-')[2]}"
            failed = [result for result in results if isinstance(result, str)]
            if failed:
                wrong.append(f"{where}: {failed[0]}\n{code}\n")
                continue
            found[name] = [record.packed(result) for result in results]
            worst = max(record.differences(code, found[name]).values())
            if not worst <= record.TOLERANCE:
                wrong.append(f"{where}: differs by {worst:.2g}: {record.differences(code, found[name])}\n{code}\n")
        print(f"{where}: {len(mine)} snippets in {time.monotonic() - begun:.0f} s", flush=True)
    asked = {}
    for where in record.PLACES:
        mine = [probe for probe in jobs.probes() if probe.framework == where.partition("-")[0]]
        answer = execute(pythons[where], where, [probe.job() for probe in mine])
        for probe, result in zip(mine, answer["results"]):
            asked[f"{where}: {probe.name}"] = result if isinstance(result, str) else result[0]
    wrong += [f"{name}: {result}" for name, result in asked.items() if isinstance(result, str)]
    wrong += record.surprises(asked)
    print(*wrong, sep="\n")
    made = {"date": datetime.date.today().isoformat()}
    if not changed:
        made["seconds"] = round(time.monotonic() - started)
    record.write({**made, "versions": versions, "probes": asked, "results": found})
    print(f"{len(codes)} snippets, {len(found)} executions, each on two sets of numbers; {len(wrong)} wrong.")
    return 1 if wrong else 0


def execute(python, where, work):
    """Run jobs in an environment; return the versions and results that it reports."""
    command = [python, ROOT / "tools/frameworks/run.py", where]
    quiet = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
        "CUDA_VISIBLE_DEVICES": "",
    }
    done = subprocess.run(command, input=json.dumps(work), capture_output=True, text=True, env=quiet, check=False)
    if done.returncode:
        sys.exit(f"make frameworks: {where} could not be run:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout[done.stdout.index('{"versions"') :])


def newest():
    """Return the Python of the newest frameworks' environment."""
    if "FRAMEWORKS" in os.environ:
        return pathlib.Path(os.environ["FRAMEWORKS"]) / "bin" / "python"
    folder = ROOT / ".venv-frameworks"
    requirements = ROOT / "tools/frameworks/requirements.txt"
    if subprocess.run(["sh", ROOT / "tools/make_venv.sh", folder, "-r", requirements], check=False).returncode:
        sys.exit(1)  # it has said why
    return folder / "bin" / "python"


def tensorflow1():
    """Return the Python of TensorFlow 1.15's environment."""
    if "TENSORFLOW1" in os.environ:
        return pathlib.Path(os.environ["TENSORFLOW1"]) / "bin" / "python"
    folder, requirements = ROOT / ".venv-tensorflow1", ROOT / "tools/golden/requirements-tensorflow1.txt"
    ready = folder / ".ready"
    if not ready.exists() or ready.read_bytes() != requirements.read_bytes():
        print(f"Installing TensorFlow 1.15 into {folder.name} …", flush=True)
        subprocess.run([python37(), "-m", "venv", "--clear", folder], check=True)
        pip = [folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]
        subprocess.run(pip, check=True)
        ready.write_bytes(requirements.read_bytes())
    return folder / "bin" / "python"


def python37():
    """Return a Python 3.7, the last that TensorFlow 1.15 runs on."""
    found = pathlib.Path.home().glob(".pyenv/versions/3.7.*/bin/python")
    for python in filter(None, [os.environ.get("PYTHON37"), "python3.7", *found]):
        try:
            asked = [python, "-c", "import sys; sys.exit(sys.version_info[:2] != (3, 7))"]
            if subprocess.run(asked, capture_output=True, check=False).returncode == 0:
                return python
        except OSError:
            continue
    sys.exit("make frameworks: TensorFlow 1.15 needs Python 3.7. Install it, or name it: PYTHON37=/path/to/python3.7")


if __name__ == "__main__":
    sys.exit(main(changed="--changed" in sys.argv))
