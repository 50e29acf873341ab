"""What a cell needs: the names that it reads, binds and changes, and the cells above that define them.

Runs in the page's Python. Python's own parser says what a cell does with names; nothing is run to find out.
"""

import ast
import builtins
import functools
import hashlib
from dataclasses import dataclass, field

BUILTIN = frozenset(dir(builtins)) | {"display", "__name__", "__file__"}

# Calls of these methods leave their object as it was; any other may change it, as rng.normal() does.
_READING = """
all any argmax argmin argpartition argsort astype capitalize center choose clip compress conj copy count cumprod
cumsum decode describe diagonal difference dot encode endswith find flatten format get groups index intersection
isdecimal isdigit isidentifier items item join keys ljust lower lstrip max mean min most_common nonzero
partition prod ravel read_text removeprefix removesuffix repeat replace reshape rfind rjust round rpartition
rsplit rstrip searchsorted shown split splitlines squeeze startswith state std strip sum swapaxes take title
tobytes tolist trace transpose union upper values var zfill
"""
READING = frozenset(_READING.split())
# Calls of a module's function that change how it works from then on.
SETTING = frozenset(
    ["seed", "use", "update", "seterr", "filterwarnings", "simplefilter", "setrecursionlimit", "append", "insert"]
)
# What only shows its arguments.
SHOWING = frozenset(["print", "display", "exercises.check", "check", "plt.show"])
# What draws numbers, or gives out one thing after another: whoever reads it changes it.
STREAMS = frozenset(
    ["default_rng", "RandomState", "Generator", "iter", "count", "cycle", "enumerate", "zip", "map", "filter", "open"]
)


@dataclass
class Facts:
    """What one cell does with names."""

    binds: set = field(default_factory=set)
    reads: set = field(default_factory=set)  # when the cell runs, and before it binds them itself
    later: set = field(default_factory=set)  # when a function of the cell runs, then or in a cell below
    changes: set = field(default_factory=set)  # the objects under these names
    calls: set = field(default_factory=set)  # (name, method): changes the object, unless it is a module
    changes_later: set = field(default_factory=set)  # (function, name)
    calls_later: set = field(default_factory=set)  # (function, name, method)
    streams: set = field(default_factory=set)  # names of what changes whenever it is read
    imported: set = field(default_factory=set)  # names of what is imported
    modules: set = field(default_factory=set)  # the first parts of the modules that it is imported from


