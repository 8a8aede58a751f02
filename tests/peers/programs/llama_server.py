"""Serve a model with llama.cpp: `python llama_server.py MODEL PORT KEY`, in its own environment."""

from __future__ import annotations

import signal
import sys

import xllamacpp


def main() -> None:
    """Serve until a signal comes."""
    model, port, key = sys.argv[1:]
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
    parameters.offline = True
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)  # noqa: T201 - into its log
    signal.sigwait({signal.SIGTERM})


if __name__ == "__main__":
    main()
