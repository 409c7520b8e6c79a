"""The import in the browser's steps: upload, look through, confirm, see the result."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from files.services import MAX_BYTES
from nurseries.models import Nursery, NurseryImport
from tests import scenes
from tests.nurseries.sheets import ROW, rows, xlsx
from workflow import clock

PAGE = "/nurseries/import/"


@pytest.fixture(autouse=True)
def july(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: scenes.JULY)


@pytest.fixture
def wang(client, town):
    client.force_login(town.wang)
    return town.wang


def upload(client, content: bytes, name: str = "机构.xlsx"):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content)})


def downloaded(client, address: str) -> bytes:
    return b"".join(client.get(address).streaming_content)


def fingerprint(page: str) -> str:
    return page.split('name="fingerprint" value="')[1].split('"', maxsplit=1)[0]


def test_a_sheet_is_uploaded_once_looked_through_and_confirmed(client, wang):
    response = upload(client, xlsx(*rows(2)))
    check = response.url
    page = client.get(check).content.decode()
    assert "第1托育园" in page
    assert "确认导入 2 家" in page
    assert not Nursery.objects.exists()
    response = client.post(f"{check}confirm/", {"fingerprint": fingerprint(page)}, follow=True)
    page = response.content.decode()
    assert "已导入：新增 2 家，更新 0 家。" in page
    assert "导入结果" in page
    assert Nursery.objects.count() == 2
    assert "新增 2，更新 0" in client.get(PAGE).content.decode()


def test_changes_are_shown_before_they_are_made(client, wang, town):
    scenes.nursery(town.county, code=scenes.CREDIT_CODES[0])
    page = client.get(upload(client, xlsx(ROW | {"capacity": 90})).url).content.decode()
    assert "托位数：60 → 90" in page
    assert "更新" in page


def test_faults_are_listed_by_row_and_column_and_nothing_can_be_confirmed(client, wang):
    lines = rows(60, capacity="很多")
    check = upload(client, xlsx(*lines)).url
    page = client.get(check).content.decode()
    assert "有 60 处需要更正，整份表格尚未导入" in page
    assert "Q 列「托位数」" in page
    assert "“很多”不是数字。" in page
    assert "确认导入" not in page
    assert "第 <span" in page
    assert "上一页" in client.get(f"{check}?page=2").content.decode()
    response = client.post(f"{check}confirm/", {"fingerprint": ""}, follow=True)
    assert "请按下面的最新结果重新核对" in response.content.decode()
    assert not Nursery.objects.exists()


def test_a_confirmation_without_the_fingerprint_of_what_was_seen_is_refused(client, wang):
    check = upload(client, xlsx(ROW)).url
    client.post(f"{check}confirm/")
    assert not Nursery.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, "另存为不加密的 .xlsx"),
        ("名称\n".encode(), "这不是 .xlsx 文件"),
    ],
)
def test_a_wrong_file_is_refused_beside_the_field(client, wang, content, said):
    page = upload(client, content, "机构.xls").content.decode()
    assert said in page
    assert not NurseryImport.objects.exists()


def test_no_file_and_too_large_a_file_are_refused_beside_the_field(client, wang):
    assert "请选择文件。" in client.post(PAGE).content.decode()
    page = upload(client, b"0" * (MAX_BYTES + 1)).content.decode()
    assert "请分批上传" in page


def test_a_workbook_with_macros_is_not_kept(client, wang):
    from io import BytesIO
    from zipfile import ZipFile

    sheet = BytesIO(xlsx(ROW))
    with ZipFile(sheet, "a") as package:
        package.writestr("xl/vbaProject.bin", b"macro")
    assert "不是可接受的类型" in upload(client, sheet.getvalue()).content.decode()


def test_giving_up_forgets_the_sheet(client, wang):
    check = upload(client, xlsx(ROW)).url
    response = client.post(f"{check}give-up/", follow=True)
    assert "没有导入任何内容" in response.content.decode()
    assert client.get(check).status_code == 404


def test_what_was_applied_stays_applied(client, wang):
    check = upload(client, xlsx(ROW)).url
    client.post(
        f"{check}confirm/", {"fingerprint": fingerprint(client.get(check).content.decode())}
    )
    response = client.post(f"{check}give-up/", follow=True)
    assert "这份表格已经导入，不需要再次导入。" in response.content.decode()
    assert Nursery.objects.count() == 1


def test_the_sheet_as_handed_in_can_be_fetched_again(client, wang):
    content = xlsx(ROW)
    check = upload(client, content).url
    assert downloaded(client, f"{check}sheet/") == content


def test_only_the_example_row_is_nothing_to_import(client, wang):
    template = downloaded(client, f"{PAGE}template/")
    page = client.get(upload(client, template).url).content.decode()
    assert "模板中的示例行已跳过" in page
    assert "表中没有可导入的机构" in page
    assert "确认导入" not in page
