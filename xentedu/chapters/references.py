"""Citations of the book's Markdown, written out: on its pages Sphinx does that, and elsewhere nobody would."""

import re

CITATION = re.compile(r"\{footcite:([pt])\}`(\w+)`")
LIST = re.compile(r"```\{footbibliography\}\n```")


class Cited:
    """The sources that one chapter cites, numbered as they are met, from the BibTeX file at ``path``."""

    def __init__(self, path):
        from pybtex.database import parse_file

        self.entries = parse_file(str(path)).entries
        self.keys = []

    def written_out(self, text):
        """Return a cell's Markdown with its citations as numbers that lead to the source, and the list of sources."""
        text = CITATION.sub(lambda match: self._citation(*match.groups()), text)
        return LIST.sub(lambda _: self._list(), text)

    def _citation(self, form, key):
        if key not in self.keys:
            self.keys.append(key)
        number, address = self.keys.index(key) + 1, _address(self.entries[key])
        shown = rf"\[[{number}]({address})\]" if address else rf"\[{number}\]"
        return f"{_authors(self.entries[key])} {shown}" if form == "t" else shown

    def _list(self):
        from pybtex.backends.markdown import Backend
        from pybtex.style.formatting.unsrt import Style

        formatted = Style().format_entries([self.entries[key] for key in self.keys])
        return "\n".join(f"{number}. {entry.text.render(Backend())}" for number, entry in enumerate(formatted, 1))


def _address(entry):
    fields = entry.fields
    for field, site in (("doi", "https://doi.org/"), ("eprint", "https://arxiv.org/abs/"), ("url", "")):
        if field in fields:
            return site + fields[field]
    return None


def _authors(entry):
    from pybtex.richtext import Text

    names = [
        str(Text.from_latex(" ".join(person.prelast_names + person.last_names))) for person in entry.persons["author"]
    ]
    return names[0] if len(names) == 1 else " and ".join(names) if len(names) == 2 else f"{names[0]} et al."
