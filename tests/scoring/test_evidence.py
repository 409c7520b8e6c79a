"""Evidence on the pages of a sheet: withheld until it was inspected, refused in words."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from files import services as files
from scoring import services
from scoring.models import Evidence, Sheet
from tests import scenes
from tests.files import samples
from tests.scoring.conftest import NOW, Folder, mark
from tests.scoring.posting import JSON, SignIn, beside, body, fill, queries_of

pytestmark = pytest.mark.django_db


def attach(
    sheet: Sheet, by: User, content: bytes, name: str = "照片.png", *, code: str = "1.1"
) -> Evidence:
    return services.add_evidence(
        mark(sheet, code), content, name=name, by=by, at=NOW, caption="正门"
    )


def files_url(sheet: Sheet, code: str = "1.1") -> str:
    return f"/sheets/{sheet.pk}/marks/{mark(sheet, code).indicator_id}/files/"


def ways_in(evidence: Evidence) -> list[str]:
    address = f"/evidence/{evidence.pk}/"
    return [address, f"{address}?inline", f"{address}thumbnail/"]


def pages(sheet: Sheet) -> list[str]:
    return [f"/sheets/{sheet.pk}/?section=1", f"/sheets/{sheet.pk}/whole/"]


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_nobody_opens_what_is_in_quarantine(as_person: SignIn, sheet: Sheet, head: User) -> None:
    client = as_person(head)
    evidence = attach(sheet, head, samples.picture())
    for address in ways_in(evidence):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "文件正在进行安全检查，请稍候。" in answer.content.decode()
    for page in pages(sheet):
        assert "检查中" in text(client, page)
        assert f"/evidence/{evidence.pk}/?inline" not in text(client, page)
        assert "thumbnail" not in text(client, page)
    listed = client.get(files_url(sheet), headers=JSON).json()["html"]["files-1.1"]
    assert "data-waiting" in listed
    scenes.inspected(NOW)
    for address in ways_in(evidence):
        answer = client.get(address)
        assert answer.status_code == 200
        assert body(answer) if answer.streaming else answer.content
    for page in pages(sheet):
        assert f"/evidence/{evidence.pk}/?inline" in text(client, page)
    listed = client.get(files_url(sheet), headers=JSON).json()["html"]["files-1.1"]
    assert "data-waiting" not in listed
    assert f'src="/evidence/{evidence.pk}/thumbnail/"' in listed
    assert "正门" in listed


def test_what_is_refused_is_named_and_never_opened(
    as_person: SignIn, sheet: Sheet, head: User
) -> None:
    client = as_person(head)
    evidence = attach(sheet, head, samples.pdf_with_script(), "方案.pdf")
    scenes.inspected(NOW)
    for address in ways_in(evidence):
        assert client.get(address).status_code == 403
    section, whole = (text(client, page) for page in pages(sheet))
    assert "未通过安全检查：PDF 含有脚本，请打印为新的 PDF 后再上传。请删除后重新上传。" in section
    assert "方案.pdf（未通过安全检查）" in whole
    assert f"/evidence/{evidence.pk}/?inline" not in section + whole
    assert client.post(f"/evidence/{evidence.pk}/delete/").status_code == 302
    assert "未通过安全检查" not in text(client, pages(sheet)[0])


def test_waiting_files_count_and_refused_ones_do_not(sheet: Sheet, head: User) -> None:
    """A slow worker holds nobody's submission up; what was refused proves nothing."""
    fill(sheet, head)
    assert [spec.code for spec in services.tally(sheet).missing_evidence] == ["1.1"]
    attach(sheet, head, samples.pdf_with_script(), "方案.pdf")
    assert services.tally(sheet).missing_evidence == ()
    scenes.inspected(NOW)
    assert [spec.code for spec in services.tally(sheet).missing_evidence] == ["1.1"]
    attach(sheet, head, samples.picture())
    scenes.inspected(NOW)
    assert services.tally(sheet).missing_evidence == ()


