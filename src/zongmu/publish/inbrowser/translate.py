"""One Python function to JavaScript, from its syntax tree.

Only what the rules are written in: no classes within functions, no ``with``, no ``global``, no ``async``. Anything else
raises :class:`Untranslatable`, so that nothing is silently left out. Operators, calls and attributes go through the
runtime (``site/form/src/python.js``, in the code as ``$``), which gives them the meaning that they have in Python.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Collection, Iterable
from typing import Final, Protocol


class Resolve(Protocol):
    """What a function takes from its module and from the functions around it."""

    def name(self, dotted: str) -> str:
        """The JavaScript for a name, or for an attribute of one (``dt.date.max``)."""

    def is_module(self, dotted: str) -> bool:
        """Whether the name is that of a module."""

    def uses(self, attribute: str) -> None:
        """Hears of every attribute that is asked for: methods that nobody calls are not translated."""


_RESERVED: Final = frozenset((
    "arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default",
    "delete", "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "function", "if",
    "implements", "import", "in", "instanceof", "interface", "let", "new", "null", "package", "private",
    "protected", "public", "return", "static", "super", "switch", "this", "throw", "true", "try", "typeof",
    "undefined", "var", "void", "while", "with", "yield",
))  # fmt: skip
_BINARY: Final = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.FloorDiv: "floordiv", ast.Mod: "mod", ast.Pow: "pow",
    ast.BitOr: "or", ast.BitAnd: "and", ast.BitXor: "xor",
}  # fmt: skip
_COMPARED: Final = {ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq"}


class Untranslatable(Exception):
    """A construct of Python that has no translation here; says which, and where."""

    def __init__(self, what: str, node: ast.AST | None = None) -> None:
        line = getattr(node, "lineno", None)
        super().__init__(what if line is None else f"{what} (line {line})")


Callee = ast.FunctionDef | ast.Lambda


def local(name: str) -> str:
    """A Python name as a JavaScript one."""
    return f"{name}$" if name in _RESERVED else name


def literal(value: bool | str | int | None) -> str:
    """A value as JavaScript; whole numbers beyond 2^53 stay exact."""
    return f"{value}n" if type(value) is int and abs(value) >= 2**53 else json.dumps(value, ensure_ascii=False)


def function(node: Callee, resolve: Resolve, defaults: Callable[[ast.expr], str]) -> str:
    """The function as a JavaScript expression: ``$.fn(function (…) {…}, parameters)``.

    *defaults* gives the code of a default value, which is worked out once, where the function was made.
    """
    return _Function(node, resolve, None, defaults).expression()


class _Function:
    def __init__(
        self, node: Callee, resolve: Resolve, outer: _Function | None, defaults: Callable[[ast.expr], str]
    ) -> None:
        self._node = node
        self._resolve = resolve
        self._outer = outer
        self._defaults = defaults
        self._temporaries = 0
        self._scopes: list[set[str]] = []
        args = node.args
        if args.posonlyargs:
            raise Untranslatable("positional-only parameters", node)
        self._arguments = [
            a.arg for a in (*args.args, args.vararg, *args.kwonlyargs, args.kwarg) if a is not None
        ]  # as the runtime hands them over
        body = node.body if isinstance(node, ast.FunctionDef) else [ast.Return(node.body)]
        self._body = body
        names = _Names()
        for statement in body:
            names.visit(statement)
        self._locals = {*self._arguments, *names.assigned} - names.nonlocal_
        self._generator = names.yields

    # ── scopes ──

    def _known(self, name: str) -> bool:
        return (
            any(name in scope for scope in self._scopes)
            or name in self._locals
            or (self._outer is not None and self._outer._known(name))
        )

    def _name(self, name: str) -> str:
        return local(name) if self._known(name) else self._resolve.name(name)

    def _outside(self, node: ast.expr) -> str | None:
        """``a.b.c`` whose *a* is a name of the module; None for anything else."""
        whole = _dotted(node)
        return None if whole is None or self._known(whole.split(".")[0]) else whole

    def _fresh(self) -> str:
        self._temporaries += 1
        return f"$t{self._temporaries}"

    # ── the whole ──

    def expression(self) -> str:
        """``$.fn(…)`` with all parameters described."""
        args = self._node.args
        declared = sorted(self._locals - set(self._arguments))
        body = (f"let {', '.join(local(n) + ' = null' for n in declared)};" if declared else "") + self._block(
            self._body
        )
        star = "*" if self._generator else ""
        parameters = ", ".join(local(a) for a in self._arguments)
        plain = [a.arg for a in args.args]
        given = dict(zip(plain[len(plain) - len(args.defaults) :], args.defaults, strict=True))
        given |= {a.arg: d for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d is not None}
        told = [json.dumps(plain)]
        rest: list[str] = []
        if given:
            rest.append(f"d: {{{', '.join(f'{n}: () => {self._defaults(d)}' for n, d in given.items())}}}")
        if args.kwonlyargs:
            rest.append(f"k: {json.dumps([a.arg for a in args.kwonlyargs])}")
        if args.vararg is not None:
            rest.append("v: true")
        if args.kwarg is not None:
            rest.append("o: true")
        if rest:
            told.append(f"{{{', '.join(rest)}}}")
        return f"$.fn(function{star} ({parameters}) {{{body}}}, {', '.join(told)})"

    def _inner(self, node: Callee) -> str:
        """A function that stands within this one."""

        def refused(default: ast.expr) -> str:
            raise Untranslatable("a default value of a function within another", default)

        return _Function(node, self._resolve, self, refused).expression()

    # ── statements ──

    def _block(self, statements: Iterable[ast.stmt]) -> str:
        return "".join(self._statement(s) for s in statements)

    def _statement(self, node: ast.stmt) -> str:
        match node:
            case ast.Return():
                return f"return {'null' if node.value is None else self.value(node.value)};"
            case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.Assert():
                return ""
            case ast.Expr():
                return f"{self.value(node.value)};"
            case ast.Assign():
                return self._assign(node.targets, self.value(node.value))
            case ast.AnnAssign():
                return "" if node.value is None else self._assign([node.target], self.value(node.value))
            case ast.AugAssign():
                return self._augmented(node)
            case ast.If():
                orelse = f" else {{{self._block(node.orelse)}}}" if node.orelse else ""
                return f"if ({self._truth(node.test)}) {{{self._block(node.body)}}}{orelse}"
            case ast.For(orelse=[]):
                one = self._fresh()
                begin = self._assign([node.target], one)
                return f"for (const {one} of $.iter({self.value(node.iter)})) {{{begin}{self._block(node.body)}}}"
            case ast.While(orelse=[]):
                return f"while ({self._truth(node.test)}) {{{self._block(node.body)}}}"
            case ast.Break():
                return "break;"
            case ast.Continue():
                return "continue;"
            case ast.Raise():
                return "throw $e;" if node.exc is None else f"throw $.raised({self.value(node.exc)});"
            case ast.Try():
                return self._try(node)
            case ast.FunctionDef(decorator_list=[]):
                return f"{local(node.name)} = {self._inner(node)};"
            case ast.Nonlocal():
                return ""
            case _:
                raise Untranslatable(type(node).__name__, node)

    def _assign(self, targets: list[ast.expr], value: str) -> str:
        if len(targets) == 1:
            return self._bind(targets[0], value)
        one = self._fresh()
        return f"const {one} = {value};" + "".join(self._bind(t, one) for t in targets)

    def _bind(self, target: ast.expr, value: str) -> str:
        match target:
            case ast.Name():
                return f"{self._target(target)} = {value};"
            case ast.Tuple() | ast.List():
                return f"({self._target(target)} = $.unpack({value}));"
            case ast.Attribute():
                return f"$.setattr({self.value(target.value)}, {json.dumps(target.attr)}, {value});"
            case ast.Subscript(slice=ast.Slice(lower=None, upper=ast.Constant(value=0))):
                return f"{self.value(target.value)}.splice(0, 0, ...$.iter({value}));"
            case ast.Subscript():
                return f"$.setitem({self.value(target.value)}, {self.value(target.slice)}, {value});"
            case _:
                raise Untranslatable(f"assignment to {type(target).__name__}", target)

    def _target(self, target: ast.expr) -> str:
        names = [node for node in ast.walk(target) if isinstance(node, ast.Name)]
        names.sort(key=lambda node: (node.lineno, node.col_offset))
        # Of one name that stands twice (``_``) the last counts, and JavaScript takes it but once.
        last = {node.id: node for node in names}
        return self._pattern(target, {node for node in names if last[node.id] is not node})

    def _pattern(self, target: ast.expr, left_out: Collection[ast.Name]) -> str:
        match target:
            case ast.Name():
                return "" if target in left_out else local(target.id)
            case ast.Tuple() | ast.List():
                return f"[{', '.join(self._pattern(t, left_out) for t in target.elts)}]"
            case ast.Starred():
                return f"...{self._pattern(target.value, left_out)}"
            case ast.Attribute():
                return f"{self.value(target.value)}.{target.attr}"
            case _:
                raise Untranslatable(f"unpacking to {type(target).__name__}", target)

    def _augmented(self, node: ast.AugAssign) -> str:
        operator = _BINARY.get(type(node.op))
        if operator is None:
            raise Untranslatable(type(node.op).__name__, node)
        changed = f"$.{operator}({self.value(node.target)}, {self.value(node.value)})"
        if isinstance(node.op, ast.Add | ast.BitOr):  # of lists and sets: in place, others may hold them
            changed = f"$.i{operator}({self.value(node.target)}, {self.value(node.value)})"
        return self._bind(node.target, changed)

    def _try(self, node: ast.Try) -> str:
        if node.orelse:
            raise Untranslatable("try with else", node)
        out = f"try {{{self._block(node.body)}}}"
        if node.handlers:
            tests = ""
            for handler in node.handlers:
                kind = "true" if handler.type is None else f"$.caught($e, {self.value(handler.type)})"
                name = f"{local(handler.name)} = $e;" if handler.name else ""
                tests += f"if ({kind}) {{{name}{self._block(handler.body)}}} else "
            out += f" catch ($e) {{{tests}{{throw $e;}}}}"
        if node.finalbody:
            out += f" finally {{{self._block(node.finalbody)}}}"
        return out

    # ── expressions ──

    def _truth(self, node: ast.expr) -> str:
        match node:
            case ast.BoolOp():
                sign = " && " if isinstance(node.op, ast.And) else " || "
                return f"({sign.join(self._truth(v) for v in node.values)})"
            case ast.UnaryOp(op=ast.Not()):
                return f"!{self._truth(node.operand)}"
            case ast.Compare(ops=[ast.Is() | ast.IsNot() | ast.In() | ast.NotIn() | ast.Eq() | ast.NotEq()]):
                return self.value(node)
            case _:
                return f"$.truth({self.value(node)})"

    def value(self, node: ast.expr) -> str:
        """An expression."""
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node.id)
            case ast.Tuple() | ast.List():
                return f"[{self._items(node.elts)}]"
            case ast.Set():
                return f"$.set([{self._items(node.elts)}])"
            case ast.Dict():
                return self._dict(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Subscript(slice=ast.Slice()):
                parts = (node.slice.lower, node.slice.upper, node.slice.step)  # type: ignore[attr-defined]
                return f"$.slice({self.value(node.value)}, {', '.join('null' if p is None else self.value(p) for p in parts)})"
            case ast.Subscript():
                return f"$.item({self.value(node.value)}, {self.value(node.slice)})"
            case ast.Call():
                return self._call(node)
            case ast.BinOp():
                operator = _BINARY.get(type(node.op))
                if operator is None:
                    raise Untranslatable(type(node.op).__name__, node)
                return f"$.{operator}({self.value(node.left)}, {self.value(node.right)})"
            case ast.UnaryOp(op=ast.Not()):
                return f"!{self._truth(node.operand)}"
            case ast.UnaryOp(op=ast.USub()):
                return f"$.neg({self.value(node.operand)})"
            case ast.BoolOp():
                return self._bool(node)
            case ast.Compare():
                return self._compare(node)
            case ast.IfExp():
                return f"({self._truth(node.test)} ? {self.value(node.body)} : {self.value(node.orelse)})"
            case ast.NamedExpr():
                return f"({local(node.target.id)} = {self.value(node.value)})"
            case ast.Lambda():
                return self._inner(node)
            case ast.JoinedStr():
                return f"({' + '.join(['``', *(self._piece(v) for v in node.values)])})"
            case ast.ListComp() | ast.GeneratorExp():
                return self._comprehension(node.generators, [node.elt], isinstance(node, ast.ListComp))
            case ast.SetComp():
                return f"$.set({self._comprehension(node.generators, [node.elt], False)})"
            case ast.DictComp():
                return f"$.dict({self._comprehension(node.generators, [node.key, node.value], False)})"
            case ast.Yield():
                return f"(yield {'null' if node.value is None else self.value(node.value)})"
            case ast.YieldFrom():
                return f"(yield* $.iter({self.value(node.value)}))"
            case _:
                raise Untranslatable(type(node).__name__, node)

    def _constant(self, node: ast.Constant) -> str:
        value = node.value
        if value is None or isinstance(value, bool | str | int):
            return literal(value)
        raise Untranslatable(f"constant {value!r}", node)

    def _items(self, nodes: Iterable[ast.expr]) -> str:
        return ", ".join(
            f"...$.iter({self.value(n.value)})" if isinstance(n, ast.Starred) else self.value(n) for n in nodes
        )

    def _dict(self, node: ast.Dict) -> str:
        rows = [
            f"...$.items({self.value(v)})" if k is None else f"[{self.value(k)}, {self.value(v)}]"
            for k, v in zip(node.keys, node.values, strict=True)
        ]
        return f"$.dict([{', '.join(rows)}])"

    def _attribute(self, node: ast.Attribute) -> str:
        self._resolve.uses(node.attr)
        if (whole := self._outside(node)) is not None:
            return self._resolve.name(whole)
        return f"$.attr({self.value(node.value)}, {json.dumps(node.attr)})"

    def _call(self, node: ast.Call) -> str:
        given = self._items(node.args)
        if node.keywords:
            rows = []
            for keyword in node.keywords:
                if keyword.arg is None:
                    rows.append(f"...$.object({self.value(keyword.value)})")
                else:
                    rows.append(f"{json.dumps(keyword.arg)}: {self.value(keyword.value)}")
            given += f"{', ' if given else ''}$.kw({{{', '.join(rows)}}})"
        called = node.func
        if isinstance(called, ast.Attribute):
            self._resolve.uses(called.attr)
            if not self._of_module(called.value):
                if isinstance(called.value, ast.Call) and ast.unparse(called.value) == "super()":
                    first = self._arguments[0]
                    return f"$.above({self._resolve.name('__class__')}, {local(first)}, {json.dumps(called.attr)}, [{given}])"
                return f"$.call({self.value(called.value)}, {json.dumps(called.attr)}, [{given}])"
        if isinstance(called, ast.Name) and called.id == "cast" and not self._known("cast"):
            return self.value(node.args[1])
        return f"{self.value(called)}({given})"

    def _of_module(self, node: ast.expr) -> bool:
        whole = self._outside(node)
        return whole is not None and self._resolve.is_module(whole)

    def _bool(self, node: ast.BoolOp) -> str:
        operator = "both" if isinstance(node.op, ast.And) else "either"
        out = self.value(node.values[-1])
        for one in reversed(node.values[:-1]):
            out = f"$.{operator}({self.value(one)}, () => {out})"
        return out

    def _compare(self, node: ast.Compare) -> str:
        if len(node.ops) == 1:
            return self._compared(node.ops[0], self.value(node.left), self.value(node.comparators[0]))
        names = [self._fresh() for _ in range(len(node.ops) + 1)]
        values = [self.value(node.left), *(self.value(c) for c in node.comparators)]
        parts = [self._compared(op, names[n], names[n + 1]) for n, op in enumerate(node.ops)]
        return f"(({', '.join(names)}) => {' && '.join(parts)})({', '.join(values)})"

    def _compared(self, operator: ast.cmpop, a: str, b: str) -> str:
        match operator:
            case ast.Is():
                return f"$.is({a}, {b})"
            case ast.IsNot():
                return f"!$.is({a}, {b})"
            case ast.In():
                return f"$.has({b}, {a})"
            case ast.NotIn():
                return f"!$.has({b}, {a})"
            case ast.NotEq():
                return f"!$.eq({a}, {b})"
            case _:
                return f"$.{_COMPARED[type(operator)]}({a}, {b})"

    def _piece(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return self._constant(node)
        assert isinstance(node, ast.FormattedValue)
        if node.conversion not in (-1, 115):
            raise Untranslatable("conversion in an f-string", node)
        spec = "" if node.format_spec is None else f", {self.value(node.format_spec)}"
        return f"$.format({self.value(node.value)}{spec})"

    def _comprehension(self, generators: list[ast.comprehension], parts: list[ast.expr], whole: bool) -> str:
        names = _Names()
        for generator in generators:
            names.visit(generator.target)
        first = self.value(generators[0].iter)  # seen outside, as in Python
        self._scopes.append(names.assigned)
        out = (
            f"yield {self.value(parts[0])};"
            if len(parts) == 1
            else f"yield [{self.value(parts[0])}, {self.value(parts[1])}];"
        )
        for n, generator in reversed(list(enumerate(generators))):
            for test in reversed(generator.ifs):
                out = f"if ({self._truth(test)}) {{{out}}}"
            source = "$from" if n == 0 else f"$.iter({self.value(generator.iter)})"
            target = self._target(generator.target)
            out = f"for (const {target} of {source}) {{{out}}}"
        self._scopes.pop()
        made = f"(function* ($from) {{{out}}})($.iter({first}))"
        return f"[...{made}]" if whole else made


class _Names(ast.NodeVisitor):
    """Names that a function binds itself, not those of functions and comprehensions within."""

    def __init__(self) -> None:
        self.assigned: set[str] = set()
        self.nonlocal_: set[str] = set()
        self.yields = False

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.assigned.add(node.id)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.assigned.add(node.name)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        pass

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.nonlocal_ |= set(node.names)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.assigned.add(node.name)
        self.generic_visit(node)

    def visit_Yield(self, node: ast.Yield) -> None:
        self.yields = True
        self.generic_visit(node)

    def visit_YieldFrom(self, node: ast.YieldFrom) -> None:
        self.yields = True
        self.generic_visit(node)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        bound = _Names()
        for generator in node.generators:
            bound.visit(generator.target)
        inner = _Names()
        inner.generic_visit(node)
        self.assigned |= inner.assigned - bound.assigned  # assignment expressions bind in the function

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _comprehension


def _dotted(node: ast.expr) -> str | None:
    """``a.b.c`` of plain names, else None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = _dotted(node.value)
        return None if inner is None else f"{inner}.{node.attr}"
    return None
