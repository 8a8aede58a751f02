"""What a server's refusal says of the media in a request, and what to do about it. Pure.

MiMo's own words are two: a model that takes no images answers "No endpoints found that support
image input" (404, as if there were no such model), and what it cannot decode is "Multimodal data is
corrupted or cannot be processed" (400). The others are those of servers that speak the same
protocol, and of what stands before them: llama.cpp, Ollama, vLLM, SGLang, LM Studio, LiteLLM,
OpenRouter, Anthropic, OpenAI, Gemini, DashScope, DeepSeek, SiliconFlow, nginx.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from mimo_cli import extras
from mimo_cli.advice import Action, EarlierMedia, ModelsForMedia, ReplaceModel
from mimo_cli.api.replies import encoding_anew
from mimo_cli.catalogue import models, suggestions
from mimo_cli.common_phrases import file_size
from mimo_cli.errors import MediaRefusedError
from mimo_cli.phrases import CommandLine, Phrase

if TYPE_CHECKING:
    from mimo_cli.api.replies.hints import Asked, Hint
    from mimo_cli.api.replies.quota import Said

STATUSES = (400, 404, 413, 415, 422, 500)
"""Those that are given for media. Any other has a meaning of its own."""

_TOO_LARGE = 413
_NOT_FOUND = 404
_FAILED = 500
_INVALID = (400, 422)
_FEW = 2

_IMAGES, _AUDIO, _VIDEO = r"image|picture|photo|图[片像]", r"audio|音频|语音", r"video|视频"
_KINDS = {"image": _IMAGES, "audio": _AUDIO, "video": _VIDEO}
_MEDIA = rf"(?:{_IMAGES}|{_AUDIO}|{_VIDEO}|vision|multi-?modal|media\b|多模态|视觉)"
_ABOUT = rf"(?i){_MEDIA}|base64|mime|mmproj|\bvlm\b|media_type"
"""A refusal that has none of these is about something else, unless it is about the size."""

_MANY = (
    rf"(?i)at most [1-9]\d* {_MEDIA}|too many {_MEDIA}|\bonly (?:supports? )?one {_MEDIA}|"
    rf"(?:maximum|max|limit) (?:number )?of .{{0,20}}{_MEDIA}|number of {_MEDIA}s? exceed|"
    rf"{_MEDIA}(?:数量|个数)"
)
_LARGE = r"(?i)too large|too big|exceed|maximum|\blimit\b|过大|超过|超出"
_WHOLE = r"(?i)payload|request (?:body|entity|size)|(?:content|file) size|data-uri|length limit"
_TOKENS = r"(?i)token|context"
_FORMAT = (
    r"(?i)(?:image|audio|video|mime|(?<!unsupported )media)[ _-]?(?:format|type\b|codec)|"
    rf"unsupported (?:image|audio|video)\b(?! (?:input|content))|{_MEDIA}.{{0,10}}格式"
)
_NOT_TAKEN = (
    rf"(?i)no endpoints? .{{0,20}}support {_MEDIA}|"
    r"(?:\bnot|n.t|\bnever|\bcannot) (?:currently )?(?:support|accept|take|handle)"
    rf".{{0,30}}{_MEDIA}|"
    rf"{_MEDIA}.{{0,40}}\bnot (?:currently )?(?:supported|enabled|available)|"
    rf"\bnot (?:a |an )?(?:{_MEDIA}|vlm\b)|{_MEDIA}.{{0,40}}only (?:supported|available)|"
    rf"required for {_MEDIA}|mmproj|text[- ]only|at most 0 |"
    rf"unknown variant .{{0,3}}{_MEDIA}|input tag .{{0,3}}{_MEDIA}|"
    rf"unsupported content.{{0,40}}{_MEDIA}|不支持.{{0,12}}{_MEDIA}"
)
_WORDS_ALONE = (
    r"(?i)\bcontent\b.{0,40}?(?:str type expected|valid string|(?:must be|expected|not) an? string|"
    r"not of type .?string)|not of type .?string.{0,10}\bmessages\b.{0,10}\bcontent\b"
)
"""So say those that check a request against a schema in which content is a text: pydantic, serde,
zod, JSON Schema."""
_ADDRESS = r"(?i)\burl\b|https?://"
_UNREACHABLE = (
    r"(?i)download|\bfetch|(?:access|reach|retrieve|resolve|load|open).{0,30}\burl\b|"
    r"\binvalid .{0,10}\burl\b|\burl\b.{0,40}(?:timed? ?out|access|reach|valid|not found)|下载"
)
_DAMAGED = (
    rf"(?i)corrupt|\bbroken\b|truncated|invalid (?:base64|{_MEDIA})|not (?:a )?valid {_MEDIA}|"
    r"(?:identify|decod\w*|pars\w*|load) .{0,20}(?:image|audio|video)|incorrect padding|"
    r"format not recogni|does not (?:match|represent)|must be base64|损坏|无效|解析"
)
_UNREAD = (
    r"(?i)(?:could|can)(?: ?not|n.t) (?:be )?(?:process|read|open|load)|"
    r"(?:fail|unable|error).{0,30}(?:process|load|open|read)"
)
"""So servers speak of their own failures, too: not believed with a status of 500."""

_REFUSED = Phrase("what is attached was refused")
_MMPROJ = Phrase("Start that server with the model's mmproj file.")

_SMALLER_FILM = (
    f"ffmpeg -i %s {encoding_anew.AT_MOST % 480} -c:v libx264 -crf 30 -pix_fmt yuv420p -c:a aac "
    "OUT.mp4"
)
_SMALLER_PICTURE = "ffmpeg -i %s -vf scale=iw/2:-1 -frames:v 1 OUT.jpg"
"""One frame: of an animation there are more, and a JPEG has one."""
_SMALLER_SOUND = "ffmpeg -i %s -b:a 64k OUT.mp3"
_SMALLER = "Attach its https:// address, or make it smaller: {command}"


class Problem(Enum):
    """What is wrong with media, as far as the server says."""

    TOO_LARGE = auto()
    TOO_MANY = auto()
    NOT_TAKEN = auto()
    """The model takes none of that kind."""
    UNREACHABLE = auto()
    """The service cannot fetch what an address names."""
    DAMAGED = auto()
    """It cannot be decoded, or is of a format that is not taken."""
    WORDS_ALONE = auto()
    """The server wants a text where media stand."""
    OTHER = auto()


def refusal(status: int, said: Said, asked: Asked) -> MediaRefusedError | None:
    """Return the error for a refusal that is about the media in the request, else None."""
    if not asked.media or status not in STATUSES:
        return None
    words = said.words.replace(asked.model or "", "") if asked.model else said.words
    problem = find_problem(status, words)
    if problem is None:
        return None
    kind = _kind(words, asked)
    is_whole = status == _TOO_LARGE
    if problem is Problem.NOT_TAKEN and not _is_believed(kind, words, asked):
        what, hint = _REFUSED, _hint_in_doubt(kind, words, asked)
    else:
        what = _what(problem, kind, asked, is_whole=is_whole)
        hint = _hint(problem, kind, words, asked)
    is_retired = isinstance(hint, ReplaceModel)
    if not is_retired and _is_for_earlier(problem, kind, asked, is_whole=is_whole):
        hint = _hint_of_earlier(problem, hint, asked)
    return MediaRefusedError(what, said.shown, hint)


def _hint_of_earlier(problem: Problem, hint: Hint, asked: Asked) -> Hint:
    """Return what to do where media of earlier questions are to blame: what is new may do alone."""
    if asked.new_media and problem is Problem.TOO_MANY:
        return Action.SEND_NEW_MEDIA_ALONE
    if asked.new_media and problem is Problem.TOO_LARGE:
        return Action.SEND_NEW_MEDIA_ALONE_OR_SMALLER
    return EarlierMedia(hint.names if isinstance(hint, ModelsForMedia) else ())


def _is_for_earlier(problem: Problem, kind: str | None, asked: Asked, *, is_whole: bool) -> bool:
    """Return whether media are to blame that were sent before: what is new is what may be wrong.

    It is not, where there is none of that kind, or where it is the smaller part of too much.
    """
    suspects = [it for it in asked.new_media if kind in (None, it.kind)]
    sent = [it for it in asked.media if kind in (None, it)]
    if len(suspects) == len(sent):
        return False
    match problem:
        case Problem.TOO_MANY:
            return 2 * len(suspects) <= len(sent)
        case Problem.TOO_LARGE if is_whole:
            return 2 * sum(it.size for it in asked.new_media) <= (asked.size or 0)
        case _:
            return not suspects


def find_problem(status: int, words: str) -> Problem | None:
    """Return what a server says is wrong with the media in a request; None if it is another thing.

    `words` are without the name of the model, which may speak of vision.
    """
    if status == _TOO_LARGE:
        return Problem.TOO_LARGE
    is_about = re.search(_ABOUT, words) is not None
    if is_about and re.search(_MANY, words):
        return Problem.TOO_MANY
    if re.search(_LARGE, words) and (is_about or re.search(_WHOLE, words)):
        return None if re.search(_TOKENS, words) else Problem.TOO_LARGE
    if status in _INVALID and re.search(_WORDS_ALONE, words) and not re.search(_NOT_TAKEN, words):
        return Problem.WORDS_ALONE
    if is_about:
        return _in_words(status, words)
    is_fetched = re.search(_ADDRESS, words) and re.search(_UNREACHABLE, words)
    return Problem.UNREACHABLE if is_fetched else None


def _in_words(status: int, words: str) -> Problem | None:
    if re.search(_FORMAT, words):
        return Problem.DAMAGED
    if re.search(_NOT_TAKEN, words):
        return Problem.NOT_TAKEN
    if re.search(_UNREACHABLE, words):
        return Problem.UNREACHABLE
    if re.search(_DAMAGED, words) or (status != _FAILED and re.search(_UNREAD, words)):
        return Problem.DAMAGED
    return None if status in (_NOT_FOUND, _FAILED) else Problem.OTHER


def _kind(words: str, asked: Asked) -> str | None:
    """Return the kind of media that is meant; None where that is not clear, or was not sent.

    Of those that are named, or else of all, it is one that is new: the others were taken before.
    """
    named, sent, new = _named(words), {*asked.media}, {it.kind for it in asked.new_media}
    likely = (named & new) or (named & sent) if named else new or sent
    return likely.pop() if len(likely) == 1 else None


def _named(words: str) -> set[str]:
    return {kind for kind, names in _KINDS.items() if re.search(f"(?i){names}", words)}


def _is_believed(kind: str | None, words: str, asked: Asked) -> bool:
    """Return whether a model takes none of what was sent, where a server says such a thing.

    It may speak of what was not sent. And a model that is known, and not for that, may be one that
    was retired, or served by somebody who leaves out what it can.
    """
    named = _named(words)
    if named and not named & {*asked.media}:
        return False
    kinds = (kind,) if kind else asked.media
    model = asked.model or ""
    return models.find(model) is None or any(models.takes(model, it) is False for it in kinds)


def _hint_in_doubt(kind: str | None, words: str, asked: Asked) -> Hint:
    known = models.find(asked.model or "")
    if known is not None and known.retired and known.replacement:
        return ReplaceModel(known.id, known.retired, known.replacement)
    if kind is None and len({*asked.media}) == 1:
        return _MMPROJ if "mmproj" in words else Action.OTHER_MODEL_FOR_ATTACHMENT
    return _hint(Problem.NOT_TAKEN, kind, words, asked)


def _what(problem: Problem, kind: str | None, asked: Asked, *, is_whole: bool) -> Phrase:
    match problem:
        case Problem.TOO_LARGE if is_whole:
            return too_large(asked.size)
        case Problem.TOO_LARGE:
            return Phrase("what is attached is too large")
        case Problem.TOO_MANY:
            return Phrase("too much is attached")
        case Problem.NOT_TAKEN:
            return not_taken(asked.model or "", kind)
        case Problem.UNREACHABLE:
            return Phrase("the server cannot fetch what is attached")
        case Problem.DAMAGED:
            return _unreadable(kind)
        case Problem.WORDS_ALONE | Problem.OTHER:
            return _REFUSED


def too_large(size: int | None) -> Phrase:
    """Return what happened where a request is too large; `size` in bytes, None if not known."""
    if not size:
        return Phrase("the request is too large")
    return Phrase("the request is too large ({size})", size=file_size(size))


def not_taken(model: str, kind: str | None) -> Phrase:
    """Return what happened where a model does not take a kind of media; None: none of them."""
    match kind:
        case "image":
            return Phrase("{model} takes no images", model=model)
        case "audio":
            return Phrase("{model} takes no audio", model=model)
        case "video":
            return Phrase("{model} takes no video", model=model)
        case _:
            return Phrase("{model} does not take what is attached", model=model)


def _unreadable(kind: str | None) -> Phrase:
    match kind:
        case "image":
            return Phrase("the server cannot read the image")
        case "audio":
            return Phrase("the server cannot read the audio")
        case "video":
            return Phrase("the server cannot read the video")
        case _:
            return Phrase("the server cannot read what is attached")


def _hint(problem: Problem, kind: str | None, words: str, asked: Asked) -> Hint:
    match problem:
        case Problem.TOO_LARGE:
            return _smaller(kind, words, asked)
        case Problem.TOO_MANY:
            return Phrase("Attach fewer at a time.")
        case Problem.NOT_TAKEN if "mmproj" in words:
            return _MMPROJ
        case Problem.NOT_TAKEN:
            return _other_model(kind, asked)
        case Problem.UNREACHABLE:
            return Phrase(
                "It fetches addresses itself: they must be public, without a login. "
                "Or download it, and attach the file."
            )
        case Problem.DAMAGED:
            if kind is None and len(asked.new_media) == 1:  # another kind is named
                return Action.OTHER_MODEL_FOR_ATTACHMENT
            return encoding_anew.advice(kind, asked.new_media)
        case Problem.WORDS_ALONE:
            return Phrase("This server may take words alone: ask without what is attached.")
        case Problem.OTHER:
            return Action.OTHER_MODEL_FOR_ATTACHMENT


def _smaller(kind: str | None, words: str, asked: Asked) -> Phrase:
    """Return how to send less. An address takes no room in the request.

    A picture is as large at its address: that helps only against a limit of the whole.
    """
    file = encoding_anew.input_of(kind, asked.new_media)
    match kind:
        case "image" if asked.is_shrinkable:
            return Phrase(
                "Make it smaller, which the extra `images` does by itself: {command}",
                command=extras.installing(extras.IMAGES),
            )
        case "image" if re.search(_ABOUT, words):
            return Phrase(
                "Make it smaller, say by {command}", command=CommandLine(_SMALLER_PICTURE % file)
            )
        case "image":
            return Phrase(_SMALLER, command=CommandLine(_SMALLER_PICTURE % file))
        case "audio":
            return Phrase(_SMALLER, command=CommandLine(_SMALLER_SOUND % file))
        case "video":
            return Phrase(_SMALLER, command=CommandLine(_SMALLER_FILM % file))
        case _ if asked.is_shrinkable:
            return Phrase(
                "Attach less, or https:// addresses instead of files. "
                "With the extra `images` large pictures are made smaller: {command}",
                command=extras.installing(extras.IMAGES),
            )
        case _:
            return Phrase("Attach less, or https:// addresses instead of files.")


def _other_model(kind: str | None, asked: Asked) -> Hint:
    names = _takers((kind,) if kind else asked.media, asked)
    return ModelsForMedia(names[:_FEW]) if names else Action.OTHER_MODEL_FOR_ATTACHMENT


def _takers(kinds: tuple[str, ...], asked: Asked) -> tuple[str, ...]:
    """Return the models of the server that are known to take all of these kinds.

    A gateway puts the maker's name before them: `xiaomi/mimo-v2.6-pro`.
    """
    model = asked.model or ""
    best = suggestions.who_takes(kinds[0], instead_of=model)
    known = [it for it in best if it != model and all(models.takes(it, kind) for kind in kinds)]
    if asked.listed:
        return tuple(it for it in asked.listed if it.rpartition("/")[2] in known)
    is_mimo = asked.endpoint.is_mimo or model.startswith("mimo-")
    return tuple(known) if is_mimo else ()
