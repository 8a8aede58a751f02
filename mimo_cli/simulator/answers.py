"""The texts the simulator answers with. Pure: the same request always gets the same answer.

Most questions get a page of Markdown that says that no model is behind it. A few choose a form,
for people who test a script (matched without regard to case, the first that fits):

- `please introduce yourself`: the reply in the reference's own example;
- `how far does a thrown ball fly?`: the answer in the README's picture (`showcase`);
- `stop reason NAME`: a short answer that ends for that reason (`refusal`, `content_filter`, ...);
- `echo TEXT` at the start: exactly TEXT, whatever it holds;
- `in JSON` or `as JSON`: one JSON object and nothing else;
- `N words`: that many words, at most 100,000;
- the name of a tool that was offered: a call of that tool (of each tool named, unless
  `disable_parallel_tool_use` is set). The input is made up from the tool's schema; its strings
  are the texts in double quotes in the question, in turn, then `example`. A simulator that was
  given `calls` makes those instead, whatever the question is.

The page and the JSON also say what media came with the question: a line for each, with its type,
its size in pixels, its length and its bytes; and how many are in earlier messages.
"""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING, Any

from mimo_cli.simulator import media_blocks, showcase
from mimo_cli.simulator.tool_calls import AnswerDraft, ToolCall, allowed, calling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.simulator.media_blocks import GivenMedia

INTRODUCTION = "please introduce yourself"
INTRODUCED = (
    "Hello! I'm MiMo, an AI assistant developed by Xiaomi. I'm here to help answer your "
    "questions, provide information, or assist with various tasks. My knowledge is up to date "
    "until December 2024. How can I help you today?"
)
"""The reference's reply to `INTRODUCTION`."""

MOST_WORDS = 100_000

_SHORT = 80  # characters of the question that the page repeats
_NO_MODEL = "No model is behind this text: a simulator wrote these words only to be counted"
_SYLLABLES = tuple(first + vowel for first in "bdfgjklmnprstvz" for vowel in "aeiou")
_PARAGRAPH = 50  # words

_PAGE = """\
## A simulated answer

You asked: `{question}`{media}

**No model is behind this text.** A *simulator* on your own machine wrote it. The same question \
always gets the same answer, and nothing you typed has left this computer.

What there is to see:

- how **bold**, *italic* and `code` look in your terminal
- how an answer grows while it arrives, one token at a time
- how wide characters line up: 你好世界 🚀

```python
def greet(name: str) -> str:
    # Colours appear if your terminal has them.
    return f"Hello, {{name}}!"
```

| in your question | count |
|---|---:|
| characters | {characters} |
| words | {words} |
| 中文字 | {han} |

> Ask for `20 words`, for something `in JSON`, or `echo` a text to get other answers."""


def draft(body: dict[str, Any], media: GivenMedia) -> AnswerDraft:
    """Return the built-in answer to a valid request.

    `media` are those in it, by the identity of their blocks.
    """
    asked = question(body)
    results = _results(body, media)
    if results:  # even if the same message asks something as well
        return AnswerDraft(f"No model is behind this. The tool answered: {' '.join(results)}")
    calls = allowed(_calls(body, asked), body)
    if calls:
        return calling(calls)
    blocks = _last_blocks(body)
    given = [media_blocks.describe(media[id(it)]) for it in blocks if id(it) in media]
    return _form(asked, given, len(media) - len(given))


def thinking_text(body: dict[str, Any]) -> str:
    """Return the built-in thinking text."""
    count = len(question(body).split())
    return (
        f"Words in the question: {count}. There is no model here, so there is nothing to work "
        "out: I lay out the answer that the simulator always gives. It should show what a reader "
        "can expect to see."
    )


def question(body: dict[str, Any]) -> str:
    """Return the text of the user's last message, its text blocks joined by line ends."""
    for message in reversed(body["messages"]):
        if message["role"] == "user":
            content = message["content"]
            if isinstance(content, str):
                return content
            return "\n".join(block["text"] for block in content if block["type"] == "text")
    return ""


