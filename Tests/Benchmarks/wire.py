"""Wire bytes a sample at equal batching, on the same recorded scrapes of a node.

This agent ships them from a ring that was filled with them at their true times, every 15 s; the peers scrape them once a
second and send after one and after four scrapes, which are as many as 15 s and 60 s have. What a request costs does not
depend on how far apart its scrapes are, but for a byte or two of each time.
Usage: wire.py DIRECTORY_OF_BINARIES FLASH_BENCHMARK RECORDING [--scrapes N]
"""

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from flash_benchmark import run_benchmark
from peers import PrometheusAgent, VMAgent, Wayside
from processes import Process, free_port, write
from recording import RecordedExporter
from remote_write import series_of, snappy_block


class MeasuringReceiver:
    """Counts bytes, samples and scrapes of requests. What is younger than `until` is of the agent itself and is not
    counted, nor are the requests in which Prometheus sends its metadata and nothing else."""

    def __init__(self, until=None):
        self.until = until
        self.requests = self.samples = self.scrapes = self.body_bytes = self.metadata_bytes = 0
        self.first_bytes = self.first_samples = 0
        self.is_done = False
        owner, lock = self, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                is_version_2 = "v2.Request" in self.headers.get("Content-Type", "")
                with lock:
                    owner.take(body, is_version_2)
                self.send_response(204)
                if is_version_2:
                    self.send_header("X-Prometheus-Remote-Write-Samples-Written", "1000000")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, body, is_version_2):
        times = [time for _, times in series_of(snappy_block(body), is_version_2) for time in times]
        if not times:
            self.metadata_bytes += len(body)
            return
        if self.until and max(times) / 1000 > self.until:
            self.is_done = True
            return
        self.requests += 1
        self.samples += len(times)
        self.body_bytes += len(body)
        self.scrapes += len(set(times))
        if self.requests == 1:
            self.first_bytes, self.first_samples = len(body), len(times)


class BatchingVMAgent(VMAgent):
    """Flushes every so many seconds, whatever the number of rows."""

    def __init__(self, name, receiver, directory, target, scrapes):
        super().__init__(name, receiver, directory, target, 1)
        self.scrapes = scrapes

    def command(self):
        return super().command() + [
            f"-remoteWrite.flushInterval={self.scrapes}s", "-remoteWrite.maxRowsPerBlock=100000", "-remoteWrite.queues=1"]


class BatchingPrometheusAgent(PrometheusAgent):
    """Sends when so many scrapes are there."""

    def __init__(self, name, receiver, directory, target, samples, scrapes):
        # With one scrape a request the deadline ends it; with more the number of samples does, five of which are
        # Prometheus's own.
        deadline, count = ("500ms", 10000) if scrapes == 1 else ("60s", (samples + 5) * scrapes)
        super().__init__(
            name, receiver, directory, target, 1,
            queue=f"{{max_samples_per_send: {count}, batch_send_deadline: {deadline}, min_shards: 1, max_shards: 1, "
            "capacity: 20000}")


def node_exporter_page(directory):
    """A page of the node_exporter that is here: the recording has neither types nor helps."""
    port = free_port()
    exporter = Process(
        "node_exporter", [shutil.which("prometheus-node-exporter"), f"--web.listen-address=127.0.0.1:{port}"], port,
        directory)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            return write(os.path.join(directory, "page"), answer.read().decode())
    finally:
        exporter.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("benchmark")
    parser.add_argument("recording")
    parser.add_argument("--scrapes", type=int, default=240, help="an hour's are 240")
    arguments = parser.parse_args()
    if not os.path.exists(arguments.recording):
        sys.exit(f"{arguments.recording} is not there")
    directory = tempfile.mkdtemp(prefix="wayside-wire-")
    entries, running = [], []
    try:
        start = time.time()
        page = node_exporter_page(directory)
        for scrapes in (1, 4):
            for protocol in ("2.0", "1.0"):
                name = f"wayside-agent, `batch_for: {15 * scrapes}s`, remote write {protocol}"
                receiver = MeasuringReceiver(until=start - 86400)
                ours = Wayside(
                    f"ours {scrapes} {protocol}", receiver, directory, arguments.binaries, 1, batch=15 * scrapes,
                    protocol=f"\"{protocol}\"")
                place = os.path.join(ours.directory, "data", "buffer")
                os.makedirs(os.path.dirname(place))
                run_benchmark(arguments, ["node", place, str(arguments.scrapes), page])
                entries.append((name, ours))
            exporter = RecordedExporter(arguments.recording, board_count=0)
            entries.append(
                (f"vmagent, flush after {scrapes} scrapes",
                 BatchingVMAgent(f"vmagent {scrapes}", MeasuringReceiver(), directory, exporter.port, scrapes)))
            exporter = RecordedExporter(arguments.recording, board_count=0)
            count = exporter.series_count
            entries.append(
                (f"prometheus agent, {scrapes} scrapes a request",
                 BatchingPrometheusAgent(
                     f"prometheus {scrapes}", MeasuringReceiver(), directory, exporter.port, count, scrapes)))
        for _, each in entries:
            each.start()
            running.append(each)
        end = time.time() + 3 * arguments.scrapes + 60
        while time.time() < end:
            if all(each.receiver.is_done or each.receiver.scrapes >= arguments.scrapes for _, each in entries):
                break
            time.sleep(0.5)
        else:
            raise SystemExit("not all scrapes arrived")
        print("| wire | requests | scrapes a request | samples | bytes a sample | of these the first request |")
        print("|---|---|---|---|---|---|")
        for name, each in entries:
            found = each.receiver
            print(
                f"| {name} | {found.requests} | {found.scrapes / found.requests:.1f} | {found.samples} "
                f"| {found.body_bytes / found.samples:.2f} | {found.first_bytes / found.first_samples:.2f} |", flush=True)
    finally:
        for each in running:
            if each.process and each.process.child.poll() is None:
                each.kill()
        shutil.rmtree(directory, ignore_errors=True)


main()
