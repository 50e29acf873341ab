"""Draw which rooms of the library stand on which: `python tools/floors.py` writes the picture into CONTRIBUTING.md.

A room is a module of xentedu, or a folder of them. It imports only from the floors below its own, so that it can be
read without what stands above: a circle of imports is an error. What a room is, its docstring says.
"""

import ast
import pathlib

ROOT = pathlib.Path(__file__).parents[1]
LIBRARY = ROOT / "xentedu"
PAGE = ROOT / "CONTRIBUTING.md"
BEGIN, END = "<!-- Written by tools/floors.py. -->\n", "<!-- Until here. -->\n"


def modules(library=LIBRARY):
    """Return the library's modules, but for the list of commands: dotted name without ``xentedu.`` -> path."""
    found = {}
    for path in sorted(library.rglob("*.py")):
        parts = path.relative_to(library).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    found.pop("__main__", None)  # imports a command's module when that command is given
    return found


def imports(library=LIBRARY):
    """Return which modules each module imports, wherever in its file it does: name -> set of names."""
    known = modules(library)
    found = {}
    for name, path in known.items():
        package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
        targets = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                targets |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                above = ["xentedu", *package][: len(package) + 2 - node.level] if node.level else []
                base = ".".join([*filter(None, above), *([node.module] if node.module else [])])
                for alias in node.names:
                    inner = f"{base}.{alias.name}"
                    targets.add(inner if inner.partition(".")[2] in known else base)
        own = {target.partition(".")[2] for target in targets if target.split(".")[0] == "xentedu"}
        found[name] = {target for target in own if target in known and target != name}
    return found


def circle(graph):
    """Return names that import one another in a circle, the first again at the end; an empty list if none do.

    >>> circle({"a": {"b"}, "b": {"c"}, "c": {"b"}})
    ['b', 'c', 'b']
    """
    done = set()

    def walk(name, path):
        if name in path:
            return [*path[path.index(name) :], name]
        if name not in done:
            for other in sorted(graph[name]):
                if found := walk(other, [*path, name]):
                    return found
            done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := walk(name, []))), [])


def rooms(graph):
    """Return which rooms each room imports: name -> set of names. Who imports ``xentedu`` imports its front doors."""
    doors = {other.partition(".")[0] for other in graph[""]}
    found = {}
    for name, others in graph.items():
        if name:
            room = name.partition(".")[0]
            for other in others:
                found.setdefault(room, set()).update({other.partition(".")[0]} if other else doors)
            found.setdefault(room, set())
    return {room: others - {room} for room, others in found.items()}


def floors(graph):
    """Return the floor of each room: the ground is 0, and a room is one higher than the highest that it imports.

    >>> floors({"a": {"b", "c"}, "b": {"c"}, "c": set()})
    {'c': 0, 'b': 1, 'a': 2}
    """
    if found := circle(graph):
        raise ValueError("these rooms import one another in a circle: " + ", ".join(found))
    found = {}
    while len(found) < len(graph):
        for room in sorted(graph):
            if room not in found and all(other in found for other in graph[room]):
                found[room] = max([found[other] + 1 for other in graph[room]], default=0)
    return found


def section():
    """Return the part of CONTRIBUTING.md that this script writes: the floors, highest first, and a table of rooms."""
    graph, known = rooms(imports()), modules()
    level = floors(graph)
    order = sorted(level, key=lambda room: (-level[room], room))
    drawn = [
        f"{floor:2}  " + "  ".join(room for room in order if level[room] == floor)
        for floor in range(max(level.values()), -1, -1)
    ]
    rows = []
    for room in order:
        path = known[room].relative_to(ROOT).as_posix().removesuffix("__init__.py")
        first = ast.get_docstring(ast.parse(known[room].read_text(encoding="utf-8"))).split("\n")[0].rstrip(".")
        rows.append(f"| {level[room]} | `{path}` | {first.replace('``', '`')} |")
    table = ["| floor | room | what it is |", "|---:|---|---|", *rows]
    return BEGIN + "\n".join(["```text", *drawn, "```", "", *table]) + "\n" + END


def page(text):
    """Return the text of CONTRIBUTING.md with the part between the marks written anew."""
    before, _, rest = text.partition(BEGIN)
    return before + section() + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
