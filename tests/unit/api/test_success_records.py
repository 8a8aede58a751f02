"""What says that all is well among the events of an answer, and what says that something failed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.harness import Result, environ_for, mimo
from support.wire import delta, event

from mimo_cli.api.protocol.messages import Event, StreamError, Unread
from mimo_cli.api.protocol.odd.unread import has_words_of_failure
from mimo_cli.api.protocol.stream import StreamDecoder
from mimo_cli.api.replies import error_body, success
from mimo_cli.simulator import Fault, Simulator

YES = delta("Yes")
REASON = event("message_delta", delta={"stop_reason": "end_turn"})
END = event("message_stop")


def ask(stream: bytes) -> Result:
    """What the program says of a stream."""
    fault = Fault(sse=stream, clean=True, times=None)
    with Simulator(faults=[fault]) as simulator:
        return mimo("ask", "--retries", "0", "hi", environ=environ_for(simulator))


def data(said: Any) -> bytes:
    """Words or an object as an event without a name."""
    text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    return f"data: {text}\n\n".encode()


def odd(stream: bytes) -> list[Event]:
    """What came that is no event of an answer."""
    decoder = StreamDecoder()
    found = [*decoder.feed(stream), *decoder.finish()]
    return [it for it in found if isinstance(it, StreamError | Unread)]


RECORDS: list[dict[str, Any]] = [
    {"code": 0, "message": "success", "data": None},
    {"code": 200, "msg": "ok"},
    {"code": 1000, "message": "success"},
    {"code": 20000, "message": "Success."},
    {"code": "00000", "message": "OK"},
    {"code": "success", "message": "done"},
    {"code": 1000, "message": "请求成功"},
    {"code": 20000, "msg": "操作成功。"},
    {"code": 1, "message": "Request processed successfully"},
    {"status": "done", "message": "finished"},
    *({"status": it} for it in ("done", "finished", "Completed", "succeeded", 200, "200")),
    {"state": "finished", "trace": "abc"},
    {"status": {"code": 200}, "trace": "abc"},
    {"status": {"code": 0, "message": "ok"}},
    {"message": "Successful"},
    {"success": True, "message": "no errors"},
    {"error_code": 0, "error_msg": "success"},
    {"error_code": "0", "error_msg": ""},
    {"errcode": 0, "errmsg": "ok"},
    {"error": "none", "status": "ok"},
    {"error": {"code": 0, "message": "success"}},
    {"detail": "ok"},
    {"code": 0, "msg": "ok", "data": {"status": "running"}},
    {"code": 0, "msg": "ok", "data": {"code": 200, "x": 1}},
]


@pytest.mark.parametrize("body", RECORDS, ids=json.dumps)
def test_a_record_of_success_is_no_failure(body: dict[str, Any]) -> None:
    assert success.is_record(body)
    assert not error_body.is_error(body)
    record = data(body)
    found = odd(record + YES + record + REASON + record + END)
    assert not any(it.may_be_error for it in found if isinstance(it, Unread))
    assert not any(isinstance(it, StreamError) for it in found)


NO_RECORDS: list[dict[str, Any]] = [
    {"error_code": 110, "error_msg": "ok"},
    {"errcode": 45009, "errmsg": "ok"},
    {"code": 0, "msg": "ok", "data": {"code": 500, "msg": "boom"}},
    {"code": 0, "msg": "ok", "data": {"error": "boom"}},
    {"code": 500, "message": "success"},
    {"code": 1000, "message": "quota exceeded"},
    {"code": 1000},
    {"status": "failed"},
    {"status": "error", "message": "ok"},
    {"success": False, "message": "ok"},
    {"message": "ok", "error": {"message": "boom"}},
    {"message": "ok", "errors": ["boom"]},
    {"status": "done", "failed": 3},
    {"status": {"code": 503, "message": "no"}},
    {"status": {"code": 1000, "message": "no"}},
    {"message": "success", "msg": "upstream died"},
    {"message": "unsuccessful"},
    {"message": "Request ended with errors"},
    {"message": "no success"},
    {"message": "finished without response"},
    {"message": "complete failure"},
    {"status": "done", "error": True},
    {"success": "false", "message": "ok"},
    {"cost": 1},
    {},
]


@pytest.mark.parametrize("body", NO_RECORDS, ids=json.dumps)
def test_what_names_a_failure_or_nothing_is_no_record_of_success(body: dict[str, Any]) -> None:
    assert not success.is_record(body)


@pytest.mark.slow
@pytest.mark.parametrize("body", [RECORDS[2], RECORDS[9], RECORDS[17]])
def test_the_program_does_not_tell_of_a_success(body: dict[str, Any]) -> None:
    record = data(body)
    for stream in (YES + record + delta(" and") + REASON, YES + delta(" and") + REASON + record):
        result = ask(stream + END)
        assert (result.code, result.out, result.err) == (0, "Yes and\n", "")
    cut = ask(YES + record)
    assert (cut.code, "after the server sent" in cut.err) == (9, False)


@pytest.mark.parametrize(
    "words",
    [
        *("no error", "No errors.", "finished, 0 errors", "stream completed without any errors"),
        *("error: none", "errors: 0", '"error": null', "failed: 0", "0 failed"),
        *("quota remaining: 5", "your quota is 12", "quota resets at noon"),
        *(
            "正常，无错误",
            "没有错误",
            "当前线路：超级会员专线",
            "会员超值优惠",
            "不错",
            "帮忙",
            "失物",
        ),
    ],
)
def test_words_that_tell_of_no_failure(words: str) -> None:
    assert not has_words_of_failure(words)
    result = odd(data(words))
    assert not any(it.is_failure for it in result if isinstance(it, Unread))


@pytest.mark.parametrize(
    "words",
    [
        *("an error", "no errors so far, then an error", "error: none of the servers is left"),
        *("quota exceeded", "your quota is used up", "out of quota", "insufficient user quota"),
        *("the monthly quota has been exhausted", "quota limit reached", "request timed out"),
        *(
            "服务器错误",
            "请求出错",
            "参数有误",
            "调用失败",
            "超时",
            "超出限制",
            "已超过上限",
            "超限",
        ),
        *("超额", "服务异常", "系统繁忙", "线路忙碌", "余额不足", "额度不足", "服务不可用"),
    ],
)
def test_words_that_tell_of_a_failure(words: str) -> None:
    assert has_words_of_failure(words)


# ---- Lines that are no events


BARE_ERROR = b'{"error":{"message":"quota exceeded","code":429}}\n\n'
PAGE = b"<html><head><title>502 Bad Gateway</title></head></html>\n\n"
LIFE = [
    *(b'{"type":"ping"}\n\n', b'{"status":"ok"}\n\n', b'{"code":0,"msg":"ok"}\n\n'),
    b'{"ping":1}\n\n',
]


@pytest.mark.parametrize("life", LIFE)
def test_a_sign_of_life_in_a_line_of_its_own_is_not_kept(life: bytes) -> None:
    decoder = StreamDecoder()
    assert [*decoder.feed(life + YES + life)] == [*StreamDecoder().feed(YES)]
    assert decoder.stray == b""
    assert "after the server sent" not in ask(life + YES).err


@pytest.mark.slow
@pytest.mark.parametrize("life", [LIFE[0], b'{"cost":1}\n\n', b'{"level": "info"}\n\n'])
@pytest.mark.parametrize(
    ("stray", "said"), [(BARE_ERROR, "quota exceeded"), (PAGE, '"502 Bad Gateway"')]
)
def test_of_several_lines_the_one_that_tells_of_a_failure_is_told(
    life: bytes, stray: bytes, said: str
) -> None:
    for lines in (life + stray, stray + life):
        whole = ask(YES + lines + REASON + END)
        told = f"mimo: warning: the server sent among the answer: {said}\n"
        assert (whole.code, whole.out, whole.err) == (0, "Yes\n", told)
        cut = ask(YES + lines)
        assert (cut.code, cut.out, said in cut.err) == (9, "Yes\n", True)


def test_a_failure_in_an_event_is_told_before_a_line_that_tells_of_none() -> None:
    result = ask(YES + b'{"cost":1}\n\n' + data("upstream timed out") + REASON + END)
    told = "mimo: warning: the server sent among the answer: upstream timed out\n"
    assert (result.code, result.out, result.err) == (0, "Yes\n", told)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(), 1, 7])
@pytest.mark.parametrize("blank", ["\n", "\n\n", "\r\n"])
@pytest.mark.parametrize("begin", ["typed", "turned", "ping", "padded"])
def test_lines_of_json_that_are_events_are_read_as_a_stream(
    begin: str, blank: str, size: Any
) -> None:
    message = {"id": "m", "model": "x", "content": []}
    begins: dict[str, dict[str, Any]] = {
        "typed": {"type": "message_start", "message": message},
        "turned": {"message": message, "type": "message_start"},
        "ping": {"type": "ping"},
        "padded": {"type": "message_start", "message": {**message, "id": "m" * 500}},
    }
    bodies = [begins[begin], *(json.loads(it.partition(b"data: ")[2]) for it in (YES, REASON, END))]
    stream = "".join(json.dumps(it) + blank for it in bodies).encode()
    fault = Fault(sse=stream, clean=True, times=None, pieces=size)
    with Simulator(faults=[fault]) as simulator:
        result = mimo("ask", "--retries", "0", "hi", environ=environ_for(simulator))
    assert (result.code, result.out, result.err) == (0, "Yes\n", "")


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json"])
def test_a_whole_message_in_the_place_of_a_stream_is_still_one(kind: str) -> None:
    message = {"type": "message", "content": [{"type": "text", "text": "Yes"}]}
    body = json.dumps({**message, "stop_reason": "end_turn"}).encode()
    for more in (b"", b"\n"):
        fault = Fault(status=200, body=body + more, headers=(("Content-Type", kind),))
        with Simulator(faults=[fault]) as simulator:
            result = mimo("ask", "--retries", "0", "hi", environ=environ_for(simulator))
        assert (result.code, result.out, result.err) == (0, "Yes\n", "")


@pytest.mark.parametrize(
    ("before", "behind"), [(" data: ", " event: "), ("Data: ", "EVENT: "), ("data : ", "event :")]
)
def test_names_of_fields_are_read_however_they_are_written(before: str, behind: str) -> None:
    stream = (YES + REASON + END).decode().replace("data: ", before).replace("event: ", behind)
    result = ask(stream.encode())
    assert (result.code, result.out, result.err) == (0, "Yes\n", "")
