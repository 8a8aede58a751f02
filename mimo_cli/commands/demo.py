"""`mimo demo`: the main job, with no key and no network."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from mimo_cli.commands.ask import command
from mimo_cli.options.ask import AskOptions
from mimo_cli.phrases import CommandLine, Phrase
from mimo_cli.simulator import Simulator
from mimo_cli.simulator.showcase import QUESTION

if TYPE_CHECKING:
    from mimo_cli.environment import Environment
    from mimo_cli.options.demo import DemoOptions

_DELAY = 0.015
_KEPT = frozenset(
    {"PATH", "LANG", "LC_ALL", "LC_MESSAGES", "TERM", "COLORTERM", "COLORFGBG", "COLUMNS"}
    | {"NO_COLOR", "FORCE_COLOR"}
)


def run(environment: Environment, options: DemoOptions) -> int:
    """Ask the simulator, by the same way as a real question."""
    question = " ".join(options.words or []) or QUESTION
    console = environment.console()
    console.info(Phrase("no model is asked: a simulator on this machine answers"))
    console.line(Phrase("$ mimo ask -u {question}", question=shlex.quote(question)))
    with Simulator(delay=_DELAY) as simulator:
        code = command.run(
            _isolate(environment, simulator),
            AskOptions(words=[question], no_stdin=True, usage=True),
        )
    if not code:
        console.info(
            Phrase(
                "next: {init}, to use a key of your own; or {demo}",
                init=CommandLine("mimo config init"),
                demo=CommandLine("mimo demo 20 words"),
            )
        )
    return code


def _isolate(environment: Environment, simulator: Simulator) -> Environment:
    """Return the environment without the user's own key, server and settings."""
    environ = {name: value for name, value in environment.environ.items() if name in _KEPT}
    environ["MIMO_API_KEY"] = simulator.key
    environ["MIMO_BASE_URL"] = simulator.base_url
    environ["MIMO_CONFIG"] = "/dev/null"
    environ["MIMO_HISTORY"] = "false"
    return environment._replace(environ=environ, cwd=None)
