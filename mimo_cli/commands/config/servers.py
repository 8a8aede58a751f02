"""Servers that `mimo config init` offers by name. Data only.

Sources: Xiaomi's published endpoints; the default addresses of llama.cpp's `llama-server`, Ollama
and LM Studio, which speak the Messages protocol.
"""

from __future__ import annotations

from typing import NamedTuple

from mimo_cli.api.base_url import DEFAULT_BASE_URL
from mimo_cli.phrases import Phrase

PLAN_KEY = "tp-"
PAY_KEY = "sk-"


class Preset(NamedTuple):
    """A server: its name, base URL and what it is. `is_mimo` ones have MiMo's models and keys."""

    name: str
    base_url: str
    help: Phrase
    is_mimo: bool = True


def _plan(region: str, place: Phrase) -> Preset:
    url = f"https://token-plan-{region}.xiaomimimo.com/anthropic"
    help_ = Phrase("Xiaomi, Token Plan in {place} (keys tp-…)", place=place)
    return Preset(f"token-plan-{region}", url, help_)


PRESETS: tuple[Preset, ...] = (
    Preset("mimo", DEFAULT_BASE_URL, Phrase("Xiaomi, pay as you go (keys sk-…)")),
    _plan("cn", Phrase("China")),
    _plan("sgp", Phrase("Singapore")),
    _plan("ams", Phrase("Europe")),
    Preset(
        "llama.cpp", "http://localhost:8080", Phrase("llama-server on this machine"), is_mimo=False
    ),
    Preset("ollama", "http://localhost:11434", Phrase("Ollama on this machine"), is_mimo=False),
    Preset(
        "lm-studio", "http://localhost:1234", Phrase("LM Studio on this machine"), is_mimo=False
    ),
)


def find_preset(answer: str) -> Preset | None:
    """Return the preset of that name or number, counted from 1."""
    if answer.isascii() and answer.isdigit():
        number = int(answer)
        return PRESETS[number - 1] if 1 <= number <= len(PRESETS) else None
    return next((preset for preset in PRESETS if preset.name == answer.lower()), None)


def preset_for_key(preset: Preset, key: str, region: str) -> Preset:
    """Return the preset that a key of MiMo's belongs to: its two families have their own hosts."""
    if not preset.is_mimo:
        return preset
    is_plan = preset.name != PRESETS[0].name
    if key.startswith(PLAN_KEY) and not is_plan:
        return next(plan for plan in PRESETS if plan.name == f"token-plan-{region}")
    return PRESETS[0] if key.startswith(PAY_KEY) and is_plan else preset


def needs_region(preset: Preset, key: str) -> bool:
    """Return whether only its region is missing to know the server of a key."""
    return preset.name == PRESETS[0].name and key.startswith(PLAN_KEY)
