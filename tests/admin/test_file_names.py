"""The name of a file that is sent in is only a label."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from programmes.models import ImportJob
from tests.admin.builders import make_series
from tests.admin.conftest import signed_in


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.csv",
        "..\\..\\windows\\système.csv",
        "<script>alert(1)</script>.csv",
        "rapport\u202egnp.csv",
        'a"; filename="b.csv',
        "رقم\x00.csv",
        "x" * 500 + ".csv",
    ],
)
def test_file_name_names_nothing_and_runs_nothing(alice: Any, places: Any, name: str) -> None:
    series = make_series(places["MA-ERR"])
    client = signed_in(alice)
    sent = SimpleUploadedFile(
        "a.csv", f"series;as_of;value;source\n{series.code};2025;x;y\n".encode()
    )
    sent.__dict__["_name"] = name
    response = client.post("/fr/admin/programmes/measurement/import/", {"file": sent}, follow=True)
    html = response.content.decode()
    assert response.status_code == 200
    assert "<script>alert" not in html
    job = ImportJob.objects.first()
    if job is None:  # refused with a sentence
        assert "errorlist" in html
        return
    assert len(job.file_name) <= 200
    assert not {"/", "\\", "\x00"} & set(job.file_name)
    assert f"<bdi>{job.file_name[:3]}" in html or "&lt;" in html
    address = f"/fr/admin/programmes/measurement/import/{job.pk}/"
    client.post(address, {"do": "mark"})
    marked = client.get(f"{address}marked/")
    assert marked.status_code == 200
    header = marked["Content-Disposition"]
    assert header.isascii()
    assert header.count('"') == 2
    assert not {"/", "\\", "\r", "\n"} & set(header)
