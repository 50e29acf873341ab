"""Where a reader gets a chapter from, and where it runs: downloads that stand alone, Colab, Binder, the sources.

One address in ``_config.yml``, that of the repository, makes all links. Without it there is the download.
"""

import json
import pathlib
from urllib.parse import quote

from xentedu.chapters import copies

# The folder that .binder/postBuild writes the reader's copies into.
LESSONS = "lessons"

WORKFLOW = """\
name: The lessons still hold
on: [push]
permissions: {}
jobs:
  lessons:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-python@v7
        with: {python-version: "3.13"}
      - run: pip install PACKAGE pytest nbval
      - run: python -m xentedu lab lessons --copies-only
      - run: pytest --nbval lessons
"""


def setup(app):
    """Connect to Sphinx."""
    app.connect("config-inited", name_repository, priority=100)  # before MyST reads the substitutions
    app.connect("html-page-context", offer)
    app.connect("build-finished", write_downloads)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def name_repository(app, config):
    """Give Markdown ``{{ repository }}``, ``{{ install }}`` and ``{{ workflow }}``, which hold with no address too."""
    url = _url(config)
    package = f'"xentedu[lessons] @ git+{url}"' if url else '"xentedu[lessons]"'
    config.myst_substitutions = {
        **config.myst_substitutions,
        "repository": f"[the book's repository]({url})" if url else "the book's repository",
        "install": f"```bash\npip install {package}\npython -m xentedu lab\n```",
        "workflow": f"```yaml\n{WORKFLOW.replace('PACKAGE', package)}```",
    }


def offer(app, pagename, templatename, context, doctree):
    """Give the templates ``launch``, the places of a page as pairs of a text and an address."""
    source = app.env.doc2path(pagename, base=False) if pagename in app.env.found_docs else None
    url, branch = _url(app.config), app.config.html_theme_options.get("repository_branch") or "main"
    context["launch"] = places(url, branch, str(source)) if source and url else []


def _url(config):
    return (config.html_theme_options.get("repository_url") or "").strip().rstrip("/").removesuffix(".git")


def places(url, branch, source):
    """Return where the file ``source`` of a repository can be run and read, as pairs of a text and an address.

    >>> for text, address in places("https://github.com/owner/name", "main", "book/nce.ipynb"):  # doctest: +ELLIPSIS
    ...     print(text, address)
    Run in Colab https://colab.research.google.com/github/owner/name/blob/main/book/nce.ipynb
    Run in Binder https://mybinder.org/v2/gh/owner/name/main?urlpath=lab/tree/lessons/...-nce.ipynb
    Source https://github.com/owner/name/blob/main/book/nce.ipynb
    >>> places("https://git.example/name", "main", "book/api.md")
    [('Source', 'https://git.example/name')]
    """
    github = url.removeprefix("https://github.com/") if url.startswith("https://github.com/") else None
    found = []
    name = pathlib.PurePosixPath(source).stem
    if name in copies.NAMES:
        if github:
            found.append(("Run in Colab", f"https://colab.research.google.com/github/{github}/blob/{branch}/{source}"))
        repository = f"gh/{github}" if github else f"git/{quote(url, safe='')}"
        where = f"lab/tree/{LESSONS}/{copies.file_names()[name]}"
        found.append(
            ("Run in Binder", f"https://mybinder.org/v2/{repository}/{quote(branch, safe='')}?urlpath={where}")
        )
    found.append(("Source", f"{url}/blob/{branch}/{source}" if github else url))
    return found


def write_downloads(app, exception):
    """Write the notebooks that pages offer to download, with references and links that hold outside the book."""
    folder = pathlib.Path(app.outdir) / "_sources" / "book"
    if exception:
        return
    for name in copies.NAMES:
        path = folder / f"{name}.ipynb"
        if path.exists():
            notebook = copies.copy(name, address=app.config.html_baseurl)
            path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
