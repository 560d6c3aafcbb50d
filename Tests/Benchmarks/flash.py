"""Flash bytes a sample in the file and at the block device; recovery and memory with a full ring.

Every figure at the block device is of an ext4 of its own on a loop device, from /sys/block/loopN/stat; that needs root.
The agent's ring is driven over the recorded hour in fast-forward, each commit with its fdatasync. The peers have no
such door: they scrape the same recorded data at one scrape a second, which flatters them, because the kernel writes
what nobody synchronises every half minute, however many samples that are.
Usage: flash.py DIRECTORY_OF_BINARIES FLASH_BENCHMARK RECORDING [--seconds N]
"""

import argparse
import http.server
import lzma
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from peers import PrometheusAgent, VMAgent, Wayside
from processes import free_port
from remote_write import CountingReceiver

RING_MIB = 64


class Filesystem:
    """An ext4 in a file, on a loop device."""

    def __init__(self, directory, name, mebibytes=256):
        self.path = os.path.join(directory, name)
        image = self.path + ".image"
        os.makedirs(self.path)
        with open(image, "wb") as file:
            file.truncate(mebibytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image], check=True)
        subprocess.run(["mount", "-o", "loop", image, self.path], check=True)
        source = subprocess.run(
            ["findmnt", "-n", "-o", "SOURCE", self.path], check=True, capture_output=True, text=True).stdout.strip()
        self.stat = f"/sys/block/{os.path.basename(source)}/stat"

    def written_bytes(self):
        os.sync()
        with open(self.stat) as file:
            return int(file.read().split()[6]) * 512

    def end(self):
        subprocess.run(["umount", "--lazy", self.path], check=True)


class RecordedExporter:
    """Serves the recorded node, every fifteenth scrape, and 200 boards beside it: the next with each request."""

    def __init__(self, path):
        self.series = []
        with lzma.open(path, "rt") as file:
            next(file)
            for line in file:
                name, values = line.rstrip("\n").split("\t")
                last, kept = "", []
                for index, value in enumerate(values.split(" ")):
                    last = last if value == "=" else value
                    if index % 15 == 0:
                        kept.append(last)
                self.series.append((name, kept))
        self.samples = 0
        self.random = random.Random(1)
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = owner.page().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.scrapes = 0
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def page(self):
        index = self.scrapes % len(self.series[0][1])
        self.scrapes += 1
        lines = [f"{name} {values[index]}" for name, values in self.series if values[index] != "-"]
        number = self.random.randint
        for board in range(200):
            device = f"device_id=\"modax-{1000000 + board * 7919}\""
            for motor in (0, 1):
                lines.append(f"sensor_motor_current_amperes{{{device},motor=\"{motor}\"}} {number(380, 420) / 100}")
            for axis in ("x", "y", "z", "magnitude"):
                lines.append(
                    f"sensor_vibration_acceleration_meters_per_second_squared{{{device},axis=\"{axis}\"}} "
                    f"{number(-300, 300) / 1000}")
            lines.append(f"sensor_temperature_celsius{{{device},sensor=\"0\"}} {number(402, 419) / 10}")
            lines.append(f"sensor_safety_emergency_stop{{{device}}} 0")
        self.samples += len(lines)
        return "\n".join(lines) + "\n"


class Absent:
    """A receiver that nobody listens for."""

    port = free_port()


def directory_bytes(path):
    return sum(
        os.path.getsize(os.path.join(parent, name)) for parent, _, names in os.walk(path) for name in names)


def run_benchmark(program, recording, arguments):
    """Runs flash-benchmark with the recording on its standard input; answers the numbers it prints."""
    with lzma.open(recording, "rb") as file:
        text = subprocess.run([program, *arguments], input=file.read(), capture_output=True, check=True).stdout
    return [float(word) for word in text.split()]


def ring_rows(directory, arguments, can_mount):
    for max_loss in (1, 15, 60):
        if can_mount:
            filesystem = Filesystem(directory, f"ring-{max_loss}")
            place, stat = filesystem.path + "/buffer", filesystem.stat
        else:
            place, stat = os.path.join(directory, f"ring-{max_loss}"), "/dev/null"
        samples, payload, file_bytes, device, commits = run_benchmark(
            arguments.benchmark, arguments.recording, ["hour", place, str(max_loss), stat])
        at_device = f"{device / samples:.2f}" if can_mount else "needs root"
        print(
            f"| wayside-agent, max_loss {max_loss} s | {samples:.0f} | {payload / samples:.2f} "
            f"| {file_bytes / samples:.2f} | {at_device} | {commits:.0f} |", flush=True)
        if can_mount:
            filesystem.end()


