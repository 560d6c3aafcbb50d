"""Calls the program flash-benchmark, which drives the agent's ring (Tests/Benchmarks/Flash)."""

import lzma
import subprocess


def run_benchmark(arguments, command):
    """Runs it with the recording on its standard input; answers the numbers it prints."""
    with lzma.open(arguments.recording, "rb") as file:
        text = subprocess.run(
            [arguments.benchmark, *command], input=file.read(), capture_output=True, check=True).stdout
    return [float(word) for word in text.split()]
