"""What the documents say of the code holds: names, rooms, links, commands, and the numbers of decisions."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import polib
import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()
DECISIONS = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
STATUS = re.compile(
    r"# (\d+)\. (.+)\n\nDate: (\d{4}-\d{2}-\d{2})  \nStatus: ((?:accepted|replaced by)\b.*)\n"
)


def named(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_each_word_of_the_glossary_is_a_name_of_the_code() -> None:
    words = re.findall(r"^\| `(\w+)` \| `([\w/]+\.py)` \|", ARCHITECTURE, re.MULTILINE)

    assert len(words) >= 40
    assert [
        f"{name} in {file}"
        for name, file in words
        if not (ROOT / "programmes" / file).is_file()
        or not re.search(
            rf"^(class|def) {name}\b", (ROOT / "programmes" / file).read_text(), re.MULTILINE
        )
    ] == []


def test_picture_of_rooms_is_drawn_from_the_imports_as_they_are() -> None:
    drawn = subprocess.run(
        [sys.executable, ROOT / ".ci/picture.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (drawn.returncode, drawn.stdout) == (0, ""), drawn.stdout + drawn.stderr


def test_a_room_holds_few_files_but_where_each_table_has_its_own() -> None:
    each_table = ["programmes/admin/tables", "programmes/migrations", "programmes/models"]
    rooms = [
        path
        for top in ("programmes", "operations", "tracker")
        for path in (ROOT / top).rglob("__init__.py")
    ]

    assert {
        room: count
        for path in rooms
        if (count := len([*path.parent.glob("[!_]*.py")])) > 16
        and (room := str(path.parent.relative_to(ROOT))) not in each_table
    } == {}


@pytest.mark.parametrize("path", DOCUMENTS, ids=named(DOCUMENTS))
def test_relative_links_and_pictures_of_documents_resolve(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(), flags=re.DOTALL)
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if ":" not in link]

    broken = []
    for link in links:
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def anchors(path: Path) -> set[str]:
    """What the headings of a page are called in addresses, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=named(DOCUMENTS))
def test_commands_named_in_documents_exist(path: Path) -> None:
    text = path.read_text()
    code = "\n".join(_code(text))
    made = set(re.findall(r"(?:^|&& )make ([a-z][a-z-]*)", code, re.MULTILINE))
    managed = set(re.findall(r"manage\.py ([a-z_]+)", code))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert sorted(made - targets) == []
    assert sorted(managed - set(get_commands())) == []


def _code(text: str) -> list[str]:
    """Blocks of shell and words in the type of code, one by one."""
    return [block or word for block, word in re.findall(r"```sh\n(.*?)```|`([^`\n]+)`", text, re.S)]


@pytest.mark.parametrize("name", ["docs/architecture.md", "CONTRIBUTING.md", "README.md"])
def test_files_named_for_developers_exist(name: str) -> None:
    rooms = [ROOT, ROOT / "docs", ROOT / "programmes"]
    rooms += [one for one in (ROOT / "programmes").rglob("*") if one.is_dir()]
    files = set(re.findall(r"`([\w/-]+\.(?:py|md|css|html))`", (ROOT / name).read_text()))

    assert [one for one in sorted(files) if not any((room / one).exists() for room in rooms)] == []


def test_decisions_are_numbered_without_gaps_dated_and_in_the_index() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text()
    rows = re.findall(
        r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \| (\d{4}-\d{2}-\d{2}) \| (.+) \|$",
        index,
        re.MULTILINE,
    )
    heads = [STATUS.match(path.read_text()) for path in DECISIONS]

    assert [path.name[:4] for path in DECISIONS] == [f"{n:04}" for n in range(1, len(rows) + 1)]
    assert rows == [
        (path.name[:4], path.name, head[2], head[3], head[4])
        for path, head in zip(DECISIONS, heads, strict=True)
        if head and int(head[1]) == int(path.name[:4])
    ]


def test_changelog_is_cut_into_dated_releases_the_newest_of_them_this_version() -> None:
    heads = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    releases = [
        re.fullmatch(r"(\d+)\.(\d+)\.(\d+) — (\d{4}-\d{2}-\d{2})", head)
        for head in heads
        if head != "Unreleased"
    ]
    numbers = [tuple(map(int, one.groups()[:3])) for one in releases if one]
    days = [one[4] for one in releases if one]
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert heads[0] == "Unreleased"
    assert len(numbers) == len(heads) - 1 >= 2
    assert numbers == sorted(set(numbers), reverse=True)
    assert days == sorted(days, reverse=True)
    assert ".".join(map(str, numbers[0])) == version


GUIDES = {path.name: path.name.split(".")[1] for path in (ROOT / "docs").glob("*-guide.??.md")}


@pytest.mark.parametrize("name", sorted(GUIDES))
def test_words_of_the_interface_in_guides_are_those_of_the_catalogues(name: str) -> None:
    catalogue = polib.pofile(str(ROOT / f"locale/{GUIDES[name]}/LC_MESSAGES/django.po"))
    words = {
        _plain(text)
        for entry in catalogue
        for text in (entry.msgstr or entry.msgid, *entry.msgstr_plural.values())
    }
    text = re.sub(r"```.*?```|`[^`\n]*`", "", (ROOT / "docs" / name).read_text(), flags=re.DOTALL)
    quoted = {_plain(one) for one in re.findall(r"(?<!\*)\*(?![\s*])([^*]+?)\*(?!\*)", text)}

    assert len(quoted) >= 6
    assert sorted(quoted - words) == []


def _plain(text: str) -> str:
    """A text of the interface as guides write it: on one line, without what a bracket adds or a place stands for."""
    text = re.sub(r"%\(\w+\)s|\(.*?\)", "", text.replace("'", "’"))
    return " ".join(text.split()).strip(" .:").lower()


@pytest.mark.parametrize("guide", sorted({name.split(".")[0] for name in GUIDES}))
def test_editions_of_a_guide_have_the_same_chapters(guide: str) -> None:
    editions = sorted((ROOT / "docs").glob(f"{guide}*.md"))
    chapters = {
        path.name: len(re.findall(r"^## ", path.read_text(), re.MULTILINE)) for path in editions
    }

    assert len(chapters) == 3
    assert len(set(chapters.values())) == 1, chapters


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_editions_of_the_operators_guide_say_the_same_chapter_by_chapter(language: str) -> None:
    english, other = (_commands_by_chapter(one) for one in ("en", language))

    assert len(english) == 20
    assert other == english


def _commands_by_chapter(language: str) -> list[tuple[list[str], set[str], int]]:
    """Of each chapter of the operators' guide its blocks of commands with their marks, the names and commands within
    its sentences, and how many lines its tables have."""
    text = (ROOT / f"docs/operator-guide.{language}.md").read_text()
    chapters = []
    for chapter in re.split(r"^#{2,3} .*$", text, flags=re.MULTILINE):
        blocks = re.findall(r"((?:<!-- [^\n]+ -->\n)?```sh\n.*?```)", chapter, re.DOTALL)
        names = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", chapter, flags=re.DOTALL))
        alike = {re.sub(rf"^/{language}/", "/en/", name) for name in names}
        chapters.append((blocks, alike, len(re.findall(r"^\|", chapter, re.MULTILINE))))
    return chapters


def test_no_file_beside_the_verifier_hides_one_of_pythons_own() -> None:
    beside = {file.stem for file in (ROOT / "programmes").glob("*.py")}
    assert beside & sys.stdlib_module_names == set()
