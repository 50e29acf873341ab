"""What a reader's own machine must not change in a lesson: settings of Python, Jupyter and matplotlib."""

import importlib.util
import os
import pathlib
import tempfile

# MPLBACKEND=Agg, as many CI services set it, takes the plots out of their cells; PYTHONWARNINGS writes beside them;
# SOURCE_DATE_EPOCH changes the year of the copyright; COLUMNS and the colours change what is printed.
FOREIGN = ("MPL", "MATPLOTLIB", "IPYTHON", "JUPYTER", "PYTHON", "SOURCE_DATE_EPOCH", "COLUMNS", "LINES")
FOREIGN += ("FORCE_COLOR", "NO_COLOR", "CLICOLOR")

_profile = []


def leave():
    """Take the settings out of this process's environment: the kernels that it starts have none of them."""
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        del os.environ[name]
    if not _profile:
        _profile.append(tempfile.TemporaryDirectory(prefix="ipython-", ignore_cleanup_errors=True))
        # A kernel warns that it speaks to this machine without encryption, once for each notebook.
        settings = pathlib.Path(_profile[0].name, "profile_default", "ipython_kernel_config.py")
        settings.parent.mkdir()
        settings.write_text("get_config().IPKernelApp.log_level = 'ERROR'\n", encoding="utf-8")
    os.environ.update(
        IPYTHONDIR=_profile[0].name,  # no start-up files, no history
        JUPYTER_PREFER_ENV_PATH="1",  # the kernel that is installed here, not one of the same name at home
        PYTHONHASHSEED="0",  # sets in one order
        PYTHONUTF8="1",
    )
    if matplotlib := importlib.util.find_spec("matplotlib"):
        defaults = pathlib.Path(matplotlib.origin).with_name("mpl-data") / "matplotlibrc"
        os.environ["MATPLOTLIBRC"] = str(defaults)
