"""Changes the code in one small place at a time and looks whether a test notices: see docs/mutation-testing.md.

    .ci/mutants.py map tests/services tests/models     which test runs which line, on SQLite
    .ci/mutants.py try services 400                    so many changes of a room, drawn by a fixed chance
    .ci/mutants.py again services tests/services       what no test noticed, by all of some tests

Tests are collected once; each change is tried in a copy of the process, in which the function has the changed code and
the tests that run its line are run, the quickest first, until one fails.
"""

import ast
import gc
import importlib
import json
import os
import pkgutil
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LINES, DURATIONS = ROOT / "build" / "mutants", ROOT / "build" / "test-durations.json"
# seconds of tests for a change, and seconds after which it is taken to run for ever
MOST, ENDLESS = 25, 180
SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.Lt: ast.LtE, ast.Gt: ast.GtE, ast.Is: ast.IsNot, ast.In: ast.NotIn, ast.And: ast.Or,
    ast.Add: ast.Sub, ast.Mult: ast.FloorDiv, ast.BitOr: ast.BitAnd,
}  # fmt: skip
SWAPPED |= {other: one for one, other in SWAPPED.items()}
NARROWING = ("filter", "exclude", "order_by", "distinct", "select_for_update")


class Change(NamedTuple):
    """A place in a file, what stands there and what is put there, and the function that it is in."""

    file: str
    line: int
    first: int
    last: int
    old: str
    new: str
    function: str
    function_line: int


def changes(path: Path) -> Iterator[Change]:
    """All changes of the functions of a file."""
    text = path.read_bytes()
    begins = [0]
    for line in text.splitlines(keepends=True):
        begins.append(begins[-1] + len(line))

    def place(node: ast.AST) -> tuple[int, int]:
        return begins[node.lineno - 1] + node.col_offset, begins[
            node.end_lineno - 1
        ] + node.end_col_offset  # type: ignore[attr-defined]

    def of(function: ast.FunctionDef, name: str) -> Iterator[Change]:
        first = min([function.lineno, *(one.lineno for one in function.decorator_list)])
        documented = function.body[0] if ast.get_docstring(function) else None
        for statement in function.body:
            for node in ast.walk(statement):
                if statement is documented:
                    continue
                for old, new in changed(node):
                    begin, end = place(old)
                    was = text[begin:end].decode()
                    if was != new:
                        yield Change(
                            str(path.relative_to(ROOT)),
                            old.lineno,
                            begin,
                            end,
                            was,
                            new,
                            name,
                            first,
                        )

    def walk(body: list[ast.stmt], within: str) -> Iterator[Change]:
        for node in body:
            if isinstance(node, ast.FunctionDef):
                yield from of(node, within + node.name)
            elif isinstance(node, ast.ClassDef):
                yield from walk(node.body, f"{within}{node.name}.")

    yield from dict.fromkeys(walk(ast.parse(text).body, ""))