def _last_blocks(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the blocks of the user's last message; none of one that is a text."""
    asked = (it["content"] for it in reversed(body["messages"]) if it["role"] == "user")
    content = next(asked, "")
    return [] if isinstance(content, str) else content


@functools.lru_cache(maxsize=8)  # for benchmarks, which ask for 20,000 again and again
def words(count: int) -> str:
    """Return so many short words, each of them one token and different from the others."""
    return "".join(_space(_word(at), at) for at in range(count))


def _form(asked: str, given: list[str], earlier: int) -> AnswerDraft:
    if reply := _BY_QUESTION.get(_plain(asked)):
        return AnswerDraft(reply)
    if found := re.search(r"\bstop[ _]reason:? (\w+)", asked, re.IGNORECASE):
        return AnswerDraft("No model is behind this, it only stops.", stop_reason=found[1].lower())
    if found := re.match(r"\s*echo:? (.*\S.*)", asked, re.IGNORECASE | re.DOTALL):
        return AnswerDraft(found[1])
    if re.search(r"\b(?:in|as) json\b", asked, re.IGNORECASE):
        facts: dict[str, object] = {"simulated": True, "model": None, "question": asked}
        if given or earlier:
            facts |= {"attachments": given, "earlier_attachments": earlier}
        return AnswerDraft(json.dumps(facts, ensure_ascii=False))
    if found := re.search(r"\b(\d{1,6}) words?\b", asked, re.IGNORECASE):
        return AnswerDraft(_count_words(min(max(int(found[1]), 1), MOST_WORDS)))
    return AnswerDraft(_page(asked, _told(given, earlier)))


def _plain(asked: str) -> str:
    """Return a question without its case and the punctuation around it."""
    return asked.strip(" \t\r\n.!?").lower()


def _told(given: list[str], earlier: int) -> str:
    """Return the part of the page that says what media there are; empty without any."""
    parts = []
    if given:
        lines = (f"- `{it.replace('`', '%60')}`" for it in given)
        parts.append("\n".join(["With it came:", "", *lines]))
    if earlier:
        parts.append(f"Attached to earlier messages: {earlier}.")
    return "".join(f"\n\n{part}" for part in parts)


def _page(asked: str, media: str) -> str:
    plain = " ".join(asked.replace("`", "'").split())
    short = plain if len(plain) <= _SHORT else plain[: _SHORT - 1] + "…"
    return _PAGE.format(
        question=short or "(no text)",
        media=media,
        characters=len(asked),
        words=len(asked.split()),
        han=sum("\u4e00" <= character <= "\u9fff" for character in asked),
    )


def _count_words(count: int) -> str:
    start = _NO_MODEL.split()[:count]
    return " ".join([*start, *map(_word, range(count - len(start)))])


def _word(at: int) -> str:
    """Return the word with this number: words are as numbers with syllables for digits."""
    word = ""
    while True:
        at, digit = divmod(at, len(_SYLLABLES))
        word = _SYLLABLES[digit] + word
        if not at:
            return word


def _space(word: str, at: int) -> str:
    if at == 0:
        return word
    return ("\n\n" if at % _PARAGRAPH == 0 else " ") + word


def brings_results(body: dict[str, Any]) -> bool:
    """Return whether the last message holds results of tools."""
    return bool(_result_blocks(body))


def _result_blocks(body: dict[str, Any]) -> list[dict[str, Any]]:
    content = body["messages"][-1]["content"]
    blocks = [] if isinstance(content, str) else content
    return [block for block in blocks if block["type"] == "tool_result"]


def _results(body: dict[str, Any], media: GivenMedia) -> list[str]:
    """Return the texts of the tool results in the last message, and what media they hold."""
    return [_result(block, media) for block in _result_blocks(body)]


def _result(block: dict[str, Any], media: GivenMedia) -> str:
    content = block.get("content", "")
    if isinstance(content, str):
        return content
    parts = (
        part["text"] if part["type"] == "text" else f"[{media_blocks.describe(media[id(part)])}]"
        for part in content
    )
    return " ".join(parts)


def _calls(body: dict[str, Any], asked: str) -> Iterator[ToolCall]:
    quoted = iter(re.findall(r'"([^"]+)"', asked))
    for tool in body.get("tools", ()):
        if re.search(rf"(?<![\w-]){re.escape(tool['name'])}(?![\w-])", asked, re.IGNORECASE):
            yield ToolCall(tool["name"], _object(tool["input_schema"], quoted))


def _object(schema: dict[str, Any], quoted: Iterator[str]) -> dict[str, object]:
    """Return a value for the properties that are required, or for all if none are."""
    properties = schema.get("properties")
    known = properties if isinstance(properties, dict) else {}
    names = _as_list(schema.get("required")) or list(known)
    return {str(name): _sample(known.get(str(name)), quoted) for name in names}


def _sample(schema: object, quoted: Iterator[str]) -> object:
    """Return a value that a JSON schema allows, as far as the simulator understands it."""
    if not isinstance(schema, dict):
        return {}
    given = [schema[name] for name in ("const", "default") if name in schema]
    given += _as_list(schema.get("enum")) + _as_list(schema.get("examples"))
    if given:
        return given[0]
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, quoted)
    if kind == "array":
        return [_sample(schema.get("items"), quoted)]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    return True if kind == "boolean" else next(quoted, "example")


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


_BY_QUESTION = {INTRODUCTION: INTRODUCED, _plain(showcase.QUESTION): showcase.ANSWER}
