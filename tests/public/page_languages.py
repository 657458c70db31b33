"""Whether each text of a public page is in the language that the page says of it."""

import re
from html.parser import HTMLParser

ARABIC = re.compile(r"[\u0620-\u06d3]+(?:[\s\W]+[\u0620-\u06d3]+)*")
LATIN = re.compile(r"[A-Za-zÀ-ɏ]{2,}(?:[ ,;:’'()]+[A-Za-zÀ-ɏ]{2,}){3,}")
# Words that tell French and English apart wherever a few words stand together.
TELLING = {
    "fr": re.compile(r"\b(?:au|aux|avec|dans|des|du|est|et|la|le|les|leur|ou|par|pour|qui|sont|sur|une?)\b", re.I),
    "en": re.compile(r"\b(?:and|are|at|by|for|from|has|have|is|of|that|the|their|to|which|with)\b", re.I),
}  # fmt: skip
OTHER = {"fr": "en", "en": "fr"}
ENOUGH = 3
# The words of a source stand in its own language, and need no word on it; so do the names of publishers.
QUOTES = ("q", "blockquote", "del", "option")
UNREAD = ("script", "style", "textarea", "title", "cite", "code")
# What switches to another language says it in that language; so do lists of words in several.
NAMED = ("a", "dd")
VOID = {"br", "hr", "img", "input", "link", "meta", "use", "rect", "path", "circle", "line", "polyline"}  # fmt: skip


class _Reader(HTMLParser):
    def __init__(self, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page, self.faults = language, list[str]()
        self.open: list[tuple[str, str, bool, str]] = []
        # a text in another language, after which a word on it has to follow
        self.waits = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        said = dict(attrs)
        # empty: words of a reader, whose language nobody knows
        lang = said.get("lang", self.open[-1][1] if self.open else self.page) or ""
        classes = (said.get("class") or "").split()
        unread = tag in UNREAD or "code" in classes or bool(self.open and self.open[-1][2])
        if "tongue" in classes:
            self.waits = ""
        elif said.get("lang") and lang != self.page and tag == "span":
            direction = "rtl" if lang == "ar" else "ltr"
            if said.get("dir") != direction:
                self.faults.append(f"no direction: <{tag} lang={lang}>")
            if (
                not any(one[0] in (*QUOTES, "cite", *NAMED[1:]) for one in self.open)
                and not self._is_source
            ):
                self.waits = lang
        self.open.append((tag, lang, unread, " ".join(classes)))

    @property
    def _is_source(self) -> bool:
        return any("sources" in one[3].split() for one in self.open)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass
        if self.waits and tag in ("p", "li", "dd", "td", "section"):
            self.faults.append(f"no word on the language: {self.waits}")
            self.waits = ""

    def handle_data(self, data: str) -> None:
        if not data.strip() or not self.open or self.open[-1][2]:
            return
        lang = self.open[-1][1]
        if not lang:
            return
        if lang == "ar":
            found = LATIN.search(data)
        else:
            found = ARABIC.search(data)
            if found is None and len(TELLING[OTHER[lang]].findall(data)) >= ENOUGH:
                found = re.search(r".+", data) if not TELLING[lang].search(data) else None
        if found:
            self.faults.append(f"not in {lang}: {found[0][:80]}")


def unmarked(html: str, language: str) -> list[str]:
    """The texts of a page that are in another language than it says, or have no word on theirs."""
    reader = _Reader(language)
    reader.feed(html)
    return list(dict.fromkeys(reader.faults))
