"""`mimo config prompts`: the kept prompts."""

from __future__ import annotations

import json as json_module
from typing import TYPE_CHECKING

from mimo_cli.commands.config.list_settings import tell
from mimo_cli.commands.config.listing import write_rows
from mimo_cli.config import every_template, paths, read_source
from mimo_cli.errors import ConfigError
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.environment import Environment
    from mimo_cli.output.columns import Column

_FIRST_WORDS = 60  # characters of a prompt


def run(environment: Environment, *, json: bool) -> int:
    """Print the kept prompts: name, first words, fields. One that is wrong is told, with no more.

    Raises:
        ConfigError: the file cannot be read.
    """
    source = read_source(paths.config_file(environment.environ))
    rows = []
    content = {}
    wrong: list[ConfigError] = []
    for it in every_template(source):
        if isinstance(it.template, ConfigError):
            wrong.append(it.template)
            continue
        fields = it.template.fields
        rows.append((it.name, one_line(it.text, _FIRST_WORDS), ", ".join(fields)))
        content[it.name] = {**it.content, "fields": fields}
    console = environment.console()
    if json:
        environment.stdout.write(json_module.dumps(content, indent=2, default=str) + "\n")
    elif rows:
        write_rows(environment, rows, _columns)
    tell(wrong, console)
    if not rows and not wrong:
        console.info(Phrase("no prompts are kept yet: mimo config set prompts.NAME.prompt TEXT"))
    return wrong[0].exit_code if wrong else 0


def _columns() -> Sequence[Column]:
    from mimo_cli.output.columns import Column  # not for pipes

    return (
        Column(Phrase("prompt"), "wrap", least=12),
        Column(Phrase("text"), "wrap", least=24, leaves=2),
        Column(Phrase("fields"), "wrap", least=8, leaves=1),
    )
