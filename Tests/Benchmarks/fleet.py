"""At what fleet size one hub on this machine ends: simulated gateways over real sockets, more and more of them.

Each gateway has 600 series and sends them every 15 s, by remote write 2.0 with an agent's identity, over a connection of
its own (`Tests/Benchmarks/Fleet`). The hub's CPU is its own process's; the generator's is printed beside it, because both
share the machine.
Usage: fleet.py DIRECTORY_OF_BINARIES FLEET_BENCHMARK RECORDING [--gateways N …] [--turns N] [--interval-ms N]
"""

import argparse
import json
import lzma
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from processes import write
from receivers import Hub

SERIES_PER_GATEWAY = 600


class FleetHub(Hub):
    """With room in memory for the series of the largest fleet."""

    def __init__(self, directory, binaries, series):
        super().__init__(directory, binaries)
        self.settings = write(
            os.path.join(directory, "hub.yaml"),
            f"http: {{listen: \"127.0.0.1:{self.port}\"}}\n"
            f"storage: {{directory: {directory}/data, series_limit: {max(2_000_000, series)}}}\n")


def case(arguments, text, directory, gateways, interval):
    series = gateways * SERIES_PER_GATEWAY
    hub = FleetHub(os.path.join(directory, f"{gateways}-{interval}"), arguments.binaries, series)
    hub.start()
    child = subprocess.Popen(
        [arguments.benchmark, str(hub.port), str(gateways), "1", str(arguments.turns), str(interval)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def feed():
        child.stdin.write(text)
        child.stdin.close()

    threading.Thread(target=feed, daemon=True).start()
    if child.stdout.readline().strip() != b"measuring":
        raise SystemExit("the generator has ended early")
    before, begin = hub.cpu_seconds(), time.time()
    figures = json.loads(child.stdout.readline())
    seconds = time.time() - begin
    processor = hub.cpu_seconds() - before
    resident, _ = hub.process.memory()
    child.wait()
    log = hub.log_bytes()
    hub.process.kill()
    restart = hub.start()
    restart_processor = hub.cpu_seconds()
    hub.process.end()
    refused = sum(count for status, count in figures["statuses"].items() if status != "204")
    turn = 15_000 / interval
    print(
        f"| {gateways}{f', every {interval / 1000:g} s' if interval != 15_000 else ''} | {series} "
        f"| {figures['samples'] / seconds:.0f} | {100 * processor / seconds:.1f} "
        f"| {processor / max(figures['samples'], 1) * 1e6:.2f} "
        f"| {100 * figures['cpu_seconds'] / seconds:.1f} | {resident / 1e6:.0f} | {resident / series:.0f} "
        f"| {figures['p50_ms']:.1f} | {figures['p99_ms']:.1f} | {refused} + {figures['skipped']} + {figures['closed']} "
        f"| {figures['body_bytes'] / max(figures['samples'], 1) * series * 5760 * turn / 1e9:.1f} "
        f"| {log / 1e6:.0f} | {restart:.1f} | {restart_processor:.1f} |", flush=True)
    hub.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("benchmark")
    parser.add_argument("recording")
    parser.add_argument("--gateways", type=int, nargs="*", default=[500, 1000, 2000, 5000])
    parser.add_argument("--turns", type=int, default=3, help="that are measured, after one that makes the series")
    parser.add_argument("--interval-ms", type=int, default=15_000)
    parser.add_argument(
        "--hurried", type=int, nargs="*", default=[1500, 750], help="intervals in ms at which the largest fleet sends too")
    arguments = parser.parse_args()
    if not os.path.exists(arguments.recording):
        sys.exit(f"{arguments.recording} is not there")
    # A descriptor for each gateway.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with lzma.open(arguments.recording, "rb") as file:
        text = file.read()
    directory = tempfile.mkdtemp(prefix="wayside-fleet-bench-")
    load = os.getloadavg()[0]
    print(
        f"{os.cpu_count()} processors, load {load:.1f} before. CPU is in percent of one processor; refused requests, turns "
        "left out because the last was not answered, and closed connections are added up.\n")
    print(
        "| gateways | series | samples/s | hub CPU % | µs a sample | generator CPU % | RSS MB | B a series | ack p50 ms "
        "| p99 ms | refused + skipped + closed | bodies GB a day | log MB | restart s | CPU s of it |")
    print("|" + "---|" * 15, flush=True)
    try:
        for gateways in arguments.gateways:
            case(arguments, text, directory, gateways, arguments.interval_ms)
        for interval in arguments.hurried:
            case(arguments, text, directory, max(arguments.gateways), interval)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


main()
