"""`mimo simulate`: a server to test scripts against."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, NoReturn

from mimo_cli.errors import Interrupted, NetworkError, UsageError
from mimo_cli.input import file_reading
from mimo_cli.phrases import Phrase, reason, verbatim
from mimo_cli.simulator import DIALECTS, MAX_BODY, Fault, Simulator, ToolCall
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.environment import Environment
    from mimo_cli.options.simulate import SimulateOptions
    from mimo_cli.simulator import CallForm

_DRIP_SECONDS = 1.0
_CUTOFF = 0.3  # a guess is of use even if it is a wild one
_LIST = "list"
_EXAMPLE_OF_A_CALL = """--call 'weather={"city":"Rome"}'"""
_MB = 1024 * 1024


def run(environment: Environment, options: SimulateOptions) -> int:
    """Serve until it is interrupted; that is success.

    Raises:
        NetworkError: the port is taken.
        UsageError: options that make no sense.
    """
    dialects = options.dialect or ()
    if _LIST in dialects:
        environment.stdout.write(_list_dialects(environment))
        return 0
    console = environment.console()
    simulator = Simulator(
        port=options.port,
        delay=options.delay,
        answer=[_answer(text) for text in options.answer or ()],
        calls=[_call(text) for text in options.call or ()],
        calls_as=_call_form(options),
        endless_calls=options.endless_calls,
        dialect=_check_known(dialects),
        faults=_faults(options),
        max_body=MAX_BODY if options.max_body is None else options.max_body * _MB,
        log=console.info,
    )
    environment.signals.catch()
    try:
        simulator.start()
    except OSError as error:
        what = Phrase("cannot listen on port {port}", port=options.port)
        raise NetworkError(what, reason(error), Phrase("Try --port 0.")) from error
    try:
        environment.stdout.write(
            f"export MIMO_BASE_URL={simulator.base_url}\nexport MIMO_API_KEY={simulator.key}\n"
        )
        console.info(Phrase("set these two in another terminal; Ctrl-C ends the simulator"))
        with environment.signals.given_to(_stop):
            simulator.serve_forever()
    except Interrupted:
        return 0
    finally:
        simulator.stop()
    return 0


def _list_dialects(environment: Environment) -> str:
    """Return the dialects, one a line: in columns on a terminal, else with a tab."""
    rows = [(name, dialect.about) for name, dialect in DIALECTS.items()]
    screen = environment.screen_of(environment.stdout)
    if screen is None:
        return "".join(f"{name}\t{about}\n" for name, about in rows)
    from mimo_cli.output.columns import NAME_AND_TEXT, table

    return table(rows, NAME_AND_TEXT, screen, translations=environment.translations).text


def _check_known(names: Iterable[str]) -> Iterable[str]:
    for name in names:
        if name not in DIALECTS:
            close = get_close_matches(name.lower(), DIALECTS, n=1, cutoff=_CUTOFF)
            hint = Phrase("mimo simulate --dialect list names them all.")
            if close:
                hint = Phrase("Did you mean {name}? {more}", name=close[0], more=hint)
            raise UsageError(Phrase("unknown dialect"), verbatim(name), hint)
    return names


def _stop(number: int) -> NoReturn:
    """Take a signal for the wish to stop, which may take its time."""
    raise Interrupted(number)


def _answer(text: str) -> str:
    if text.startswith("@"):
        return file_reading.read_file(text[1:], TextFormat())
    return text


def _call(text: str) -> ToolCall:
    """Return the call that NAME=JSON says; one with an empty input where nothing is behind `=`.

    Raises:
        UsageError: there is no name, or no `=`.
    """
    name, sign, given = text.partition("=")
    if name and sign:
        return ToolCall(name, given or "{}")
    what = Phrase("--call needs the name of a tool")
    if name:
        what = Phrase("--call needs = behind the name of a tool, and its input")
    raise UsageError(what, Phrase("for example {example}", example=_EXAMPLE_OF_A_CALL))


def _call_form(options: SimulateOptions) -> CallForm:
    if not options.call and (options.calls_as is not None or options.endless_calls):
        raise UsageError(Phrase("--calls-as and --endless-calls need --call"))
    match options.calls_as:
        case None:
            return "blocks"
        case "text" | "thinking" as form:
            return form
        case other:
            what = Phrase("--calls-as cannot be {value!r}", value=other)
            raise UsageError(what, Phrase("it is text or thinking"))


def _faults(options: SimulateOptions) -> list[Fault]:
    ends = (options.cut, options.reset, options.stall)
    if sum(end is not None for end in ends) > 1:
        raise UsageError(Phrase("--cut, --reset and --stall cannot go together"))
    if options.retry_after is not None and options.status is None:
        what = Phrase("--retry-after needs --status")
        raise UsageError(what, Phrase("for example --status 429"))
    if options.corrupted and options.status is not None:
        raise UsageError(Phrase("--corrupted and --status cannot go together"))
    refusal = Fault.corrupted() if options.corrupted else Fault(status=options.status)
    fault = replace(
        refusal,
        times=options.times,
        headers=() if options.retry_after is None else (("Retry-After", options.retry_after),),
        delay=options.first_byte or 0.0,
        cut_at=options.cut,
        reset_at=options.reset,
        stall_at=options.stall,
        drip_at=options.drip,
        drip_seconds=0.0 if options.drip is None else _DRIP_SECONDS,
    )
    return [] if fault == Fault(times=options.times) else [fault]
