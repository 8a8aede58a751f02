"""`mimo config` and what is under it."""

from typing import Annotated, Any

import typer

from mimo_cli.cli.command import Built, Group, PlainCommand, build, examples


class _SettingCommand(PlainCommand):
    """A command that takes a setting's name: its help lists them."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments and options, and each setting, as wide as the terminal is."""
        from shutil import get_terminal_size

        from mimo_cli.cli.help_page import in_words
        from mimo_cli.config import KEYS  # for those who ask for help
        from mimo_cli.output.columns import NAME_AND_TEXT, table
        from mimo_cli.text.widths import Screen

        super().format_options(ctx, formatter)
        rows = [(key.name, in_words(self, key.help)) for key in KEYS]
        with formatter.section(in_words(self, "Settings")):
            indent = " " * formatter.current_indent
            screen = Screen(max(1, get_terminal_size().columns - len(indent) - 1))
            lines = table(rows, NAME_AND_TEXT, screen).text.splitlines(keepends=True)
            formatter.write("".join(f"{indent}{line}" for line in lines))


_app = typer.Typer(
    cls=Group,
    help="Show and change the settings.",
    epilog=examples("""
        mimo config init                  asks for server and key, and tries them
        mimo config set api_key           asks for it, without showing it
        mimo config set model mimo-v2.6-flash
        mimo config list                  each value, and where it comes from
    """),
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
)


@_app.callback()
def _config(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


_Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="The setting's name; aliases.NAME for a model's short name."
    ),
]
_Profile = Annotated[
    str | None, typer.Option("--profile", "-p", metavar="NAME", help="In this profile.")
]


@_app.command(
    "init",
    cls=PlainCommand,
    epilog=examples("""
        mimo config init                  the server, its key, a model
        mimo config init -p local         the same, kept in a profile
    """),
)
def _config_init(context: typer.Context, profile: _Profile = None) -> int:
    """Set up a server and its key: asks, tries them out, keeps them."""
    from mimo_cli.commands.config import init
    from mimo_cli.shell import caches

    code = init.run(context.obj, profile)
    caches.keep_after_settings(context.obj)
    return code


@_app.command(
    "set",
    cls=_SettingCommand,
    epilog=examples("""
        mimo config set api_key           asks for it, without showing it
        pass show mimo | mimo config set api_key
        mimo config set model mimo-v2.6-flash
        mimo config set -p work base_url https://ai.example.com
    """),
)
def _config_set(
    context: typer.Context,
    name: _Name,
    value: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[VALUE]...", help="Its value; the key is asked for, or read from stdin."
        ),
    ] = None,
    profile: _Profile = None,
    force: Annotated[
        bool, typer.Option("--force", help="Begin a new file if this one is broken (kept as .bak).")
    ] = False,
) -> int:
    """Keep a setting. The API key is asked for, or read from stdin; never given as a word."""
    from mimo_cli.commands.config import set_value
    from mimo_cli.shell import caches

    code = set_value.run(context.obj, name, value or [], profile=profile, force=force)
    caches.keep_after_settings(context.obj)
    return code


@_app.command(
    "get",
    cls=_SettingCommand,
    epilog=examples("""
        mimo config get model
        mimo config get api_key --reveal  the key itself
        mimo config get -p work base_url
    """),
)
def _config_get(
    context: typer.Context,
    name: _Name,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show the key itself.")] = False,
    profile: _Profile = None,
) -> int:
    """Print the value in force, whichever place it comes from."""
    from mimo_cli.commands.config import get_value

    return get_value.run(context.obj, name, reveal=reveal, profile=profile)


@_app.command(
    "unset",
    cls=_SettingCommand,
    epilog=examples("""
        mimo config unset model           the built-in one again
        mimo config unset -p work base_url
        mimo config unset profiles.work   the whole profile
    """),
)
def _config_unset(context: typer.Context, name: _Name, profile: _Profile = None) -> int:
    """Take a setting out of the file, or a whole table: profiles.NAME, prompts.NAME."""
    from mimo_cli.commands.config import unset_value
    from mimo_cli.shell import caches

    code = unset_value.run(context.obj, name, profile=profile)
    caches.keep_after_settings(context.obj)
    return code


@_app.command(
    "list",
    cls=PlainCommand,
    epilog=examples("""
        mimo config list                  each value, and where it comes from
        mimo config list -p work          as they are in a profile
        mimo config list --json | jq .
    """),
)
def _config_list(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
    profile: _Profile = None,
) -> int:
    """List every setting: value, where it comes from, default."""
    from mimo_cli.commands.config import list_settings

    return list_settings.run(context.obj, json=json, profile=profile)


@_app.command(
    "prompts",
    cls=PlainCommand,
    epilog=examples("""
        mimo config prompts
        mimo config prompts --json | jq .
    """),
)
def _config_prompts(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> int:
    """List the kept prompts: name, first words, fields to --set."""
    from mimo_cli.commands.config import list_prompts

    return list_prompts.run(context.obj, json=json)


@_app.command(
    "edit",
    cls=PlainCommand,
    epilog=examples("""
        mimo config edit
        EDITOR=nano mimo config edit
    """),
)
def _config_edit(context: typer.Context) -> int:
    """Edit the file in $VISUAL or $EDITOR; it is checked first."""
    from mimo_cli.commands.config import edit
    from mimo_cli.shell import caches

    code = edit.run(context.obj)
    caches.keep_after_settings(context.obj)
    return code


@_app.command(
    "path",
    cls=PlainCommand,
    epilog=examples("""
        mimo config path
        cat "$(mimo config path)"
    """),
)
def _config_path(context: typer.Context) -> int:
    """Print where the file is."""
    from mimo_cli.commands.config import print_path

    return print_path.run(context.obj)


def config() -> Built:
    """Return the command with its subcommands."""
    return build(_app)