def peer_rows(directory, arguments):
    entries = []
    try:
        for kind, name in ((PrometheusAgent, "prometheus agent"), (VMAgent, "vmagent")):
            filesystem = Filesystem(directory, name.replace(" ", "-"), mebibytes=1024)
            exporter = RecordedExporter(arguments.recording)
            peer = kind("data", Absent, filesystem.path, exporter.port, 1)
            entries.append((name, filesystem, exporter, peer, filesystem.written_bytes()))
            peer.start()
        time.sleep(arguments.seconds)
        for name, filesystem, exporter, peer, before in entries:
            peer.stop()
            written = filesystem.written_bytes() - before
            file_bytes = directory_bytes(os.path.join(filesystem.path, "data"))
            print(
                f"| {name}, a scrape a second for {arguments.seconds} s | {exporter.samples} | – "
                f"| {file_bytes / exporter.samples:.2f} | {written / exporter.samples:.2f} | – |", flush=True)
    finally:
        for _, filesystem, _, peer, _ in entries:
            if peer.process and peer.process.child.poll() is None:
                peer.kill()
            filesystem.end()


def anonymous_bytes(process):
    with open(f"/proc/{process.child.pid}/status") as file:
        for line in file:
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    return 0


def unsent_bytes(port):
    import json
    import urllib.request
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/buffer") as answer:
        page = json.load(answer)
    return page["buffer"]["unacknowledged_bytes"], page["destinations"][0]["acknowledged_samples"]


def full_ring(directory, arguments):
    receiver = CountingReceiver()
    full = Wayside("full", receiver, directory, arguments.binaries, 1, size=f"{RING_MIB}MiB")
    place = os.path.join(full.directory, "data", "buffer")
    os.makedirs(os.path.dirname(place))
    samples, = run_benchmark(arguments.benchmark, arguments.recording, ["fill", place, str(RING_MIB)])
    opened = [
        float(subprocess.run(
            [arguments.benchmark, "open", place, str(RING_MIB)], capture_output=True, check=True).stdout.split()[0])
        for _ in range(5)]
    print(
        f"\nA full ring of {RING_MIB} MiB, {samples / 1e6:.1f} million samples: opened in {min(opened):.0f} to "
        f"{max(opened):.0f} ms (five runs, in the page cache).", flush=True)

    idle = Wayside("idle", CountingReceiver(), directory, arguments.binaries, 1, size=f"{RING_MIB}MiB")
    idle.start()
    time.sleep(arguments.idle)
    idle_bytes = anonymous_bytes(idle.process)
    idle.stop()

    full.start()
    started = time.time()
    most, unsent, sent = 0, RING_MIB << 20, 0
    while unsent > 256 << 10 and time.time() - started < arguments.catch_up_limit:
        for _ in range(20):
            most = max(most, anonymous_bytes(full.process))
            time.sleep(0.05)
        unsent, sent = unsent_bytes(full.port)
    seconds = time.time() - started
    time.sleep(arguments.idle)
    after = anonymous_bytes(full.process)
    full.stop()
    print("\n| memory of the agent, RssAnon | MB |\n|---|---|")
    print(f"| idle, an empty ring | {idle_bytes / 1e6:.1f} |")
    print(f"| the most while it catches up | {most / 1e6:.1f} |")
    print(f"| idle afterwards | {after / 1e6:.1f} |")
    print(
        f"\nCatching up took {seconds:.0f} s for {sent / 1e6:.1f} million samples, {receiver.body_bytes / max(sent, 1):.1f} "
        f"bytes each on the wire; {unsent >> 10} KiB were left.", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("benchmark")
    parser.add_argument("recording")
    parser.add_argument("--seconds", type=int, default=120, help="how long the peers scrape")
    parser.add_argument("--idle", type=int, default=10, help="seconds before idle memory is read")
    parser.add_argument("--catch-up-limit", type=int, default=600, help="seconds after which catching up is given up")
    arguments = parser.parse_args()
    can_mount = os.geteuid() == 0
    if not os.path.exists(arguments.recording):
        sys.exit(f"{arguments.recording} is not there")
    directory = tempfile.mkdtemp(prefix="wayside-flash-")
    try:
        print("| buffer | samples | payload B | file B | block device B | commits |\n|---|---|---|---|---|---|")
        ring_rows(directory, arguments, can_mount)
        if can_mount:
            peer_rows(directory, arguments)
        full_ring(directory, arguments)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


main()
