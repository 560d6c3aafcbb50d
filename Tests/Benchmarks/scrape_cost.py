"""What one scrape costs: CPU of the agent beside node_exporter, of the collectors alone, and system calls."""

import http.client
import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import time

ROUNDS = 5
SCRAPES = 100
WARM_UP_SCRAPES = 20
BENCHMARK_RUNS = 1000


def scrape(port):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/metrics")
    body = connection.getresponse().read()
    connection.close()
    return body


def sample_count(body):
    return sum(1 for line in body.decode().splitlines() if line and not line.startswith("#"))


def cpu_per_scrape(processes):
    """Seconds by the process's name: the median of rounds in turn, so that what else the machine does meets all."""
    rounds = {process.name: [] for process in processes}
    for process in processes:
        for _ in range(WARM_UP_SCRAPES):
            scrape(process.port)
    for _ in range(ROUNDS):
        for process in processes:
            before = process.cpu_seconds()
            for _ in range(SCRAPES):
                scrape(process.port)
            rounds[process.name].append((process.cpu_seconds() - before) / SCRAPES)
    return {name: statistics.median(seconds) for name, seconds in rounds.items()}


def counted(path):
    """Calls and failed calls by name, from the summary of strace -c."""
    calls = {}
    with open(path) as file:
        for line in file:
            words = line.split()
            if len(words) in (5, 6) and words[3].isdigit() and words[-1] != "total":
                calls[words[-1]] = (int(words[3]), int(words[4]) if len(words) == 6 else 0)
    return calls


def calls_per_scrape(process):
    """System calls of a process by name, of one scrape."""
    with tempfile.NamedTemporaryFile() as summary:
        tracer = subprocess.Popen(
            ["strace", "-f", "-c", "-o", summary.name, "-p", str(process.child.pid)], stderr=subprocess.PIPE)
        # It says so on its standard error once it has attached.
        tracer.stderr.readline()
        # It says so of the first thread, and goes on with the others.
        time.sleep(1)
        for _ in range(SCRAPES):
            scrape(process.port)
        tracer.send_signal(signal.SIGINT)
        tracer.communicate()
        return {name: (calls / SCRAPES, failed / SCRAPES) for name, (calls, failed) in counted(summary.name).items()}


def calls_per_run(benchmark):
    """System calls of the collectors alone: what more runs make more."""
    few, many = 50, 150
    by_runs = {}
    for runs in (few, many):
        with tempfile.NamedTemporaryFile() as summary:
            subprocess.run(
                ["strace", "-f", "-c", "-o", summary.name, benchmark, str(runs)], check=True, stdout=subprocess.DEVNULL)
            by_runs[runs] = counted(summary.name)
    # The benchmark runs the collectors twice as often as it is told: for CPU, then for durations.
    more = 2 * (many - few)
    nothing = (0, 0)
    return {
        name: tuple((by_runs[many][name][index] - by_runs[few].get(name, nothing)[index]) / more for index in (0, 1))
        for name in by_runs[many]}


def print_cpu(processes):
    seconds = cpu_per_scrape(processes)
    samples = {process.name: sample_count(scrape(process.port)) for process in processes}
    print(f"\n| CPU for one scrape, median of {ROUNDS} rounds in turn | ms | samples | µs a sample | of node_exporter's |")
    print("|---|---|---|---|---|")
    for name, value in seconds.items():
        print(
            f"| {name} | {value * 1000:.2f} | {samples[name]} | {value * 1e6 / samples[name]:.2f} "
            f"| {value / seconds['node_exporter']:.2f} |")


def print_collectors(benchmark):
    lines = subprocess.run(
        [benchmark, str(BENCHMARK_RUNS)], check=True, capture_output=True, text=True).stdout.splitlines()
    print(f"\nThe collectors alone: {lines[0]}. {lines[1]}. The dearest:\n")
    print("| collector | µs |\n|---|---|")
    for line in lines[3:13]:
        duration, name = line.split("\t")
        print(f"| {name} | {duration} |")


def print_calls(processes, benchmark):
    if not shutil.which("strace"):
        print("\nSystem calls are not counted: strace is not installed.")
        return
    columns = {"collectors alone": calls_per_run(benchmark)}
    columns.update((process.name, calls_per_scrape(process)) for process in processes)
    print("\n| system calls for one scrape, of these failed | " + " | ".join(columns) + " |")
    print("|---|" + "---|" * len(columns))
    nothing = (0, 0)
    names = {name for calls in columns.values() for name, (count, _) in calls.items() if count >= 0.5}
    for name in sorted(names, key=lambda name: -columns["collectors alone"].get(name, nothing)[0]):
        print(f"| {name} | " + " | ".join(cell(*calls.get(name, nothing)) for calls in columns.values()) + " |")
    print("| all | " + " | ".join(
        cell(sum(count for count, _ in calls.values()), sum(failed for _, failed in calls.values()))
        for calls in columns.values()) + " |")


def cell(count, failed):
    # A difference of two runs may be a little less than nothing.
    count = max(count, 0)
    return f"{count:.0f}, {failed:.0f}" if failed >= 0.5 else f"{count:.0f}"
