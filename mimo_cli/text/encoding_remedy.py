"""What to do about bytes that are no text in the encoding they were read by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.common_phrases import either
from mimo_cli.phrases import Phrase, counted

if TYPE_CHECKING:
    from mimo_cli.text.text_format import Remedy, TextFormat


def remedy(data: bytes, form: TextFormat) -> Phrase:
    """Return what to do about bytes that are no text in the encoding they were read by."""
    from mimo_cli.text import charsets

    if kind := charsets.kind_of_file(data):
        return Phrase("It is {kind}, and no text.", kind=kind)
    if not form.is_utf8 and b"\0" not in data and charsets.decode(data, "utf-8") is not None:
        template = "It is UTF-8, not {encoding}: leave --encoding out."
        return Phrase(template, encoding=form.encoding)
    if count := charsets.count_damage(data):
        return counted(
            count,
            "It is UTF-8 but for one piece: {remedy}.",
            "It is UTF-8 but for {count:,} pieces: {remedy}.",
            remedy=_DAMAGED[form.remedy],
        )
    names = [name for name in charsets.likely(data) if name != form.encoding.lower()]
    if not names:
        return _UNKNOWN[form.remedy]
    can_be_named = charsets.is_known(names[0]) and (
        form.remedy != "locale" or charsets.locale_of(names[0])
    )
    what = _remedy_of(names[0], form.remedy if can_be_named else "convert")
    return Phrase("It is probably {encodings}: {remedy}.", encodings=either(names), remedy=what)


def _remedy_of(name: str, kind: Remedy) -> Phrase:
    """Return what to do about a text of a known encoding."""
    from mimo_cli.text import charsets

    match kind:
        case "option":
            template = "add --encoding {name} (or --lossy, which replaces what is no text)"
            return Phrase(template, name=name)
        case "restart":
            return Phrase(
                "iconv -f {iconv} -t UTF-8 converts it, or begin with: mimo chat --encoding {name}",
                iconv=charsets.iconv_name(name),
                name=name,
            )
        case "convert":
            template = "save it as UTF-8 (iconv -f {iconv} -t UTF-8 converts it)"
            return Phrase(template, iconv=charsets.iconv_name(name))
        case "locale":
            template = "set the terminal to UTF-8, or say so: LC_ALL={locale}"
            return Phrase(template, locale=charsets.locale_of(name))


_DAMAGED: dict[Remedy, Phrase] = {
    "option": Phrase("--lossy replaces them"),
    "restart": Phrase("iconv -c -t UTF-8 drops them, mimo chat --lossy replaces them"),
    "convert": Phrase("save it again (iconv -c -t UTF-8 drops them)"),
    "locale": Phrase("type it again"),
}


_UNKNOWN: dict[Remedy, Phrase] = {
    "option": Phrase("If it is text, name its --encoding; to send it all the same: --lossy"),
    "restart": Phrase("If it is text, save it as UTF-8: only text can be added."),
    "convert": Phrase("If it is text, save it as UTF-8."),
    "locale": Phrase("Set the terminal to UTF-8."),
}
