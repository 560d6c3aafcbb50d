"""Queries of dashboards to the hub, Debian's VictoriaMetrics and Debian's Prometheus over the same samples.

The samples are those of the recorded node (shared/data/README.md) on some hosts, 15 s apart, with a histogram beside
it. Each query is asked in turn of the three, whose answers are compared too, so that a fast wrong one does not count.
Usage: query.py DIRECTORY_OF_BINARIES HUB_BENCHMARK RECORDING [--hosts N] [--hours H] [--keep DIR] …
"""

import argparse
import hashlib
import http.client
import json
import lzma
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

from dashboard_queries import QUERIES
from receivers import Hub, Prometheus, Requests, Sending, VictoriaMetrics

STEP = 15


class QueriedHub(Hub):
    def load_ended(self):
        """As in the hub's own directory once the days are over."""
        self.process.end()
        subprocess.run([self.program, "store", "seal", "--config", self.settings], check=True, capture_output=True)
        self.start()


class QueriedVictoriaMetrics(VictoriaMetrics):
    def load_ended(self):
        self.call("/internal/force_flush")
        self.call("/internal/force_merge")
        time.sleep(5)
        while self.figure("vm_active_force_merges") > 0:
            time.sleep(1)
        self.process.end()
        self.start()

    def figure(self, name):
        for line in self.call("/metrics").decode().splitlines():
            if line.startswith(name + " "):
                return float(line.split()[1])
        return 0.0


class QueriedPrometheus(Prometheus):
    def load_ended(self):
        """Prometheus compacts its head once a minute, as far as there are more than three hours in it."""
        before = None
        while True:
            ends = self.figure("prometheus_tsdb_head_min_time"), self.figure("prometheus_tsdb_head_max_time")
            if ends[1] - ends[0] < 3.2 * 3_600_000 and ends == before:
                break
            before = ends
            time.sleep(20)
        self.process.end()
        self.start()

    figure = QueriedVictoriaMetrics.figure


RECEIVERS = (QueriedHub, QueriedPrometheus, QueriedVictoriaMetrics)


class Answer:
    def __init__(self, body):
        parsed = json.loads(body)
        if parsed["status"] != "success":
            raise SystemExit(f"an error: {body[:300]}")
        data = parsed["data"]
        self.series = {}
        for one in data["result"] if data["resultType"] in ("vector", "matrix") else []:
            values = one.get("values") or [one["value"]]
            self.series[tuple(sorted(one["metric"].items()))] = [(time, float(value)) for time, value in values]

    def difference(self, other):
        """The first difference from another answer, or nothing."""
        if len(self.series) != len(other.series):
            return f"{len(self.series)} series instead of {len(other.series)}"
        for labels, wanted in other.series.items():
            found = self.series.get(labels)
            if found is None:
                return f"no series {labels}"
            if [point[0] for point in found] != [point[0] for point in wanted]:
                return f"{len(found)} points instead of {len(wanted)} in {labels}"
            for (moment, value), (_, right) in zip(found, wanted):
                if value == right or math.isnan(value) and math.isnan(right):
                    continue
                if not math.isclose(value, right, rel_tol=1e-9, abs_tol=1e-12):
                    return f"{value} instead of {right} at {moment} in {labels}"
        return ""