@functools.lru_cache(maxsize=1000)
def facts(source):
    """Return the facts of a cell; none where it is not Python: running it will say why."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return Facts()
    reader = _Reader()
    for node in tree.body:
        reader.visit(node)
    return reader.facts


class _Reader(ast.NodeVisitor):
    """Walks through a cell in the order in which Python runs it."""

    def __init__(self):
        self.facts = Facts()
        self.bound = set()  # by the code before, for certain
        self.scopes = []  # the names of the functions, classes and comprehensions around
        self.functions = []  # those of them that are functions, whose code runs later: their names

    # What happens to a name.

    def is_local(self, name):
        return any(name in scope for scope in self.scopes)

    def read(self, name):
        if self.is_local(name) or (name in BUILTIN and name not in self.facts.binds):
            return
        if self.functions:
            self.facts.later.add(name)
        elif name not in self.bound:
            self.facts.reads.add(name)

    def change(self, name):
        if not self.is_local(name):
            if self.functions:
                self.facts.changes_later.add((self.functions[0], name))
            else:
                self.facts.changes.add(name)

    def bind(self, name):
        if self.scopes and not self.functions:
            self.scopes[-1].add(name)  # of a class
        elif self.scopes:
            self.change(name)  # declared global, or local
        else:
            self.facts.binds.add(name)
            self.bound.add(name)

    # Names.

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            self.read(node.id)
            if node.id in self.facts.streams:
                self.change(node.id)
        else:
            self.bind(node.id)

    def visit_Attribute(self, node):
        if not isinstance(node.ctx, ast.Load):
            self.change_root(node)
        self.visit(node.value)

    def visit_Subscript(self, node):
        if not isinstance(node.ctx, ast.Load):
            self.change_root(node)
        self.visit(node.value)
        self.visit(node.slice)

    def change_root(self, node):
        while isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        if isinstance(node, ast.Name):
            self.change(node.id)

    def visit_Import(self, node):
        for each in node.names:
            self.imports(each.asname or each.name.partition(".")[0], each.name)

    def visit_ImportFrom(self, node):
        for each in node.names:
            self.imports(each.asname or each.name, node.module or "")

    def imports(self, name, module):
        self.bind(name)
        if not self.scopes:
            self.facts.imported.add(name)
        self.facts.modules.add(module.partition(".")[0])

    # Statements whose parts do not run in the order in which they are written, or not always.

    def visit_Assign(self, node):
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)
            if isinstance(target, ast.Name) and not self.scopes and _is_stream(node.value):
                self.facts.streams.add(target.id)

    def visit_AnnAssign(self, node):
        if node.value:
            self.visit(node.value)
            self.visit(node.target)

    def visit_NamedExpr(self, node):
        self.visit(node.value)
        scopes = self.scopes
        if not self.functions:  # out of a comprehension, into the cell
            self.scopes = []
        self.visit(node.target)
        self.scopes = scopes

    def visit_AugAssign(self, node):
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            self.read(node.target.id)
            self.change(node.target.id)
        self.visit(node.target)

    def maybe(self, *blocks):
        """Walk through blocks of which one runs, or none: what they bind is not certain to be bound."""
        before = self.bound
        after = []
        for block in blocks:
            self.bound = set(before)
            for node in block:
                self.visit(node)
            after.append(self.bound)
        self.bound = before | set.intersection(*after) if len(after) > 1 else before

    def visit_If(self, node):
        self.visit(node.test)
        self.maybe(node.body, node.orelse)

    def visit_For(self, node):
        self.visit(node.iter)
        before = set(self.bound)
        self.visit(node.target)
        for each in (*node.body, *node.orelse):
            self.visit(each)
        literal = isinstance(node.iter, ast.Tuple | ast.List) and node.iter.elts
        counted = isinstance(node.iter, ast.Call) and ast.unparse(node.iter.func) in ("range", "zip", "enumerate")
        if not (literal or counted):  # it may not run at all
            self.bound = before

    def visit_While(self, node):
        self.visit(node.test)
        self.maybe(node.body)
        self.maybe(node.orelse)

    def visit_Try(self, node):
        self.maybe([*node.body, *node.orelse], *([handler] for handler in node.handlers))
        for each in node.finalbody:
            self.visit(each)

    def visit_ExceptHandler(self, node):
        if node.type:
            self.visit(node.type)
        if node.name:
            self.bound.add(node.name)  # and unbound after it
        for each in node.body:
            self.visit(each)

    def visit_match_case(self, node):
        self.maybe([node.pattern, *([node.guard] if node.guard else []), *node.body])

    def visit_MatchAs(self, node):
        if node.pattern:
            self.visit(node.pattern)
        if node.name:
            self.bind(node.name)

    def visit_MatchStar(self, node):
        if node.name:
            self.bind(node.name)

    # Scopes.

    def visit_FunctionDef(self, node):
        for each in node.decorator_list:
            self.visit(each)
        self.function(node, node.body, node.name)
        self.bind(node.name)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node):
        self.function(node, [node.body])

    def function(self, node, body, name=""):
        arguments = node.args
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default:
                self.visit(default)
        listed = (
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            arguments.vararg,
            arguments.kwarg,
        )
        self.scopes.append({each.arg for each in listed if each} | _locals(body))
        self.functions.append(name)
        for each in body:
            self.visit(each)
        self.functions.pop()
        self.scopes.pop()

    def visit_ClassDef(self, node):
        for each in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(each)
        self.scopes.append(set())
        for each in node.body:
            self.visit(each)
        self.scopes.pop()
        self.bind(node.name)

    def comprehension(self, node):
        self.visit(node.generators[0].iter)
        targets = [name for each in node.generators for name in ast.walk(each.target) if isinstance(name, ast.Name)]
        self.scopes.append({name.id for name in targets})
        for number, each in enumerate(node.generators):
            if number:
                self.visit(each.iter)
            for condition in each.ifs:
                self.visit(condition)
        for part in ("key", "value", "elt"):
            if hasattr(node, part):
                self.visit(getattr(node, part))
        self.scopes.pop()

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension  # noqa: N815

    # Calls that may change what they are given.

    def visit_Call(self, node):
        self.generic_visit(node)
        root, method = node.func, getattr(node.func, "attr", "")
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        if not (method and isinstance(root, ast.Name)) or method in READING or self.is_local(root.id):
            return
        if self.functions:
            self.facts.calls_later.add((self.functions[0], root.id, method))
        else:
            self.facts.calls.add((root.id, method))

    def visit_Expr(self, node):
        self.visit(node.value)
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id not in SHOWING:
            for argument in (*call.args, *(each.value for each in call.keywords)):
                if isinstance(argument, ast.Name):
                    self.change(argument.id)


def _is_stream(value):
    return isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] in STREAMS


def _locals(body):
    """Return the names that a function's body binds, without those that it declares global."""
    found, declared, waiting = set(), set(), list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(
            node,
            ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
        ):
            found |= {each.target.id for each in ast.walk(node) if isinstance(each, ast.NamedExpr)}
        else:
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                found.add(node.id)
            elif isinstance(node, ast.Global):
                declared |= set(node.names)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                found |= {(each.asname or each.name).partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
                found.add(node.name)
            waiting += ast.iter_child_nodes(node)
    return found - declared


class Cells:
    """The cells of a page, by number from 0, as their sources now stand."""

    def __init__(self, sources):
        self.sources = list(sources)
        self.facts = [facts(source) for source in self.sources]
        self.required, self.changed = {}, {}

    def definer(self, name, cell):
        """Return the last cell above that binds a name, or None."""
        return next(
            (each for each in reversed(range(cell)) if name in self.facts[each].binds),
            None,
        )

    def requires(self, cell):
        """Return what a cell needs: name -> the cell that binds it, and those that change it after that."""
        if cell not in self.required:
            found, seen, waiting = (
                {},
                {cell},
                sorted(self.facts[cell].reads | self.facts[cell].later),
            )
            while waiting:
                name = waiting.pop()
                definer = None if name in found else self.definer(name, cell)
                if definer is None:
                    continue
                found[name] = definer
                if definer not in seen:  # its functions read names when they are called: here
                    seen.add(definer)
                    waiting += sorted(self.facts[definer].later)
            self.required[cell] = {
                name: (
                    definer,
                    [each for each in range(definer + 1, cell) if (definer, name) in self.changes(each)],
                )
                for name, definer in sorted(found.items())
            }
        return self.required[cell]

    def changes(self, cell):
        """Return what a cell changes that cells above made, as (cell, name)."""
        if cell not in self.changed:
            own = self.facts[cell]
            read = own.reads | own.later
            names = own.changes & read
            calls = set(own.calls)
            for name in read:
                definer = self.definer(name, cell)
                made = self.facts[definer] if definer is not None else Facts()
                if name in made.streams:
                    names.add(name)
                names |= {changed for function, changed in made.changes_later if function in (name, "")}
                calls |= {(root, method) for function, root, method in made.calls_later if function in (name, "")}
            names |= {
                root for root, method in calls if root not in own.binds and self.is_changed_by(root, method, cell)
            }
            self.changed[cell] = {(self.definer(name, cell), name) for name in names} - {(None, name) for name in names}
        return self.changed[cell]

    def is_changed_by(self, name, method, cell):
        """Tell whether a call of a method may change the object; few calls change a module."""
        definer = self.definer(name, cell)
        if definer is None:
            return False
        return name not in self.facts[definer].imported or method in SETTING or method.startswith("set_")

    def before(self, cell):
        """Return the cells that a cell needs, and those that these need, in order."""
        found, waiting = set(), [cell]
        while waiting:
            for definer, changers in self.requires(waiting.pop()).values():
                new = {definer, *changers} - found
                found |= new
                waiting += new
        return sorted(found)

    def fingerprint(self, cell):
        """Return the sources that an output comes from, as a short text: another one where one of them differs."""
        used = [*self.before(cell), cell]
        return hashlib.sha1(repr([self.sources[each] for each in used]).encode()).hexdigest()[:12]
