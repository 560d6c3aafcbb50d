"""A full ring of 64 MiB: how long the agent takes to open it, and its memory while it catches up when the hub comes back."""

import json
import os
import re
import threading
import time
import urllib.request

from flash_benchmark import run_benchmark
from peers import Wayside
from remote_write import CountingReceiver

RING_MIB = 64
OPENINGS = 5
BATCH_SECONDS = 15
# The agent has caught up where what was acknowledged last is not older than this.
LIVE_SECONDS = 3 * BATCH_SECONDS


class Peak:
    """The most anonymous memory of a process, looked at fifty times a second until `end`."""

    def __init__(self, process):
        self.bytes = 0
        self.is_over = False
        self.process = process
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        while not self.is_over:
            self.bytes = max(self.bytes, self.process.anonymous_bytes())
            time.sleep(0.02)

    def end(self):
        self.is_over = True
        self.thread.join()
        return self.bytes


def wait_for(what, seconds, condition):
    end = time.time() + seconds
    while time.time() < end:
        if condition():
            return
        time.sleep(0.2)
    raise SystemExit(f"waited {seconds} s in vain until {what}")


def buffer_page(agent):
    with urllib.request.urlopen(f"http://127.0.0.1:{agent.port}/api/v1/buffer") as answer:
        return json.load(answer)


def destination(agent):
    return buffer_page(agent)["destinations"][0]


def is_live(agent):
    newest = destination(agent)["newest_acknowledged_unix_ms"]
    return newest is not None and newest / 1000 > time.time() - LIVE_SECONDS


def opening(agent):
    """Starts and kills it; answers the milliseconds that it says opening the ring took, and its CPU until it listens."""
    agent.start()
    cpu = agent.process.cpu_seconds() * 1000
    agent.kill()
    with open(agent.process.log.name) as log:
        return float(re.findall(r"buffer opened.*milliseconds=\"?(\d+)", log.read())[-1]), cpu


def run(directory, arguments):
    def agent(name):
        return Wayside(
            name, CountingReceiver(), directory, arguments.binaries, 1, size=f"{RING_MIB}MiB", batch=BATCH_SECONDS)

    idle, full = agent("idle"), agent("full")
    try:
        idle.start()
        full.receiver.is_away = True
        place = os.path.join(full.directory, "data", "buffer")
        os.makedirs(os.path.dirname(place))
        samples, = run_benchmark(arguments, ["fill", place, str(RING_MIB)])
        print(f"A full ring of {RING_MIB} MiB holds {samples / 1e6:.1f} million samples.\n", flush=True)
        openings = sorted(opening(full) for _ in range(OPENINGS))
        print(
            f"It is opened in {openings[0][0]:.0f} to {openings[-1][0]:.0f} ms ({OPENINGS} runs, in the page cache); the "
            f"agent listens after {min(cpu for _, cpu in openings):.0f} ms of CPU.\n", flush=True)

        wait_for("the idle agent is acknowledged", 120, lambda: idle.receiver.requests >= 3)
        idle_peak = Peak(idle.process)
        full.start()
        away_peak = Peak(full.process)
        wait_for("a request is refused", 120, lambda: destination(full)["last_error"])
        time.sleep(3)
        away_bytes = away_peak.end()
        peak = Peak(full.process)
        cpu = full.process.cpu_seconds()
        full.receiver.is_away = False
        started = time.time()
        wait_for("all is delivered", arguments.catch_up_limit, lambda: is_live(full))
        seconds = time.time() - started
        cpu = full.process.cpu_seconds() - cpu
        time.sleep(2)
        peak_bytes, idle_bytes = peak.end(), idle_peak.end()
        page, sent = buffer_page(full), destination(full)["acknowledged_samples"]
    finally:
        for each in (idle, full):
            if each.process and each.process.child.poll() is None:
                each.kill()

    print("| memory of the agent, RssAnon | the most, MB |\n|---|---|")
    print(f"| idle, an empty ring, meanwhile | {idle_bytes / 1e6:.1f} |")
    print(f"| opening the full ring, the hub away | {away_bytes / 1e6:.1f} |")
    print(f"| until all is delivered | {peak_bytes / 1e6:.1f}, {(peak_bytes - idle_bytes) / 1e6:+.1f} |")
    print(
        f"\n{sent / 1e6:.1f} million samples with `batch_for: {BATCH_SECONDS}s` in {full.receiver.requests} requests, "
        f"{full.receiver.body_bytes / sent:.1f} bytes each on the wire, {seconds:.0f} s, {cpu * 1e6 / sent:.2f} µs of CPU "
        f"each; {page['buffer']['lost_samples']} lost.", flush=True)