class Bench:
    def __init__(self, arguments, directory):
        self.arguments, self.directory = arguments, directory
        kinds = [kind for kind in RECEIVERS if arguments.only in ("", kind.name)]
        self.receivers = [kind(os.path.join(directory, kind.__name__), arguments.binaries) for kind in kinds]
        self.connections = {}
        self.queries = [query for query in QUERIES if arguments.match in query[1]]

    def load(self):
        """Fills the directories, unless they are kept ones that were."""
        note = os.path.join(self.directory, "loaded.json")
        sizes = {"hosts": self.arguments.hosts, "hours": self.arguments.hours}
        known = {"end": int(time.time()) // 60 * 60, **sizes}
        if os.path.exists(note):
            with open(note) as file:
                known = json.load(file)
            if {name: known[name] for name in sizes} != sizes:
                raise SystemExit(f"{self.directory} holds {known}")
        self.end = known["end"]
        loaded = known.setdefault("loaded", [])
        text = b""
        for receiver in self.receivers:
            if receiver.name not in loaded and not text:
                with lzma.open(self.arguments.recording, "rb") as file:
                    text = file.read()
        for receiver in self.receivers:
            receiver.start()
            if receiver.name in loaded:
                continue
            scrapes = self.arguments.hours * 3600 // STEP
            requests = Requests(
                self.arguments.benchmark, text, "1.0", self.arguments.hosts, scrapes, STEP * 1000, self.end * 1000,
                ["web"])
            connections = 4 if self.arguments.hosts >= 32 and not isinstance(receiver, QueriedPrometheus) else 1
            sent = Sending(receiver, requests, connections=connections)
            print(f"{receiver.name}: {sent.samples} samples in {sent.seconds:.0f} s", file=sys.stderr, flush=True)
            receiver.load_ended()
            loaded.append(receiver.name)
            with open(note, "w") as file:
                json.dump(known, file)

    def request(self, receiver, kind, query, end, isCached=False):
        """Milliseconds and CPU milliseconds for an answer, and the answer."""
        hours = min(24, self.arguments.hours)
        fields = {"query": query}
        if kind == "now":
            fields["time"] = end
        else:
            length = 3600 if kind == "hour" else hours * 3600
            step = length // 1000 // STEP * STEP or STEP
            fields.update(start=end - length, end=end, step=step if kind == "points" else STEP)
        if not isCached and isinstance(receiver, VictoriaMetrics):
            fields["nocache"] = 1
        path = f"/api/v1/query{'' if kind == 'now' else '_range'}?{urllib.parse.urlencode(fields)}"
        key = (receiver.name, receiver.port)
        connection = self.connections.get(key)
        if connection is None:
            connection = self.connections[key] = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=300)
            connection.connect()
        # The clock of another process' CPU time, as clock_getcpuclockid(3) makes it.
        clock = ~receiver.process.child.pid << 3 | 2
        cpu = time.clock_gettime(clock)
        begin = time.perf_counter()
        connection.request("GET", path)
        body = connection.getresponse().read()
        elapsed = time.perf_counter() - begin
        return elapsed * 1000, (time.clock_gettime(clock) - cpu) * 1000, body

    def restart(self, receiver):
        connection = self.connections.pop((receiver.name, receiver.port), None)
        if connection:
            connection.close()
        receiver.process.end()
        try:
            with open("/proc/sys/vm/drop_caches", "w") as file:
                file.write("3")
        except OSError:
            self.dropped = False
        receiver.start()

    dropped = True

    def compare(self):
        """The differences of the hub's answers from Prometheus'; prints a hash of all the hub's."""
        known = {receiver.name: receiver for receiver in self.receivers}
        hub, peer = known.get("wayside-hub"), known.get("Prometheus")
        whole = hashlib.sha256()
        differences = 0
        for kind, query, reason in self.queries:
            body = self.request(hub, kind, query, self.end)[2]
            own = hashlib.sha256(body)
            whole.update(own.digest())
            if self.arguments.hashes:
                print(f"{own.hexdigest()[:16]} {len(body)} {kind} {query}", flush=True)
            if not peer:
                continue
            difference = Answer(body).difference(Answer(self.request(peer, kind, query, self.end)[2]))
            if difference and not reason:
                differences += 1
                print(f"DIFFERENT: {kind} {query}: {difference}", flush=True)
        print(f"answers of the hub: {whole.hexdigest()[:16]}", end="")
        print(f"; {differences} of {len(self.queries)} differ from Prometheus'\n" if peer else "\n", flush=True)

    def measure(self):
        """For each query and receiver the cold time and, of the warm rounds, times and CPU."""
        columns = [(receiver, False) for receiver in self.receivers]
        columns += [(receiver, True) for receiver in self.receivers if isinstance(receiver, VictoriaMetrics)]
        rows = []
        cold = {}
        if not self.arguments.warm:
            for receiver in self.receivers:
                for number, (kind, query, _) in enumerate(self.queries):
                    self.restart(receiver)
                    cold[number, receiver] = self.request(receiver, kind, query, self.end)[:2]
        # Those of the first receivers have been idle for so long that they may be closed.
        for connection in self.connections.values():
            connection.close()
        self.connections.clear()
        for number, (kind, query, _) in enumerate(self.queries):
            figures = {column: [] for column in columns}
            for column in columns:
                self.request(column[0], kind, query, self.end - (self.arguments.rounds + 1) * STEP, column[1])
            for turn in range(self.arguments.rounds):
                end = self.end - (self.arguments.rounds - turn) * STEP
                for column in columns:
                    figures[column].append(self.request(column[0], kind, query, end, column[1])[:2])
            rows.append((kind, query, figures, {r: cold.get((number, r)) for r in self.receivers}))
        return columns, rows

    def report(self, columns, rows):
        names = [receiver.name + (", cached" if isCached else "") for receiver, isCached in columns]
        peers = [column for column in columns if column[0].name != "wayside-hub" and not column[1]]
        hub = columns[0]

        def median(figures, part=0):
            return statistics.median(figure[part] for figure in figures)

        def worst(figures):
            return sorted(figure[0] for figure in figures)[max(0, math.ceil(len(figures) * 0.95) - 1)]

        def text(number):
            return f"{number:.1f}" if number < 100 else f"{number:.0f}"

        print("| range | query | " + " | ".join(f"{name}: warm median, p95, CPU" for name in names)
              + " | of the faster | " + " | ".join(f"{receiver.name}: cold" for receiver in self.receivers)
              + " | of the faster |")
        print("|" + "---|" * (4 + len(columns) + len(self.receivers)))
        ratios, cold_ratios, sums = [], [], {column: [0, 0] for column in columns}
        for kind, query, figures, cold in rows:
            cells = [f"{text(median(figures[c]))}, {text(worst(figures[c]))}, {text(median(figures[c], 1))}"
                     for c in columns]
            for column in columns:
                sums[column][0] += median(figures[column])
                sums[column][1] += median(figures[column], 1)
            ratio = median(figures[hub]) / min(median(figures[p]) for p in peers) if peers else math.nan
            ratios.append(ratio)
            colds = [cold[receiver] for receiver in self.receivers]
            cold_cells = [text(one[0]) if one else "–" for one in colds]
            cold_ratio = math.nan
            if peers and all(colds):
                cold_ratio = colds[0][0] / min(one[0] for one in colds[1:])
            cold_ratios.append(cold_ratio)
            print(f"| {kind} | `{query.replace('|', chr(92) + '|')}` | {' | '.join(cells)} | {ratio:.2f} "
                  f"| {' | '.join(cold_cells)} | {cold_ratio:.2f} |")
        print(f"\nMedian ratio to the faster peer: warm {statistics.median(ratios):.2f}, "
              f"cold {statistics.median(cold_ratios):.2f}; at or under it warm {sum(r <= 1 for r in ratios)}, "
              f"cold {sum(r <= 1 for r in cold_ratios)} of {len(ratios)}.")
        print("Sums of medians, ms, and of CPU ms: " + "; ".join(
            f"{name} {sums[column][0]:.0f}, {sums[column][1]:.0f}" for name, column in zip(names, columns)))
        print(f"Page cache dropped before each cold query: {'yes' if self.dropped else 'no, not root'}.", flush=True)
        if self.arguments.json:
            with open(self.arguments.json, "w") as file:
                json.dump([[kind, query, {n: [median(f[c]), median(f[c], 1)] for n, c in zip(names, columns)},
                            {r.name: c for r, c in cold.items()}] for kind, query, f, cold in rows], file)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("benchmark")
    parser.add_argument("recording")
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=10, help="warm ones of each query")
    parser.add_argument("--keep", help="directory with what was loaded, made if need be and left there")
    parser.add_argument("--only", default="", help="one receiver alone: wayside-hub, Prometheus or VictoriaMetrics")
    parser.add_argument("--match", default="", help="only queries with this text")
    parser.add_argument("--warm", action="store_true", help="no cold queries")
    parser.add_argument("--hashes", action="store_true", help="print a hash of every answer of the hub, do no more")
    parser.add_argument("--json", help="file to write the figures to")
    arguments = parser.parse_args()
    if not os.path.exists(arguments.recording):
        sys.exit(f"{arguments.recording} is not there")
    directory = arguments.keep or tempfile.mkdtemp(prefix="wayside-query-bench-")
    os.makedirs(directory, exist_ok=True)
    bench = Bench(arguments, directory)
    try:
        bench.load()
        if arguments.only in ("", "wayside-hub"):
            bench.compare()
        if not arguments.hashes:
            bench.report(*bench.measure())
    finally:
        for receiver in bench.receivers:
            if receiver.process and receiver.process.child.poll() is None:
                receiver.process.end()
        if not arguments.keep:
            shutil.rmtree(directory, ignore_errors=True)


main()
