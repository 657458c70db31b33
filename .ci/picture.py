"""Draws the rooms of docs/architecture.md from the imports of the code; `--check` only says whether they fit."""

import re
import sys
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/architecture.md"
BLOCK = re.compile(r"(?<=<!-- rooms: make picture -->\n).*?(?=\n<!-- end of rooms -->)", re.DOTALL)
# Rooms that are drawn with the rooms inside them.
OPENED = ("programmes", "programmes.selectors", "programmes.spreadsheets")


def room_of(module: str, packages: set[str]) -> str | None:
    """The room a module stands in; None for modules that stand beside the rooms, and for migrations."""
    words = module.split(".")
    depth = max(len(one.split(".")) for one in OPENED if f"{module}.".startswith(f"{one}."))
    room = ".".join(words[: depth + 1])
    drawn = room in packages and room not in OPENED and not room.endswith(".migrations")
    return room if drawn else None


def picture() -> str:
    """The rooms and what each imports, as a Mermaid block. What is imported through another room is left out."""
    sys.path.insert(0, str(ROOT))
    graph = grimp.build_graph("programmes", cache_dir=None)
    packages = {one for one in graph.modules if graph.find_children(one)}
    imported: dict[str, set[str]] = {}
    for module in graph.modules:
        if not (here := room_of(module, packages)):
            continue
        others = {room_of(one, packages) for one in graph.find_modules_directly_imported_by(module)}
        imported.setdefault(here, set()).update(one for one in others if one and one != here)
    lines = ["```mermaid", "flowchart TD"]
    for room in sorted(imported):
        lines.append(f'  {_name(room)}["{room.removeprefix("programmes.").replace(".", "/")}"]')
    for room in sorted(imported):
        lines += [f"  {_name(room)} --> {_name(one)}" for one in _direct(room, imported)]
    return "\n".join([*lines, "```"])


def _name(room: str) -> str:
    return room.removeprefix("programmes.").replace(".", "_")


def _direct(room: str, imported: dict[str, set[str]]) -> list[str]:
    """What a room imports and does not reach through another that it imports. Two that import each other stay."""
    through = {
        one
        for other in imported[room]
        for one in _below(other, imported)
        if other not in _below(one, imported)
    }
    return sorted(imported[room] - through)


def _below(room: str, imported: dict[str, set[str]]) -> set[str]:
    """All that a room imports, its rooms' imports included."""
    found: set[str] = set()
    waiting = list(imported.get(room, ()))
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            waiting += imported.get(one, ())
    return found


def main() -> int:
    """Writes the picture, or says that it is old."""
    text = PAGE.read_text()
    drawn = BLOCK.sub(lambda _match: picture(), text)
    if "--check" in sys.argv:
        if drawn != text:
            print("The picture of rooms in docs/architecture.md is old: make picture")
        return int(drawn != text)
    PAGE.write_text(drawn)
    return 0


if __name__ == "__main__":
    sys.exit(main())
