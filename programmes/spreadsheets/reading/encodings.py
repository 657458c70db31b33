"""Which encoding a text is in, told by its bytes, by the first of these rules that applies:

1. it begins with a mark of UTF-8 or UTF-16: that one;
2. it is valid UTF-8: UTF-8 (text of another encoding with an accent or Arabic letter is practically never valid);
3. read as cp1256, more of its words are wholly Arabic (two letters or more) than mix Arabic and Latin letters:
   cp1256. French in cp1252 reads in cp1256 as words of both scripts (`ةcole` for `École`), or the same;
4. else cp1252.

What then reads as no language does, as text in cp850, Mac Roman or ISO-8859-6 does, and text that another program broke
already, is refused with its line: the sender can choose an encoding.
"""

import codecs
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from programmes.spreadsheets.columns.values import BROKEN, NOT_KEPT
from programmes.spreadsheets.reading.limits import Clock, UnreadableFileError, not_a_spreadsheet

# those that a sender may choose; the first four are told by the bytes
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
    "cp1256": "Windows-1256",
    "cp850": "DOS 850",
    "mac-roman": "Mac Roman",
    "iso-8859-6": "ISO-8859-6",
}
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CHUNK = 1024 * 1024
_WORD = re.compile(r"[^\W\d_]+")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
# what no word of a language written in that encoding holds
_UNLIKELY = {
    "cp1252": re.compile(
        r"[^\W\d_][‚ƒ„†‡ˆ‰Š‹Œ“”•˜™š›Žž¢£¥¦¨¬¯´¶¸¹þðÐÞ\u0080-\u009f](?=[^\W\d_])"
        r"|[a-zà-ÿ][‚ƒ„ˆ‰ŠŒ‹Ž¢£¥](?![^\W\d_])|[\u0080-\u009f]|[À-ÿ]{4,}"
    ),
    "cp1256": re.compile(
        r"[\u0620-\u064a][A-Za-zàâçèéêëîïôùûü×÷]|[A-Za-zàâçèéêëîïôùûü×÷][\u0620-\u064a]"
    ),
}


def detect_encoding(content: bytes) -> str:
    """The encoding of a text, by the rules above.

    Raises:
        UnreadableFileError: a line of it can be read in none of those that are told by their bytes.
    """
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "")
    if not encoding and _decodes(content, "utf-8"):
        encoding = "utf-8"
    if encoding:
        if encoding == "utf-8" and not content.isascii():
            _refuse_lines(content, encoding, BROKEN)
        return encoding
    _refuse_mixture(content)
    encoding = _of_one_byte(content)
    _refuse_lines(content, encoding, _UNLIKELY[encoding])
    return encoding


def _of_one_byte(content: bytes) -> str:
    arabic = mixed = 0
    for word in _WORD.findall(content[: 4 * _CHUNK].decode("cp1256")):
        if _ARABIC.search(word):
            if _LATIN.search(word):
                mixed += 1
            elif len(word) > 1:
                arabic += 1
    return "cp1256" if arabic > mixed else "cp1252"


def _refuse_mixture(content: bytes) -> None:
    """Refuses a text in UTF-8 of which some lines are in another encoding."""
    in_utf8, other = 0, 0
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.isascii():
            continue
        if _decodes(line, "utf-8"):
            in_utf8 += 1
        else:
            other = other or number
    if in_utf8 and other:
        raise _unreadable(other, "utf-8", content.split(b"\n")[other - 1].decode("latin-1"))


def _refuse_lines(content: bytes, encoding: str, unlikely: re.Pattern[str]) -> None:
    for number, line in enumerate(content.split(b"\n"), start=1):
        # what has no meaning in cp1252 reads as a control sign
        text = "" if line.isascii() else _decoded(line, encoding)
        if text and (found := unlikely.search(text)):
            start = max(0, found.start() - 20)
            raise _unreadable(number, encoding, text[start : found.end() + 20])


def _decoded(line: bytes, encoding: str) -> str:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _unreadable(number: int, encoding: str, text: str) -> UnreadableFileError:
    return UnreadableFileError(
        _(
            "Line %(line)s reads in %(encoding)s as “%(text)s”: that is another encoding, or was broken before."
            " Choose the encoding of the file, or save it as XLSX or as CSV in UTF-8."
        )
        % {
            "line": number,
            "encoding": ENCODINGS[encoding],
            "text": _WITHOUT_MEANING.sub("?", text)[:60].strip(),
        }
    )


_WITHOUT_MEANING = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        for _text in _texts(content, encoding):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _texts(content: bytes, encoding: str) -> Iterator[str]:
    """The text, a piece at a time. Raises UnicodeDecodeError."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(content), _CHUNK):
        yield decoder.decode(content[start : start + _CHUNK])
    decoder.decode(b"", final=True)


def codec_of(content: bytes, encoding: str) -> str:
    """The name of Python's codec, which leaves a mark out of the text."""
    if encoding == "utf-8":
        return "utf-8-sig"
    if encoding == "utf-16" and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # chosen by the sender: Latin letters, digits and delimiters have their zero byte first in big-endian
        return "utf-16-be" if content[0:200:2].count(0) > content[1:200:2].count(0) else "utf-16-le"
    return encoding


def check_text(content: bytes, encoding: str, clock: Clock) -> None:
    """Raises UnreadableFileError where a text is not in an encoding, or holds signs that no text of a file may."""
    try:
        for text in _texts(content, codec_of(content, encoding)):
            if NOT_KEPT.search(text):
                raise not_a_spreadsheet()
            clock.check()
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            _(
                "The text of the file is not in %(encoding)s."
                " Choose its encoding, or save it as XLSX or as CSV in UTF-8."
            )
            % {"encoding": encoding}
        ) from error