def test_a_refusal_after_the_seal_changes_no_digest(sheet: Sheet, head: User) -> None:
    fill(sheet, head)
    attach(sheet, head, samples.pdf_with_script(), "方案.pdf")
    sealed = services.seal(sheet, by=head, at=NOW)
    scenes.inspected(NOW)
    assert services.digest_of(sealed) == sealed.digest


def test_a_thumbnail_is_sent_once(as_person: SignIn, sheet: Sheet, head: User) -> None:
    client = as_person(head)
    evidence = attach(sheet, head, samples.picture())
    scenes.inspected(NOW)
    address = f"/evidence/{evidence.pk}/thumbnail/"
    first = client.get(address)
    assert first["Content-Type"] == "image/jpeg"
    assert "private" in first["Cache-Control"]
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    paper = attach(sheet, head, scenes.PDF, "回执.pdf")
    scenes.inspected(NOW)
    assert client.get(f"/evidence/{paper.pk}/thumbnail/").status_code == 404


def test_evidence_of_others_is_not_there(
    as_person: SignIn, sheet: Sheet, head: User, stranger: User
) -> None:
    evidence = attach(sheet, head, samples.picture())
    scenes.inspected(NOW)
    client = as_person(stranger)
    for address in [*ways_in(evidence), files_url(sheet)]:
        assert client.get(address).status_code == 404
    known = as_person(head).get(f"/evidence/{evidence.pk}/thumbnail/")["ETag"]
    kept = client.get(f"/evidence/{evidence.pk}/thumbnail/", headers={"If-None-Match": known})
    assert kept.status_code == 404


def test_a_reviewer_sees_the_nurserys_files_settle(
    as_person: SignIn, folders: dict[int, Folder], folder: Folder, head: User, stranger: User
) -> None:
    evidence = attach(folder.sheet, head, samples.picture())
    ours = beside(folders, folder, stranger).sheet
    client = as_person(stranger)
    assert files_url(folder.sheet) in text(client, pages(ours)[0])
    scenes.inspected(NOW)
    listed = client.get(files_url(folder.sheet), headers=JSON).json()["html"]["files-1.1"]
    assert f"/evidence/{evidence.pk}/?inline" in listed
    assert "data-remove" not in listed
    assert body(client.get(f"/evidence/{evidence.pk}/?inline"))


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("../../../etc/passwd", scenes.PDF, "passwd.pdf"),
        ("..\\..\\照片.pdf", samples.picture(), "照片.pdf.png"),
        ("回执.pdf\x00.exe", scenes.PDF, "回执.pdf.exe.pdf"),
        (
            "<img src=x onerror=alert(1)>.docx",
            samples.document(),
            "_img src=x onerror=alert(1)_.docx",
        ),
    ],
)
def test_names_do_no_harm(
    as_person: SignIn, sheet: Sheet, head: User, name: str, content: bytes, kept: str
) -> None:
    evidence = attach(sheet, head, content, name)
    scenes.inspected(NOW)
    assert evidence.file.name == kept
    assert "<img src=x" not in text(as_person(head), pages(sheet)[0])
    reply = as_person(head).get(f"/evidence/{evidence.pk}/?inline")
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert body(reply) == content or evidence.file.is_picture


def test_files_cost_no_queries_of_their_own(as_person: SignIn, sheet: Sheet, head: User) -> None:
    client = as_person(head)
    addresses = [*pages(sheet), files_url(sheet)]

    def asked() -> list[tuple[int, int]]:
        return [queries_of(lambda address=address: client.get(address)) for address in addresses]  # type: ignore[misc]

    attach(sheet, head, samples.picture())
    asked()  # what belongs to the table itself is remembered from now on
    one = asked()
    contents = [scenes.PDF + b"\n" * n for n in range(12)]
    for number, content in enumerate(contents):
        stored = files.store(content, name="x.pdf", by=head, at=NOW, trusted=number % 2 == 0)
        Evidence.objects.create(mark=mark(sheet, "1.1"), file=stored, added_by=head, added_at=NOW)
    assert asked() == one
