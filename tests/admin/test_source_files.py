"""Files attached to sources: which are kept, under which names, and who takes them out."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from programmes.models import Source
from tests.admin.builders import make_source
from tests.admin.conftest import signed_in
from tests.spreadsheets.building import packed

PDF = b"%PDF-1.7\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 20
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 "
TYPES = "[Content_Types].xml"
DOCX = packed({TYPES: "<Types/>", "word/document.xml": "<x/>"})
XLSX = packed({TYPES: "<Types/>", "xl/workbook.xml": "<x/>"})
PPTX = packed({TYPES: "<Types/>", "ppt/presentation.xml": "<x/>"})
OPEN = "application/vnd.oasis.opendocument."
ODT, ODS, ODP = (
    packed({"mimetype": OPEN + kind, "content.xml": "<x/>"})
    for kind in ("text", "spreadsheet", "presentation")
)
MACROS = packed({TYPES: "<Types/>", "word/document.xml": "<x/>", "word/vbaProject.bin": b"x"})
ARABIC = "العنوان،القيمة\n"
ACCEPTED = {
    "pdf": (PDF, "application/pdf"),
    "png": (PNG, "image/png"),
    "jpg": (JPEG, "image/jpeg"),
    "jpeg": (JPEG, "image/jpeg"),
    "webp": (WEBP, "image/webp"),
    "docx": (DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": (PPTX, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "odt": (ODT, f"{OPEN}text"),
    "ods": (ODS, f"{OPEN}spreadsheet"),
    "odp": (ODP, f"{OPEN}presentation"),
    "txt": (ARABIC.encode("utf-16"), "text/plain"),
    "csv": (ARABIC.encode("cp1256"), "text/csv"),
}
KIND = (
    "Les fichiers de ce type ne sont pas acceptés. Types acceptés\u00a0: pdf, png, jpg, jpeg, webp, docx, xlsx, pptx,"
    " odt, ods, odp, txt, csv."
)
CONTENT = "Le contenu du fichier n’est pas celui d’un fichier .{}. Enregistrez-le de nouveau dans ce format."


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def fields(source: Source, **more: Any) -> dict[str, Any]:
    return {
        "kind": "article",
        "title": source.title,
        "publisher": source.publisher,
        "date": "20/02/2026",
        "code": source.code,
        "is_public": "on",
        "evidence-TOTAL_FORMS": 0,
        "evidence-INITIAL_FORMS": 0,
        **more,
    }


def attach(
    client: Client, source: Source, name: str, content: bytes, language: str = "fr"
) -> list[str]:
    """Sends a file on the form of a source. Returns the sentences of refusal."""
    sent = SimpleUploadedFile("x", content)
    sent.__dict__["_name"] = name
    response = client.post(
        f"/{language}/admin/programmes/source/{source.pk}/change/", fields(source, file=sent)
    )
    if response.status_code == 302:
        return []
    errors = response.context["adminform"].form.errors
    assert list(errors) == ["file"]
    return [str(error) for error in errors["file"]]


def address(source: Source, language: str = "fr") -> str:
    return f"/{language}/admin/programmes/source/{source.pk}/file/"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ACCEPTED)
def test_file_of_each_kind_is_kept_and_taken_out_as_a_download(
    kind: str, root: Any, media: Path
) -> None:
    content, content_type = ACCEPTED[kind]
    client, source = signed_in(root), make_source()
    assert attach(client, source, f"Convention n° 3 ({kind}).{kind.upper()}", content) == []
    source.refresh_from_db()
    assert [path.name for path in (media / "sources").iterdir()] == [source.file.name[8:]]
    stem, _dot, ending = source.file.name.removeprefix("sources/").partition(".")
    assert (len(stem), set(stem) <= set("0123456789abcdef"), ending) == (32, True, kind)
    page = client.get(f"/fr/admin/programmes/source/{source.pk}/change/").content.decode()
    assert f'<a href="{address(source)}">' in page
    response = client.get(address(source))
    assert b"".join(response.streaming_content) == content
    assert response["Content-Disposition"] == f'attachment; filename="{source.code}.{kind}"'
    assert response["Content-Type"] == content_type
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("page.html", b"<script>alert(1)</script>", KIND),
        ("image.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", KIND),
        ("a.exe", b"MZ", KIND),
        ("archive.zip", DOCX, KIND),
        ("macros.docm", MACROS, KIND),
        ("sans-nom", PDF, KIND),
        ("a.pdf", b"<script>alert(1)</script>", CONTENT.format("pdf")),
        ("a.pdf", b" " * 1020 + PDF, CONTENT.format("pdf")),
        ("a.png", JPEG, CONTENT.format("png")),
        ("a.jpg", PNG, CONTENT.format("jpg")),
        ("a.webp", b"RIFF\x10\x00\x00\x00WAVE", CONTENT.format("webp")),
        ("a.docx", XLSX, CONTENT.format("docx")),
        ("a.docx", MACROS, CONTENT.format("docx")),
        ("a.xlsx", b"PK\x03\x04 broken", CONTENT.format("xlsx")),
        ("a.pptx", PDF, CONTENT.format("pptx")),
        ("a.ods", ODT, CONTENT.format("ods")),
        (
            "a.odt",
            packed({"content.xml": "<x/>", "mimetype": f"{OPEN}text"}),
            CONTENT.format("odt"),
        ),
        ("a.txt", PNG, CONTENT.format("txt")),
        ("a.csv", b"a;b\x00c", CONTENT.format("csv")),
        ("a.txt", b"\xff\xfe\x00", CONTENT.format("txt")),
    ],
)
def test_file_of_another_kind_or_content_is_refused(
    name: str, content: bytes, sentence: str, root: Any, media: Path
) -> None:
    source = make_source()
    assert attach(signed_in(root), source, name, content) == [sentence]
    source.refresh_from_db()
    assert not source.file
    assert not media.exists()


def test_file_beyond_the_limit_is_refused(root: Any, settings: Any, media: Path) -> None:
    settings.SOURCE_FILE_MAX_BYTES = 2048
    source, client = make_source(), signed_in(root)
    assert attach(client, source, "a.pdf", PDF.ljust(2048)) == []
    assert attach(client, source, "a.pdf", PDF.ljust(3072)) == [
        "Le fichier pèse 3,0\u00a0Kio\u00a0; 2,0\u00a0Kio au plus sont acceptés."
    ]
    assert len(list((media / "sources").iterdir())) == 1


def test_sentences_are_in_arabic_too(root: Any, settings: Any) -> None:
    source, client = make_source(), signed_in(root)
    assert attach(client, source, "a.exe", b"MZ", "ar") == [
        "هذا النوع من الملفات غير مقبول. الأنواع المقبولة: \u2066pdf, png, jpg, jpeg, webp, docx, xlsx, pptx,"
        " odt, ods, odp, txt, csv\u2069."
    ]
    assert attach(client, source, "a.pdf", PNG, "ar") == [
        "محتوى الملف ليس محتوى ملف من نوع \u2066.pdf\u2069. احفظه من جديد بهذا النوع."
    ]
    settings.SOURCE_FILE_MAX_BYTES = 10
    assert attach(client, source, "a.pdf", PDF, "ar")[0].startswith("حجم الملف ")


def test_file_is_for_staff_with_an_assignment_alone(
    root: Any, alice: Any, charlie: Any, media: Path
) -> None:
    source = make_source()
    attach(signed_in(root), source, "a.pdf", PDF)
    assert signed_in(alice).get(address(source)).status_code == 200
    assert signed_in(charlie).get(address(source)).status_code == 404
    assert Client().get(address(source)).url == f"/fr/admin/login/?next={address(source)}"
    source.refresh_from_db()
    assert Client().get(f"/media/{source.file.name}").status_code == 404
    type(alice).objects.filter(pk=alice.pk).update(is_staff=False)
    assert signed_in(alice).get(address(source)).url == "/fr/account/inactive/"


def test_file_that_is_not_there_is_not_found(root: Any, media: Path) -> None:
    source, client = make_source(), signed_in(root)
    assert client.get(address(source)).status_code == 404
    attach(client, source, "a.pdf", PDF)
    source.refresh_from_db()
    (media / source.file.name).unlink()
    assert client.get(address(source)).status_code == 404
    # the form can still be saved, and shows where the file was
    assert (
        client.post(f"/fr/admin/programmes/source/{source.pk}/change/", fields(source)).status_code
        == 302
    )


def test_rule_is_the_models_own(root: Any) -> None:
    source = make_source()
    source.file = SimpleUploadedFile("a.pdf", PNG)
    with translation.override("fr"), pytest.raises(ValidationError) as refused:
        source.full_clean()
    assert refused.value.message_dict == {"file": [CONTENT.format("pdf")]}
