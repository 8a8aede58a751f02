"""Serve a model with llama.cpp: `python llama_server.py MODEL PORT KEY [TEMPLATE]`.

It is run in its own environment. The template is of a chat, instead of the model's own.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import xllamacpp


def main() -> None:
    """Serve until a signal comes."""
    model, port, key, *template = sys.argv[1:]
    parameters = xllamacpp.CommonParams()
    parameters.model.path = model
    parameters.model_alias = {"smollm2"}
    parameters.port = int(port)
    parameters.api_keys = [key]
    parameters.n_ctx = 2048
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 1  # several wait for each other in busy loops
    parameters.cpuparams_batch.n_threads = 1
    parameters.sampling.temp = 0
    parameters.ui = False
    if template:
        parameters.chat_template = Path(template[0]).read_text("utf-8")
    parameters.offline = True
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)  # noqa: T201 - into its log
    signal.sigwait({signal.SIGTERM})


if __name__ == "__main__":
    main()
