"""What it costs to take remote write in: the hub beside Debian's VictoriaMetrics and Prometheus, on identical requests.

The requests are made of the recorded node (shared/data/README.md), 2,000 samples each, in scrapes 15 s apart. Hosts are
disjoint windows of the recording where there are that many scrapes.
Usage: hub.py DIRECTORY_OF_BINARIES HUB_BENCHMARK RECORDING [--only cpu,disk,memory,restart] [sizes]
"""

import argparse
import lzma
import os
import shutil
import sys
import tempfile
import time

from receivers import Hub, Prometheus, Requests, Sending, VictoriaMetrics

RECEIVERS = (Hub, VictoriaMetrics, Prometheus)
SERIES_PER_HOST = 514


class Bench:
    def __init__(self, arguments, directory):
        self.arguments = arguments
        self.directory = directory
        self.number = 0
        with lzma.open(arguments.recording, "rb") as file:
            self.text = file.read()

    def receiver(self, kind):
        self.number += 1
        receiver = kind(os.path.join(self.directory, str(self.number)), self.arguments.binaries)
        receiver.start()
        return receiver

    def send(self, receiver, hosts, scrapes, version="1.0", step=15_000, connections=1, end=None):
        requests = Requests(self.arguments.benchmark, self.text, version, hosts, scrapes, step, end)
        return Sending(receiver, requests, version, connections)

    @staticmethod
    def connections(kind, hosts):
        """Several, where they cannot overtake each other within a scrape; Prometheus takes no sample out of order."""
        return 4 if hosts >= 32 and kind is not Prometheus else 1

    def cpu(self):
        hosts, scrapes = self.arguments.cpu_hosts, self.arguments.cpu_scrapes
        print("| CPU, decode to synced | samples | µs a sample | by its own of the hub's | seconds |")
        print("|---|---|---|---|---|", flush=True)
        ours = None
        for kind, version in [(kind, "1.0") for kind in RECEIVERS] + [(Hub, "2.0")]:
            figures = []
            for _ in range(self.arguments.rounds):
                receiver = self.receiver(kind)
                # The first scrape makes the series; it is not what an hour of ingest is made of.
                now = int(time.time() * 1000)
                self.send(receiver, hosts, 1, version, end=now - scrapes * 15_000)
                before = receiver.cpu_seconds()
                sent = self.send(receiver, hosts, scrapes, version, end=now)
                figures.append(((receiver.cpu_seconds() - before) / sent.samples * 1e6, sent))
                receiver.end()
            figures.sort(key=lambda figure: figure[0])
            figure, sent = figures[len(figures) // 2]
            ours = ours or figure
            print(
                f"| {kind.name}, remote write {version} | {sent.samples} | {figure:.3f} | {figure / ours:.2f} "
                f"| {sent.seconds:.1f} |", flush=True)

    def disk(self):
        cases = [(f"{hosts} host{'s' if hosts > 1 else ''}, step 15 s", hosts, 3589 // hosts, 15_000)
                 for hosts in self.arguments.disk_hosts] + [("1 host, every fifteenth scrape, true times", 1, 239, 0)]
        print("\n| bytes a sample on disk | " + " | ".join(kind.name for kind in RECEIVERS) + " | samples |")
        print("|---|---|---|---|---|", flush=True)
        for title, hosts, scrapes, step in cases:
            figures = []
            for kind in RECEIVERS:
                receiver = self.receiver(kind)
                sent = self.send(receiver, hosts, scrapes, step=step)
                size = receiver.sealed_bytes()
                figures.append("–" if size is None else f"{size / sent.samples:.3f}")
                receiver.end()
            print(f"| {title} | {' | '.join(figures)} | {sent.samples} |", flush=True)
        print("\nSealed by: " + "; ".join(f"{kind.name} {kind.sealed_by}" for kind in RECEIVERS), flush=True)

    def memory(self):
        print("\n| memory while ingesting, the most | series | samples each | RssAnon MB | bytes a series | RSS MB |")
        print("|---|---|---|---|---|---|", flush=True)
        for series in self.arguments.memory_series:
            hosts = max(1, round(series / SERIES_PER_HOST))
            count = hosts * SERIES_PER_HOST
            for kind in RECEIVERS:
                scrapes = self.arguments.memory_scrapes if kind is Hub else self.arguments.peer_scrapes
                receiver = self.receiver(kind)
                _, empty = receiver.process.memory()
                sent = self.send(receiver, hosts, scrapes, connections=self.connections(kind, hosts))
                print(
                    f"| {kind.name} | {count} | {scrapes} | {sent.most_anonymous / 1e6:.1f} "
                    f"(empty {empty / 1e6:.1f}) | {sent.most_anonymous / count:.0f} | {sent.most_resident / 1e6:.1f} |",
                    flush=True)
                receiver.end()

    def restart(self):
        hosts = 40
        scrapes = max(1, round(self.arguments.restart_samples / hosts / SERIES_PER_HOST))
        print("\n| restart after SIGKILL | samples | log MB | seconds until ready | CPU s until then | RSS MB then |")
        print("|---|---|---|---|---|---|", flush=True)
        for kind in RECEIVERS:
            receiver = self.receiver(kind)
            sent = self.send(receiver, hosts, scrapes, connections=self.connections(kind, hosts))
            log = receiver.log_bytes()
            receiver.process.kill()
            seconds = receiver.start()
            print(
                f"| {kind.name} | {sent.samples} | {log / 1e6:.0f} | {seconds:.1f} | {receiver.cpu_seconds():.1f} "
                f"| {receiver.process.memory()[0] / 1e6:.0f} |", flush=True)
            receiver.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("benchmark")
    parser.add_argument("recording")
    parser.add_argument("--only", default="cpu,disk,memory,restart")
    parser.add_argument("--rounds", type=int, default=1, help="of the CPU's; the median is printed")
    parser.add_argument("--cpu-hosts", type=int, default=10)
    parser.add_argument("--cpu-scrapes", type=int, default=240)
    parser.add_argument("--disk-hosts", type=int, nargs="*", default=[1, 10, 100])
    parser.add_argument("--memory-series", type=int, nargs="*", default=[20_000, 200_000])
    parser.add_argument("--memory-scrapes", type=int, default=150, help="that the hub is sent")
    parser.add_argument("--peer-scrapes", type=int, default=10, help="that the others are sent")
    parser.add_argument("--restart-samples", type=int, default=10_000_000)
    arguments = parser.parse_args()
    if not os.path.exists(arguments.recording):
        sys.exit(f"{arguments.recording} is not there")
    directory = tempfile.mkdtemp(prefix="wayside-hub-bench-")
    begin = time.time()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before.\n", flush=True)
    try:
        bench = Bench(arguments, directory)
        for part in arguments.only.split(","):
            {"cpu": bench.cpu, "disk": bench.disk, "memory": bench.memory, "restart": bench.restart}[part]()
        print(f"\n{(time.time() - begin) / 60:.1f} minutes; load {os.getloadavg()[0]:.1f} after.")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


main()
