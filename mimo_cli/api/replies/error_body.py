"""Errors as servers write them, in a body or in a stream: every shape that was seen. Pure.

MiMo's:      {"error": {"code": "400", "message": "Param Incorrect", "param": "why", "type": ""}}
Anthropic's: {"type": "error", "error": {"type", "message"}, "request_id"}
bare:        {"type": "server_error", "message"}, {"code": 401, "msg"}
frameworks': {"detail": [{"loc", "msg"}]} (FastAPI), {"title", "status", "detail"} (RFC 9457),
             {"errors": {"Model": ["…"]}} (ASP.NET), {"error": "Bad Request", "path"} (Spring)
and any of them within another, quoted as JSON in a text, in a list, as the first of several lines
of JSON, or behind an SSE prefix (`data:`), under whatever status.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from mimo_cli.api.protocol import fields
from mimo_cli.api.protocol.messages import EVENT_TYPES
from mimo_cli.api.protocol.surrogates import join_surrogates

_STATUS = "[45][0-9][0-9]"
_TEXTS = (
    *("message", "msg", "Message", "error_msg", "error_message", "errorMessage", "errmsg"),
    *("status_msg", "faultstring", "error_description", "errors"),
    *("param", "detail"),  # MiMo's `message` is general, `param` says why
)
_VAGUE = ("title", "reason", "description", "__type")
"""Where nothing else is said."""
_WITHIN = ("error", "errors", "Error", "fault", "base_resp", "innererror", "detail", "status")
_CODES = ("code", "status", "statusCode", "status_code", "error_code")
_WELL = ("0", "200", "success", "ok", "")
_NO_WORDS = ("none", "null")
"""Python's and JSON's nothing, as LiteLLM writes it into texts."""
_DEEPEST = 8
_MOST = 8
"""Errors of one list that are told, and pieces of JSON in one text."""
_CONTENT = ("content", "choices", "delta", "content_block")

_STATUS_OF_TYPE = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "insufficient_quota": 429,
    "insufficient_balance": 429,
    "exceeded_current_quota_error": 429,
    "budget_exceeded": 429,
    "RESOURCE_EXHAUSTED": 429,
    "timeout_error": 504,
    "api_error": 500,
    "server_error": 500,
    "overloaded_error": 529,
}


class ErrorBody(NamedTuple):
    """What an error object says. All but `text` may be empty; `text` is for a person."""

    type: str
    code: str
    text: str

    @property
    def name(self) -> str:
        """Return what tells most: a code that is a status (MiMo's), the type, or another code."""
        return self.code if re.fullmatch(_STATUS, self.code) else self.type or self.code

    @property
    def status(self) -> int | None:
        """Return the HTTP status the error would have had; None if neither code nor type says."""
        if re.fullmatch(_STATUS, self.code):
            return int(self.code)
        return _STATUS_OF_TYPE.get(self.type) or _STATUS_OF_TYPE.get(self.code)


_NOTHING = ErrorBody("", "", "")


def is_error(content: Any) -> bool:
    """Return whether a JSON value is an error object, whatever the status and wherever it stands.

    Google's stands in a list.
    """
    match content:
        case [{"error": error}]:
            return is_there(error)
        case _:
            pass
    if not isinstance(content, dict):
        return False
    if content.get("type") == "error" or is_there(content.get("error")):
        return True
    if any(content.get(name) is not None for name in _CONTENT) or is_there(content.get("data")):
        return False
    kind = content.get("type")
    is_named = content.get("error") == {} or (isinstance(kind, str) and kind.endswith("_error"))
    error = read(content)
    is_told = kind is None and has_failed(content) and error.text not in ("", error.code)
    return is_named or (is_told and not _is_success(content))


def _is_success(content: dict[str, Any]) -> bool:
    from mimo_cli.api.replies import success  # most bodies that say something failed mean it

    return success.is_record(content)


def has_failed(content: dict[str, Any]) -> bool:
    """Return whether a field of an object that an error may have says that there is one."""
    return any(_says_failed(content.get(name)) for name in (*_CODES, *_FAILURES))


def _is_done(text: str) -> bool:
    from mimo_cli.api.replies import success

    return success.is_word(text)


_FAILURES = ("errors", "detail", "success", "fault", "errorMessage", "error_msg", "base_resp")


def _says_failed(value: Any) -> bool:
    """Return whether a field that an error may have says that there is one: 0 and "success" do not.

    Some gateways send `{"base_resp": {"status_code": 0}}` with everything.
    """
    match value:
        case None | True:
            return False
        case False:
            return True
        case int() | str():
            text = str(value).strip().lower()
            return text not in _WELL and not (text.isalpha() and _is_done(text))
        case {"status_code": code}:
            return _says_failed(code)
        case {"type": str(kind)} if kind in EVENT_TYPES and kind != "error":
            return False
        case dict() if value:
            return not _is_success(value)
        case _:
            return bool(value)


def is_there(error: Any, left: int = 2) -> bool:
    """Return whether the value of `error` is one: some servers send 0 or "none" with every answer.

    Or an object whose code and message say so.
    """
    match error:
        case None | False:
            return False
        case True:
            return True
        case int() | float() | str():
            return str(error).strip().lower() not in (*_WELL, *_NO_WORDS, "0.0", "false")
        case dict() if left:
            return any(is_there(value, left - 1) for value in error.values())
        case _:
            return bool(error)


def read(content: Any) -> ErrorBody:
    """Return what an error object says, of whichever shape it is."""
    return _read(content, _DEEPEST)


def _read(content: Any, left: int) -> ErrorBody:
    """Do so, for at most `left` levels."""
    if isinstance(content, str) and (quoted := _quoted(content)) is not None:
        content = quoted
    match content:
        case list() if left:
            return _of_several(content, left)
        case dict() if left:
            return _of_object(content, left)
        case str():
            return ErrorBody("", "", join_surrogates(_plain(content, left)))
        case _:
            return _NOTHING


def _of_several(errors: list[Any], left: int) -> ErrorBody:
    found = [_read(error, left - 1) for error in errors[:_MOST]]
    texts = dict.fromkeys(error.text for error in found if error.text)
    first = found[0] if found else _NOTHING
    return first._replace(text="; ".join(texts))


def _of_object(error: dict[str, Any], left: int) -> ErrorBody:
    inner = [_read(error[name], left - 1) for name in _WITHIN if _is_within(error, name)]
    own = (error.get(name) for name in _TEXTS if not _is_within(error, name))
    texts = [text for value in own if (text := _text_of(value, left - 1))]
    further = [one.text for one in inner] + [_behind(error, left - 1)]
    said = further + texts if isinstance(error.get("error"), str) else texts + further
    kind, code = _kind(error), _code(error)
    first = next((one for one in inner if one.type or one.code), _NOTHING)
    found = ErrorBody(first.type or kind, first.code or code, _joined(said) or _by_field(error))
    if re.fullmatch(_STATUS, code) and not re.fullmatch(_STATUS, found.code):
        found = found._replace(code=code)
    text = found.text and _place(error) + found.text
    vague = next((it for name in _VAGUE if (it := fields.word(error.get(name)))), "")
    return found._replace(text=text or vague or found.type or found.code)


def _is_within(error: dict[str, Any], name: str) -> bool:
    """Return whether there is another error at a name, and not only a text beside others."""
    value = error.get(name)
    return name in _WITHIN and (isinstance(value, dict | list) or (name == "error" and bool(value)))


def _kind(error: dict[str, Any]) -> str:
    """Return an error's type; RFC 9457 has a URI in its place."""
    kind = _scalar(error, "type")
    return "" if kind == "error" or ":" in kind else kind


def _code(error: dict[str, Any]) -> str:
    return next((code for name in _CODES if (code := _scalar(error, name))), "")


def _place(error: dict[str, Any]) -> str:
    """Return where FastAPI found what is wrong: `["body", "messages", 0, "content"]`."""
    place = error.get("loc")
    if not isinstance(place, list):
        return ""
    words = [str(word) for word in place[:_MOST] if isinstance(word, str | int)]
    path = ".".join(words[1:] if words[:1] == ["body"] else words)
    return f"{path}: " if path else ""


def _by_field(error: dict[str, Any]) -> str:
    """Return the texts of an object that has a list of them for each field."""
    found = {name: value for name, value in error.items() if isinstance(value, list)}
    if not found or len(found) < len(error):
        return ""
    each = (f"{name}: {_text_of(texts, 1)}" for name, texts in list(found.items())[:_MOST])
    return join_surrogates("; ".join(each))


def _behind(error: dict[str, Any], left: int) -> str:
    """Return what the server behind a gateway said: OpenRouter's `metadata.raw`."""
    metadata = error.get("metadata")
    return _text_of(metadata.get("raw"), left) if isinstance(metadata, dict) else ""


def _text_of(value: Any, left: int) -> str:
    """Return a text, also of an object or a list; of an error quoted as JSON its own."""
    match value:
        case str():
            quoted = _quoted(value)
            said = "" if quoted is None else _read(quoted, left).text
            return said or _plain(value, left)
        case list() if left:
            return "; ".join(text for one in value[:_MOST] if (text := _text_of(one, left - 1)))
        case dict():
            return (_read(value, left).text if left else "") or fields.text(value)
        case _:
            return ""


def _quoted(text: str) -> Any:
    """Return the object or list that a text is the JSON of; None if it is not."""
    if not text.lstrip().startswith(("{", "[{")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _plain(text: str, left: int) -> str:
    """Return a text with each error in it, quoted as JSON, replaced by what that says.

    A web page that it ends with, by its title.
    """
    if "<" in text:
        from mimo_cli.api.protocol.odd.pages import without_page  # most have none

        text = without_page(text)
    at = 0
    for _ in range(_MOST):
        at = text.find("{", at)
        if at < 0 or not left:
            return text
        try:
            value, end = _JSON.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
            continue
        said = _read(value, left - 1).text if is_error(value) else ""
        text = text[:at] + said + text[end:] if said else text
        at += len(said) or 1
    return text


_JSON = json.JSONDecoder()


def _joined(texts: list[str]) -> str:
    """Return texts as one, each once however it is written, and no lone number of a status."""
    kept: list[str] = []
    for text in filter(None, texts):
        if text.strip().lower() in _NO_WORDS:
            continue
        bare = text.strip(" .").casefold()
        is_said = any(bare == it.strip(" .").casefold() or _is_word_of(bare, it) for it in kept)
        if not is_said and not (kept and re.fullmatch(_STATUS, bare)):
            kept.append(text)
    return join_surrogates(": ".join(kept))


def _is_word_of(word: str, text: str) -> bool:
    """Return whether one word (a parameter's name, mostly) occurs in a text already."""
    found = word.isidentifier() and re.search(rf"\b{word}\b", text.casefold())
    return bool(found)


def _scalar(error: dict[str, Any], name: str) -> str:
    value = error.get(name)
    return join_surrogates(str(value)) if isinstance(value, str | int) and value is not True else ""
