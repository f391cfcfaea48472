"""media/upload and media/get: type, size, content, three days."""

from typing import Any

import aiohttp
import pytest

from sandbox.app import Sandbox
from sandbox.wecom.codes import Refused
from sandbox.wecom.media import check_medium
from tests.sandbox.company import CORP_ID
from tests.sandbox.conftest import Api, RealTime

MEGA = 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("code", "kind", "data"),
    [
        (40005, "paper", b"123456"),
        (44001, "file", b""),
        (40006, "file", b"12345"),
        (45001, "file", bytes(20 * MEGA + 1)),
        (40009, "image", PNG + bytes(10 * MEGA)),
        (40011, "video", b"....ftyp" + bytes(10 * MEGA)),
        (45001, "voice", b"#!AMR" + bytes(2 * MEGA)),
        (40123, "image", b"GIF89a....."),
        (40004, "voice", b"not amr...."),
        (40004, "video", b"not mp4...."),
    ],
)
def test_what_is_wrong_with_a_file_has_a_code(code: int, kind: str, data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        check_medium(kind, data)

    assert refused.value.code == code


def test_the_largest_files_are_taken() -> None:
    check_medium("file", bytes(20 * MEGA))
    check_medium("image", PNG + bytes(10 * MEGA - 8))


async def upload(api: Api, form: Any, kind: str = "file") -> dict[str, Any]:
    query = {"access_token": api.token, "type": kind}
    url = f"{api.sandbox.api_base}/media/upload"
    async with api.session.post(url, params=query, data=form) as response:
        answer: dict[str, Any] = await response.json()
        return answer


def form(name: str = "media", filename: str = "请假单.pdf", data: bytes = b"%PDF-1.7") -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field(name, data, filename=filename, content_type="application/octet-stream")
    return form


async def test_a_chinese_name_arrives_as_it_is(api: Api) -> None:
    answer = await upload(api, form())

    assert answer["errcode"] == 0
    assert api.sandbox.wecom.media.get(CORP_ID, answer["media_id"]).name == "请假单.pdf"


async def test_another_part_name_or_no_multipart_is_no_medium(api: Api) -> None:
    assert (await upload(api, form("file")))["errcode"] == 44001
    assert (await upload(api, b"plain"))["errcode"] == 44001
    assert (await upload(api, form(), kind="paper"))["errcode"] == 40005


async def test_the_spelling_of_rfc_2231_is_not_understood(api: Api) -> None:
    line = "Content-Disposition: form-data; name=\"media\"; filename*=utf-8''%E8%AF%B7.pdf"
    body = f"--x\r\n{line}\r\n\r\n%PDF-1.7\r\n--x--\r\n".encode()
    url = f"{api.sandbox.api_base}/media/upload"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    query = {"access_token": api.token, "type": "file"}
    async with api.session.post(url, params=query, data=body, headers=headers) as response:
        assert (await response.json())["errcode"] == 44001


async def test_a_file_lives_for_three_days(api: Api, real_time: RealTime) -> None:
    media_id = (await upload(api, form()))["media_id"]
    real_time.seconds += 3 * 24 * 3600
    await api.sign_in()

    answer = await api.get("media/get", access_token=api.token, media_id=media_id)

    assert answer["errcode"] == 40007
    assert (await api.send("file", {"media_id": media_id}))["errcode"] == 40007


async def test_without_a_token_there_is_no_file(sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
    assert (await Api(sandbox, session).get("media/get", media_id="m"))["errcode"] == 41001