def changed(node: ast.AST) -> Iterator[tuple[Any, str]]:
    """Nodes that may be written otherwise, and how."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in SWAPPED:
            yield node, f"({ast.unparse(ast.Compare(left, [SWAPPED[type(op)]()], [right]))})"  # type: ignore[list-item]
        case ast.BoolOp(op=op, values=values):
            yield node, f"({ast.unparse(ast.BoolOp(SWAPPED[type(op)](), values))})"  # type: ignore[arg-type]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in SWAPPED:
            yield node, f"({ast.unparse(ast.BinOp(left, SWAPPED[type(op)](), right))})"  # type: ignore[arg-type]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield node, f"({ast.unparse(operand)})"
        case ast.Constant(value=bool(value)):
            yield node, str(not value)
        case ast.Constant(value=int(value)):
            yield node, str(value + 1)
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield test, f"(not ({ast.unparse(test)}))"
        case ast.comprehension(ifs=ifs):
            yield from ((test, "True") for test in ifs)
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield value, "None"
        case ast.Expr(value=ast.Call()) | ast.Raise():
            yield node, "pass"
        case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in NARROWING:
            yield node, ast.unparse(value)


class Mapping:
    """Notes which test runs which line."""

    def __init__(self) -> None:
        import coverage  # noqa: PLC0415

        LINES.mkdir(exist_ok=True)
        self.noted = coverage.Coverage(
            data_file=str(LINES / f"{os.getpid()}.coverage"),
            source=["programmes"],
            branch=False,
            config_file=False,
        )
        self.noted.start()

    def pytest_runtest_setup(self, item: Any) -> None:
        self.noted.switch_context(item.nodeid)

    def pytest_sessionfinish(self) -> None:
        self.noted.stop()
        self.noted.save()


class Trying:
    """Tries the changes instead of running the tests."""

    def __init__(self, room: str, chosen: list[Change], out: Path, *, by_map: bool) -> None:
        self.room, self.chosen, self.out, self.by_map = room, chosen, out, by_map
        self.failed = False

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.failed |= report.failed

    def pytest_runtestloop(self, session: Any) -> bool:
        import programmes  # noqa: PLC0415

        for module in pkgutil.walk_packages(programmes.__path__, "programmes."):
            importlib.import_module(module.name)
        gc.unfreeze()
        functions: dict[tuple[str, str, int], list[FunctionType]] = {}
        for one in gc.get_objects():
            if isinstance(one, FunctionType) and one.__code__.co_filename.startswith(
                str(ROOT / "programmes")
            ):
                code = one.__code__
                functions.setdefault(
                    (code.co_filename, code.co_qualname, code.co_firstlineno), []
                ).append(one)
        items = {item.nodeid: item for item in session.items}
        data = mapped() if self.by_map else None
        took = json.loads(DURATIONS.read_text()) if DURATIONS.exists() else {}
        gc.freeze()
        told: Counter[str] = Counter()
        with self.out.open("a") as out:
            for change in self.chosen:
                tests = set(items)
                if data is not None:
                    lines = data.contexts_by_lineno(str(ROOT / change.file))
                    last = change.line + change.old.count("\n")
                    tests &= {
                        name
                        for line in range(change.line, last + 1)
                        for name in lines.get(line, ())
                    }
                found, sum_of = [], 0.0
                for name in sorted(tests, key=lambda name: (took.get(name, 1), name)):
                    sum_of += took.get(name, 1)
                    if data is not None and sum_of > MOST and found:
                        break
                    found.append(items[name])
                outcome = self.tried(change, functions, found) if found else "no test runs it"
                if outcome.startswith("killed") and not told["killed"]:
                    # the same without a change: else the copy of the process, and not the change, fails
                    assert (
                        self.tried(change._replace(new=change.old), functions, found) == "survived"
                    ), change
                told[outcome.partition(":")[0]] += 1
                print(
                    json.dumps({"outcome": outcome, "tests": len(tests), **change._asdict()}),
                    file=out,
                    flush=True,
                )
        print(self.room, dict(told))
        return True

    def tried(
        self, change: Change, functions: dict[Any, list[FunctionType]], items: list[Any]
    ) -> str:
        read, write = os.pipe()
        if child := os.fork():
            os.close(write)
            with os.fdopen(read) as answer:
                said = answer.read()
            _child, status = os.waitpid(child, 0)
            for file in (ROOT / "build" / "test-databases").glob(f"*-{child}.sqlite3*"):
                file.unlink()
            return said or f"killed: ended by {status}"
        signal.alarm(ENDLESS)
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
        os.write(write, self.child(change, functions, items).encode())
        os._exit(0)

    def child(
        self, change: Change, functions: dict[Any, list[FunctionType]], items: list[Any]
    ) -> str:
        path = ROOT / change.file
        text = path.read_bytes()
        try:
            module = compile(
                text[: change.first] + change.new.encode() + text[change.last :], str(path), "exec"
            )
        except SyntaxError:
            return "not Python"
        code = next(
            (
                one
                for one in inside(module)
                if (one.co_qualname, one.co_firstlineno) == (change.function, change.function_line)
            ),
            None,
        )
        there = functions.get((str(path), change.function, change.function_line), [])
        if code is None or not there:
            return "not found"
        for one in there:
            try:
                one.__code__ = code
            except ValueError:
                return "other closure"
        for position, item in enumerate(items):
            item.config.hook.pytest_runtest_protocol(
                item=item, nextitem=items[position + 1] if position + 1 < len(items) else None
            )
            if self.failed:
                return f"killed: {item.nodeid}"
        return "survived"


def mapped() -> Any:
    """Which test runs which line, of all runs that were noted."""
    import coverage  # noqa: PLC0415

    found = coverage.CoverageData(no_disk=True)
    for path in LINES.glob("*.coverage"):
        one = coverage.CoverageData(str(path))
        one.read()
        found.update(one)
    return found


def inside(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from inside(one)


def is_there(change: dict[str, Any]) -> bool:
    """Whether the text that was changed stands where it stood."""
    text = (ROOT / change["file"]).read_bytes()
    return text[change["first"] : change["last"]].decode(errors="replace") == change["old"]


def main(kind: str, *words: str) -> None:
    """Maps tests, or tries changes."""
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    os.environ |= {
        "DATABASE_URL": f"sqlite:///{ROOT}/build/test-databases/none.sqlite3",
        "DEBUG": "true",
    }
    import pytest  # noqa: PLC0415

    common = [
        "-q",
        "-p",
        "no:xdist",
        "-m",
        "not long and not fault and not browser",
        "--no-header",
        "-r",
        "N",
    ]
    if kind == "map":
        sys.exit(pytest.main([*common, *words], plugins=[Mapping()]))
    room = words[0]
    out = ROOT / "build" / f"mutants-{room.replace('/', '-')}.jsonl"
    if kind == "again":
        tried = [json.loads(line) for line in out.read_text().splitlines()]
        left = [
            Change(**{name: one[name] for name in Change._fields})
            for one in tried
            if one["outcome"] in ("survived", "no test runs it") and is_there(one)
        ]
        again = Trying(room, left, out.with_suffix(".again.jsonl"), by_map=False)
        sys.exit(pytest.main([*common, *words[1:]], plugins=[again]))
    count = int(words[1])
    top = ROOT / "programmes" / room
    files = [top] if top.is_file() else sorted(top.rglob("*.py"))
    possible = [change for file in files for change in changes(file)]
    chosen = random.Random(room).sample(possible, min(count, len(possible)))
    out.unlink(missing_ok=True)
    data = mapped()
    tests = sorted({name.partition("::")[0] for name in data.measured_contexts() if "::" in name})
    sys.exit(pytest.main([*common, *tests], plugins=[Trying(room, chosen, out, by_map=True)]))


if __name__ == "__main__":
    main(*sys.argv[1:])
