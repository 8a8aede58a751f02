"""`mimo demo`: the main job, with no key and no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.commands import ask
from mimo_cli.options.ask import AskOptions
from mimo_cli.phrases import Phrase
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from mimo_cli.environment import Environment
    from mimo_cli.options.demo import DemoOptions

_QUESTION = "What can you do?"
_DELAY = 0.02
_KEPT = frozenset(
    {"PATH", "LANG", "LC_ALL", "LC_MESSAGES", "TERM", "COLORTERM", "COLORFGBG", "COLUMNS"}
    | {"NO_COLOR", "FORCE_COLOR"}
)


def run(environment: Environment, options: DemoOptions) -> int:
    """Ask the simulator, by the same way as a real question."""
    question = " ".join(options.words or []) or _QUESTION
    with Simulator(delay=_DELAY) as simulator:
        template = "a simulator answers, not a model: mimo ask {question!r}"
        environment.console().info(Phrase(template, question=question))
        return ask.run(
            _isolate(environment, simulator), AskOptions(words=[question], no_stdin=True)
        )


def _isolate(environment: Environment, simulator: Simulator) -> Environment:
    """Return the environment without the user's own key, server and settings."""
    environ = {name: value for name, value in environment.environ.items() if name in _KEPT}
    environ["MIMO_API_KEY"] = simulator.key
    environ["MIMO_BASE_URL"] = simulator.base_url
    environ["MIMO_CONFIG"] = "/dev/null"
    environ["MIMO_HISTORY"] = "false"
    return environment._replace(environ=environ, cwd=None)
