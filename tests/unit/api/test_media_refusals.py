"""Refusals of media, in the words of many servers: what they are taken for, and what is advised."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import some
from support.harness import hint_of

from mimo_cli.advice import Action, EarlierMedia, ModelsForMedia, ReplaceModel
from mimo_cli.api.base_url import DEFAULT_BASE_URL
from mimo_cli.api.endpoint import Endpoint
from mimo_cli.api.protocol.encode import NewMedia, encode
from mimo_cli.api.protocol.messages import (
    FileSource,
    Media,
    MediaKind,
    Message,
    Request,
    StreamError,
    Text,
    ToolResult,
    UrlSource,
)
from mimo_cli.api.replies import failures
from mimo_cli.api.replies.hints import Asked
from mimo_cli.api.replies.media_refusals import STATUSES, Problem, find_problem
from mimo_cli.api.response import Response
from mimo_cli.chat.chat_terms import in_chat_terms
from mimo_cli.errors import (
    ALWAYS,
    AuthError,
    BillingError,
    BlockedError,
    MediaRefusedError,
    MimoError,
    RateLimitError,
    RequestError,
    ServerError,
)
from mimo_cli.phrases import Phrase, commands

MIMO = Endpoint(DEFAULT_BASE_URL, "sk-CANARY-0123456789", Phrase("the file"))
OTHER = Endpoint("https://gateway.test", "sk-CANARY-0123456789", Phrase("the file"))
CORRUPTED = "Multimodal data is corrupted or cannot be processed."
NO_IMAGES = "No endpoints found that support image input"

SAID: list[tuple[int, str, Problem | None]] = [
    # MiMo
    (404, NO_IMAGES, Problem.NOT_TAKEN),
    (404, "No endpoints found that support video input", Problem.NOT_TAKEN),
    (400, CORRUPTED, Problem.DAMAGED),
    (400, "Multimodal data is corrupted", Problem.DAMAGED),
    (
        400,
        "Param Incorrect: invalid image format, only bmp/gif/png/jpeg/webp are supported",
        Problem.DAMAGED,
    ),
    # llama.cpp, Ollama, LM Studio
    (
        500,
        (
            "image input is not supported - hint: if this is unexpected, "
            "you may need to provide the mmproj"
        ),
        Problem.NOT_TAKEN,
    ),
    (
        400,
        "audio input is not supported - hint: you may need to provide the mmproj",
        Problem.NOT_TAKEN,
    ),
    (400, "Failed to load image or audio file", Problem.DAMAGED),
    (400, "this model does not support image input (ref: b8bd630e)", Problem.NOT_TAKEN),
    (
        500,
        (
            "Failed to create new sequence: failed to process inputs: "
            "this model is missing data required for image input"
        ),
        Problem.NOT_TAKEN,
    ),
    (
        500,
        "this model only supports one image while more than one image requested",
        Problem.TOO_MANY,
    ),
    (400, "Model does not support images. Please use a model that does.", Problem.NOT_TAKEN),
    # vLLM, SGLang and others that serve open models
    (400, "/models/qwen is not a multimodal model None", Problem.NOT_TAKEN),
    (400, "At most 0 image(s) may be provided in one prompt.", Problem.NOT_TAKEN),
    (400, "At most 1 image(s) may be provided in one prompt.", Problem.TOO_MANY),
    (400, "cannot identify image file <_io.BytesIO object at 0x7f0c>", Problem.DAMAGED),
    (
        500,
        (
            "Error while loading data ImageData(...): Invalid image data: "
            "broken data stream when reading image file"
        ),
        Problem.DAMAGED,
    ),
    (400, "Unsupported content part type for text-only server: image_url", Problem.NOT_TAKEN),
    (
        400,
        "Direct IP access is not allowed for this image url: cannot fetch it",
        Problem.UNREACHABLE,
    ),
    # Anthropic
    (400, "Could not process image", Problem.DAMAGED),
    (
        400,
        (
            "messages.2.content.0.image.source.base64: image exceeds 5 MB maximum: "
            "8259148 bytes > 5242880 bytes"
        ),
        Problem.TOO_LARGE,
    ),
    (
        400,
        (
            "messages.7.content.2.image.source.base64.data: "
            "At least one of the image dimensions exceed max allowed size: 8000 pixels"
        ),
        Problem.TOO_LARGE,
    ),
    (
        400,
        (
            "messages.0.content.1.image.source.base64.media_type: "
            "Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'"
        ),
        Problem.DAMAGED,
    ),
    (
        400,
        "Input tag 'video' found using 'type' does not match any of the expected tags: 'image'",
        Problem.NOT_TAKEN,
    ),
    (400, "Image does not match the provided media type image/jpeg", Problem.DAMAGED),
    (413, "Request exceeds the maximum size", Problem.TOO_LARGE),
    # OpenAI, Azure, LiteLLM, OpenRouter
    (
        400,
        "Invalid content type. image_url is only supported by certain models.",
        Problem.NOT_TAKEN,
    ),
    (400, "You uploaded an unsupported image. Please make sure it is valid.", Problem.DAMAGED),
    (400, "Invalid base64 image_url.", Problem.DAMAGED),
    (400, "Timeout while downloading https://example.com/a.png", Problem.UNREACHABLE),
    (400, "litellm.ImageFetchError: Unable to fetch image from URL", Problem.UNREACHABLE),
    (400, "The image data you provided does not represent a valid image", Problem.DAMAGED),
    (415, "Unsupported Media Type", Problem.OTHER),
    # Gemini, DashScope, DeepSeek, SiliconFlow, xAI, Bedrock
    (400, "Image input modality is not enabled for models/x", Problem.NOT_TAKEN),
    (400, "Unable to process input image. Please retry", Problem.DAMAGED),
    (400, "Unsupported MIME type: image/tiff", Problem.DAMAGED),
    (400, "Request payload size exceeds the limit: 20971520 bytes.", Problem.TOO_LARGE),
    (400, "Failed to download multimodal content", Problem.UNREACHABLE),
    (400, "Download multimodal file timed out", Problem.UNREACHABLE),
    (400, "Multimodal file size is too large", Problem.TOO_LARGE),
    (400, "Exceeded limit on max bytes per data-uri item : 10485760", Problem.TOO_LARGE),
    (
        422,
        "messages[0]: unknown variant `image_url`, expected `text` at line 1 column 90",
        Problem.NOT_TAKEN,
    ),
    (
        400,
        "The model is not a VLM (Vision Language Model). Please use text-only prompts.",
        Problem.NOT_TAKEN,
    ),
    (400, "Image inputs are not supported by this model.", Problem.NOT_TAKEN),
    (400, "This model doesn't support the image content block", Problem.NOT_TAKEN),
    (400, "当前模型不支持图片输入", Problem.NOT_TAKEN),
    (400, "图片格式错误", Problem.DAMAGED),
    (400, "视频文件过大", Problem.TOO_LARGE),
    (422, "height: image must be larger than 10", Problem.OTHER),
    (422, "messages.0.content: str type expected", Problem.WORDS_ALONE),
    (422, "messages.0.content: Input should be a valid string", Problem.WORDS_ALONE),
    (
        422,
        "messages[0].content: invalid type: sequence, expected a string at line 1 column 52",
        Problem.WORDS_ALONE,
    ),
    (400, "'messages[0].content' must be a string", Problem.WORDS_ALONE),
    (
        400,
        "[{'type': 'image'}] is not of type 'string' - 'messages.0.content'",
        Problem.WORDS_ALONE,
    ),
    (
        400,
        (
            "messages.0.content: Input should be a valid string; messages.0.content.0: "
            "Input tag 'image' found using 'type' does not match any of the expected tags: 'text'"
        ),
        Problem.NOT_TAKEN,
    ),
    # About something else, with media in the request all the same
    (404, "no such picture of a model", None),
    (404, "404 page not found", None),
    (400, "max_tokens: 200000 > 131072, which is the maximum allowed", None),
    (400, "prompt is too long: 1200000 tokens > 1000000 maximum, with image tokens", None),
    (400, "temperature must be between 0 and 1.5", None),
    (400, "stream must be a boolean, see https://example.com/docs", None),
    (400, "Unknown url /v1/messages", None),
    (500, "Internal Server Error", None),
    (500, "failed to process the multimodal batch: out of memory", None),
]


def failed(
    status: int,
    words: str,
    *,
    model: str = "mimo-v2.5-pro",
    endpoint: Endpoint = MIMO,
    media: tuple[str, ...] = ("image",),
    listed: tuple[str, ...] = (),
    size: int | None = None,
    new: tuple[NewMedia, ...] | None = None,
) -> MimoError:
    """The error for a refusal; all `media` of the request are new if it is not said which are."""
    body = json.dumps({"error": {"code": str(status), "message": words}}).encode()
    if new is None:
        new = tuple(NewMedia(kind) for kind in media)  # type: ignore[arg-type]  # of few words
    asked = Asked(endpoint, model, listed, media, size, new_media=new)
    return failures.from_response(Response(status, {}, body), asked)


@pytest.mark.parametrize(("status", "words", "problem"), SAID)
def test_a_refusal_is_known_by_its_words(status: int, words: str, problem: Problem | None) -> None:
    assert find_problem(status, words) is problem
    error = failed(status, words, media=("image", "audio", "video"))
    assert isinstance(error, MediaRefusedError) is (problem is not None)
    if problem is not None:
        assert (error.exit_code, error.code, error.retry_limit) == (10, "media_refused", 0)
        assert (error.status, error.why) == (status, words)


@pytest.mark.parametrize(("status", "words"), [case[:2] for case in SAID])
def test_without_media_in_the_request_it_is_as_it_was(status: int, words: str) -> None:
    assert not isinstance(failed(status, words, media=()), MediaRefusedError)


@pytest.mark.parametrize(
    ("media", "words", "what", "hint"),
    [
        (
            ("image",),
            NO_IMAGES,
            "mimo-v2.5-pro takes no images",
            "Ask one that does: -m mimo-v2.6-pro or mimo-v2.6-flash",
        ),
        (
            ("audio", "image"),
            "No endpoints found that support audio input",
            "mimo-v2.5-pro takes no audio",
            "Ask one that does: -m mimo-v2.6-pro or mimo-v2.6-flash",
        ),
        (
            ("video", "video"),
            "this is not a multimodal model",
            "mimo-v2.5-pro takes no video",
            "Ask one that does: -m mimo-v2.6-pro or mimo-v2.6-flash",
        ),
        (
            ("video", "image"),
            "this is not a multimodal model",
            "mimo-v2.5-pro does not take what is attached",
            "Ask one that does: -m mimo-v2.6-pro or mimo-v2.6-flash",
        ),
        (
            ("video",),
            CORRUPTED,
            "the server cannot read the video",
            (
                "A film may play all the same. Encode it anew: ffmpeg -i IN -c:v libx264 -crf 23 "
                "-pix_fmt yuv420p -c:a aac OUT.mp4"
            ),
        ),
        (
            ("image", "image"),
            CORRUPTED,
            "the server cannot read the image",
            (
                "Attach one at a time: that shows which it is. "
                "Open it in a picture editor, and save it anew as PNG or JPEG."
            ),
        ),
        (
            ("audio",),
            CORRUPTED,
            "the server cannot read the audio",
            "Encode it anew: ffmpeg -i IN OUT.mp3",
        ),
        (
            ("audio", "video"),
            CORRUPTED,
            "the server cannot read what is attached",
            (
                "Attach one at a time: that shows which it is. A film may play all the same. "
                "Encode it anew: ffmpeg -i IN -c:v libx264 -crf 23 -pix_fmt yuv420p -c:a aac "
                "OUT.mp4"
            ),
        ),
        (
            ("audio", "image"),
            CORRUPTED,
            "the server cannot read what is attached",
            "Attach one at a time: that shows which it is.",
        ),
        (
            ("image",),
            "At most 1 image(s) may be provided in one prompt.",
            "too much is attached",
            "Attach fewer at a time.",
        ),
        (
            ("image",),
            "Failed to download multimodal content",
            "the server cannot fetch what is attached",
            (
                "It fetches addresses itself: they must be public, without a login. "
                "Or download it, and attach the file."
            ),
        ),
        (
            ("image",),
            "image must be larger than 10 pixels",
            "what is attached was refused",
            "Ask a model that takes it (-m), or leave the attachment out.",
        ),
        (
            ("image",),
            "image exceeds 5 MB maximum",
            "what is attached is too large",
            "Make it smaller, say by ffmpeg -i IN -vf scale=iw/2:-1 -frames:v 1 OUT.jpg",
        ),
        (
            ("image",),
            "request payload size exceeds the limit",
            "what is attached is too large",
            (
                "Attach its https:// address, or make it smaller: "
                "ffmpeg -i IN -vf scale=iw/2:-1 -frames:v 1 OUT.jpg"
            ),
        ),
        # It is about what was not sent.
        (
            ("audio",),
            "image input is not supported",
            "what is attached was refused",
            "Ask a model that takes it (-m), or leave the attachment out.",
        ),
        (
            ("audio",),
            "image input is not supported - you may need to provide the mmproj",
            "what is attached was refused",
            "Start that server with the model's mmproj file.",
        ),
        (
            ("audio",),
            "Invalid image data",
            "the server cannot read what is attached",
            "Ask a model that takes it (-m), or leave the attachment out.",
        ),
        (
            ("audio", "image"),
            "neither image nor audio input is supported, this is not a multimodal model",
            "local does not take what is attached",
            "Ask one that does: -m mimo-v2.6-pro or mimo-v2.6-flash",
        ),
        (
            ("video",),
            "Multimodal file size is too large",
            "what is attached is too large",
            (
                "Attach its https:// address, or make it smaller: ffmpeg -i IN "
                "-vf \"scale=-2:'min(480,trunc(ih/2)*2)'\" "
                "-c:v libx264 -crf 30 -pix_fmt yuv420p -c:a aac OUT.mp4"
            ),
        ),
        (
            ("audio",),
            "audio is too large",
            "what is attached is too large",
            "Attach its https:// address, or make it smaller: ffmpeg -i IN -b:a 64k OUT.mp3",
        ),
        (
            ("audio", "video"),
            "request payload size exceeds the limit",
            "what is attached is too large",
            "Attach less, or https:// addresses instead of files.",
        ),
    ],
)
def test_it_is_said_what_it_is_and_what_helps(
    media: tuple[str, ...], words: str, what: str, hint: str
) -> None:
    is_other = what.startswith(("local", "what is attached was refused"))
    model = "local" if is_other else "mimo-v2.5-pro"
    error = failed(400, words, media=media, model=model)
    assert (error.what, error.why, hint_of(error)) == (what, words, hint)


@pytest.mark.parametrize(
    ("model", "hint"),
    [
        ("mimo-v2-omni", ReplaceModel("mimo-v2-omni", "2026-06-30", "mimo-v2.6-flash")),
        ("mimo-v2.5", ReplaceModel("mimo-v2.5", "2026-10-21", "mimo-v2.6-flash")),
        ("mimo-v2.6-pro", ModelsForMedia(("mimo-v2.6-flash", "mimo-v2.6-pro-ultraspeed"))),
    ],
)
def test_what_the_catalogue_does_not_know_a_model_to_lack_is_not_said_of_it(
    model: str, hint: ReplaceModel | ModelsForMedia
) -> None:
    error = failed(404, NO_IMAGES, model=model)
    assert (error.what, error.hint) == ("what is attached was refused", hint)


@pytest.mark.parametrize("words", ["image exceeds 5 MB maximum", "payload too large"])
@pytest.mark.parametrize("media", [("image",), ("image", "video")])
def test_the_extra_is_advised_where_it_would_make_a_picture_smaller(
    words: str, media: tuple[str, ...]
) -> None:
    for is_shrinkable in (True, False):
        new = tuple(NewMedia(kind, size=9) for kind in media)  # type: ignore[arg-type]  # as above
        asked = Asked(OTHER, "local", (), media, 9, is_shrinkable, new)
        body = json.dumps({"error": {"message": words}}).encode()
        error = failures.from_response(Response(400, {}, body), asked)
        assert ("`images`" in hint_of(error)) is is_shrinkable


def test_a_command_that_helps_is_one_to_be_copied() -> None:
    hint = failed(400, CORRUPTED, media=("video",)).hint
    assert isinstance(hint, Phrase)
    assert [it.partition(" ")[0] for it in commands(hint)] == ["ffmpeg"]


@pytest.mark.parametrize(
    ("earlier", "new", "file"),
    [
        ((), ("v.mp4",), "v.mp4"),
        (("image", "video"), ("my film's.mp4",), "'my film'\"'\"'s.mp4'"),
        (("audio",), ("-x.mp4",), "./-x.mp4"),
        ((), ("12:30.mp4",), "./12:30.mp4"),
        ((), ("/a/12:30.mp4",), "/a/12:30.mp4"),
        (("video",), ("",), "IN"),
        ((), ("stdin",), "IN"),
        ((), ("/dev/fd/63",), "IN"),
        ((), ("a\x1b[m.mp4",), "IN"),
        ((), ("a.mp4", "b.mp4"), "IN"),
    ],
)
def test_a_film_that_is_new_is_the_one_to_encode(
    earlier: tuple[str, ...], new: tuple[str, ...], file: str
) -> None:
    films = tuple(NewMedia("video", name) for name in new)
    error = failed(400, CORRUPTED, media=(*earlier, *("video" for _ in new)), new=films)
    assert error.what == "the server cannot read the video"
    assert isinstance(error.hint, Phrase)
    (command,) = commands(error.hint)
    assert command.startswith(f"ffmpeg -i {file} -c:v libx264 ")
    assert ("one at a time" in error.hint) is (len(new) > 1)


@pytest.mark.parametrize("kind", ["image", "audio", "video"])
def test_the_one_file_to_make_smaller_is_named(kind: MediaKind) -> None:
    new = (NewMedia(kind, "my 1.bin", 9),)
    error = failed(413, "too large", media=(kind,), new=new, size=10)
    assert "ffmpeg -i 'my 1.bin' " in hint_of(error)


def test_the_one_film_among_what_is_new_is_named() -> None:
    new = (NewMedia("image", "a.png"), NewMedia("video", "v.mp4"), NewMedia("audio", "s.mp3"))
    hint = failed(400, CORRUPTED, media=("image", "image", "video", "audio"), new=new).hint
    assert isinstance(hint, Phrase)
    assert hint.startswith("Attach one at a time: that shows which it is. A film may play")
    assert [it.split()[:3] for it in commands(hint)] == [["ffmpeg", "-i", "v.mp4"]]
    hint = failed(400, "the audio is corrupted", media=("video", "audio"), new=new).hint
    assert hint == "Encode it anew: ffmpeg -i s.mp3 OUT.mp3"


PICTURE, LARGE = NewMedia("image", "a.png", 1_000_000), NewMedia("image", "b.png", 9_000_000)


def test_a_server_that_wants_a_text_may_take_words_alone() -> None:
    detail = {"loc": ["body", "messages", 0, "content"], "msg": "str type expected"}
    body = json.dumps({"detail": [detail]}).encode()
    asked = Asked(OTHER, "m", media=("image",), new_media=(NewMedia("image"),))
    error = failures.from_response(Response(422, {}, body), asked)
    assert str(error) == "what is attached was refused: messages.0.content: str type expected"
    assert hint_of(error) == "This server may take words alone: ask without what is attached."


@pytest.mark.parametrize(
    ("status", "words", "media", "new", "hint"),
    [
        (400, CORRUPTED, ("image",), (), EarlierMedia()),
        (400, "image must be larger than 10 pixels", ("image", "video"), (), EarlierMedia()),
        (
            404,
            NO_IMAGES,
            ("image",),
            (),
            EarlierMedia(("mimo-v2.6-pro", "mimo-v2.6-flash")),
        ),
        # A kind is named that only earlier questions have.
        (400, "the video is corrupted", ("video", "image"), (PICTURE,), EarlierMedia()),
        (
            400,
            "At most 1 image(s) may be provided",
            ("image", "image"),
            (PICTURE,),
            Action.SEND_NEW_MEDIA_ALONE,
        ),
        (400, "At most 1 image(s) may be provided", ("image", "image"), (), EarlierMedia()),
        (400, "At most 1 image(s) may be provided", ("image", "image"), (PICTURE, PICTURE), None),
        (
            413,
            "too large",
            ("image", "image"),
            (PICTURE,),
            Action.SEND_NEW_MEDIA_ALONE_OR_SMALLER,
        ),
        (413, "too large", ("image", "image"), (), EarlierMedia()),
        (413, "too large", ("image", "image"), (LARGE,), None),
        (400, CORRUPTED, ("image", "image"), (PICTURE,), None),
    ],
)
def test_files_of_earlier_questions_are_told_to_be_sent_again(
    status: int,
    words: str,
    media: tuple[str, ...],
    new: tuple[NewMedia, ...],
    hint: EarlierMedia | Action | None,
) -> None:
    error = failed(status, words, media=media, new=new, size=10_000_000)
    assert isinstance(error, MediaRefusedError)
    assert (error.hint if isinstance(error.hint, EarlierMedia | Action) else None) == hint


@pytest.mark.parametrize(
    ("status", "words"),
    [(421, "The request was rejected"), (400, "content filter: blocked"), (403, "input flagged")],
)
def test_a_filter_may_have_blocked_what_is_attached(status: int, words: str) -> None:
    def hint(*kinds: str, new: tuple[NewMedia, ...] | None = None) -> str:
        error = failed(status, words, media=kinds, new=new)
        assert isinstance(error, BlockedError)
        return str(in_chat_terms(error.hint))

    assert hint() == "Put the question in other words."
    assert hint("image", new=()) == in_chat_terms(Action.LEAVE_EARLIER_MEDIA_OUT)
    for kinds, what in (
        (("image",), "the picture"),
        (("image", "image"), "the pictures"),
        (("audio",), "the recording"),
        (("video",), "the film"),
        (("video", "image"), "what is attached"),
    ):
        assert hint(*kinds) == (
            f"Put the question in other words, or leave {what} out (/file none): "
            "that may be what is blocked."
        )


def test_the_picture_that_looks_like_an_unknown_model_is_none() -> None:
    error = failed(404, NO_IMAGES)
    assert "unknown model" not in str(error)
    assert error.hint == ModelsForMedia(("mimo-v2.6-pro", "mimo-v2.6-flash"))
    told = "Ask one that does: /model mimo-v2.6-pro or mimo-v2.6-flash"
    assert in_chat_terms(error.hint) == told


@pytest.mark.parametrize(
    ("endpoint", "model", "listed", "hint"),
    [
        # What replaces it first; of a current model the others; of a gateway those that it has.
        (MIMO, "mimo-v2.6-pro", (), ("mimo-v2.6-flash", "mimo-v2.6-pro-ultraspeed")),
        (OTHER, "mimo-v2.5-pro", (), ("mimo-v2.6-pro", "mimo-v2.6-flash")),
        (
            OTHER,
            "xiaomi/mimo-v2.5-pro",
            ("xiaomi/mimo-v2.5-pro", "xiaomi/mimo-v2.6-flash", "other"),
            ("xiaomi/mimo-v2.6-flash",),
        ),
        (OTHER, "llama", (), None),
        (OTHER, "llama", ("llama", "llava"), None),
    ],
)
def test_a_model_is_named_only_if_it_is_known_to_take_it(
    endpoint: Endpoint, model: str, listed: tuple[str, ...], hint: tuple[str, ...] | None
) -> None:
    error = failed(404, NO_IMAGES, endpoint=endpoint, model=model, listed=listed)
    expected = Action.OTHER_MODEL_FOR_ATTACHMENT if hint is None else ModelsForMedia(hint)
    assert error.hint == expected


def test_llama_cpp_wants_a_file_more() -> None:
    words = "image input is not supported - you may need to provide the mmproj"
    error = failed(500, words, model="local")
    assert error.what == "local takes no images"
    assert error.hint == "Start that server with the model's mmproj file."


@pytest.mark.parametrize(
    ("media", "size", "kind", "what"),
    [
        (
            ("image",),
            49 * 1024 * 1024 + 200_000,
            MediaRefusedError,
            "the request is too large (49.2 MB)",
        ),
        (("image",), None, MediaRefusedError, "the request is too large"),
        ((), 3 * 1024 * 1024 + 210_000, RequestError, "the request is too large (3.2 MB)"),
        ((), 12_345, RequestError, "the request is too large (12.1 KB)"),
        ((), 99, RequestError, "the request is too large (99 bytes)"),
        ((), None, RequestError, "the request is too large"),
    ],
)
def test_a_413_says_how_large_it_was(
    media: tuple[str, ...], size: int | None, kind: type[MimoError], what: str
) -> None:
    page = b"<html><head><title>413 Request Entity Too Large</title></head></html>"
    new = tuple(NewMedia("image", "a.png", size or 0) for _ in media)
    asked = Asked(MIMO, "mimo-v2.6-pro", (), media, size, new_media=new)
    error = failures.from_response(Response(413, {}, page), asked)
    assert (type(error), error.what) == (kind, what)
    assert error.why == '"413 Request Entity Too Large"'
    if not media:
        assert hint_of(error) == "Send less."


@pytest.mark.parametrize(
    ("status", "words", "model", "kind"),
    [
        (404, "model llama3.2-vision not found", "llama3.2-vision", RequestError),
        (400, "Not supported model qwen-image", "qwen-image", RequestError),
        (401, NO_IMAGES, "m", AuthError),
        (402, NO_IMAGES, "m", BillingError),
        (429, "too many images per minute", "m", RateLimitError),
        (421, "the image was blocked", "m", BlockedError),
        (400, "content filter: the image was blocked", "m", BlockedError),
        (503, "image input is not supported", "m", ServerError),
    ],
)
def test_what_is_about_another_thing_stays_that(
    status: int, words: str, model: str, kind: type[MimoError]
) -> None:
    assert type(failed(status, words, model=model)) is kind


def test_a_failure_of_the_server_is_still_tried_again() -> None:
    assert failed(500, "failed to process the multimodal batch").retry_limit == ALWAYS


@pytest.mark.parametrize("kind", ["invalid_request_error", "api_error"])
def test_it_may_come_in_a_stream_or_with_status_200(kind: str) -> None:
    asked = Asked(MIMO, "mimo-v2.6-pro", (), ("video",))
    event = failures.from_event(StreamError(kind, CORRUPTED), asked)
    body = {"type": "error", "error": {"type": kind, "message": CORRUPTED}}
    whole = failures.from_body(Response(200, {}), body, asked)
    assert {type(event), type(whole)} == {MediaRefusedError}


def test_a_request_tells_what_media_it_holds() -> None:
    picture = Media("image", FileSource("image/png", 3, "ab", b"png"), name="a.png")
    film = Media("video", UrlSource("https://example.com/a.mp4"))
    result = ToolResult("t", (Text("here"), picture))
    messages = (
        Message("user", "words alone"),
        Message("user", (film, picture, Text("and?"))),
        Message("user", (result, ToolResult("u", "text"))),
    )
    encoded = encode(Request("m", messages))
    assert encoded.media == ("video", "image", "image")
    assert encoded.new_media == (NewMedia("image", "a.png", 4),)
    asked = encode(Request("m", messages[:2]))
    assert asked.new_media == (NewMedia("video"), NewMedia("image", "a.png", 4))
    assert encode(Request("m", messages[:1]))[2:] == ((), ())


@settings(deadline=None, derandomize=True, max_examples=some(150))
@given(
    st.sampled_from(STATUSES),
    st.lists(
        st.sampled_from(
            ["image", "not ", "support", " ", "url", "invalid", "fail", "x" * 40, "图片"]
        ),
        max_size=400,
    ).map("".join),
)
def test_any_words_are_told_apart_in_no_time(status: int, words: str) -> None:
    find_problem(status, words[:4096])
