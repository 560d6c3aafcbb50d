"""Flash bytes a sample in the file and at the block device; recovery and memory with a full ring.

Every figure at the block device is of an ext4 of its own on a loop device, from /sys/block/loopN/stat; that needs root.
The agent's ring is driven over the recorded hour in fast-forward, each commit with its fdatasync, and in real time beside
the peers, which scrape the same recorded gateway every 15 s.
Usage: flash.py DIRECTORY_OF_BINARIES FLASH_BENCHMARK RECORDING [--seconds N]
"""

import argparse
import lzma
import os
import shutil
import subprocess
import sys
import tempfile
import time

import catch_up
from flash_benchmark import run_benchmark
from peers import PrometheusAgent, VMAgent
from processes import free_port
from recording import RecordedExporter


LOSSES = (1, 15, 60)
WARM_UP_SECONDS = 60


class Filesystem:
    """An ext4 in a file, on a loop device, with the block size that file systems of 512 MB and more have."""

    def __init__(self, directory, name, mebibytes=256):
        self.path = os.path.join(directory, name)
        image = self.path + ".image"
        os.makedirs(self.path)
        with open(image, "wb") as file:
            file.truncate(mebibytes << 20)
        subprocess.run(
            ["mkfs.ext4", "-q", "-F", "-b", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0", image], check=True)
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


class Absent:
    """A receiver that nobody listens for."""

    port = free_port()


def directory_bytes(path):
    return sum(
        os.path.getsize(os.path.join(parent, name)) for parent, _, names in os.walk(path) for name in names)


def ring_row(title, figures, can_mount):
    samples, payload, file_bytes, device, commits = figures
    at_device = f"{device / samples:.2f}" if can_mount else "needs root"
    print(
        f"| {title} | {samples:.0f} | {payload / samples:.2f} | {file_bytes / samples:.2f} | {at_device} "
        f"| {commits:.0f} |", flush=True)


def refuge(directory, name):
    """A directory in memory for what waits for a commit, as the agent has one."""
    path = os.path.join(directory, name)
    os.makedirs(path)
    return path


def ring_rows(directory, memory, arguments, can_mount):
    for max_loss in LOSSES:
        if can_mount:
            filesystem = Filesystem(directory, f"ring-{max_loss}")
            place, stat = filesystem.path + "/buffer", filesystem.stat
        else:
            place, stat = os.path.join(directory, f"ring-{max_loss}"), "/dev/null"
        figures = run_benchmark(arguments, ["hour", place, str(max_loss), stat, refuge(memory, f"ring-{max_loss}")])
        ring_row(f"wayside-agent, max_loss {max_loss} s, an hour", figures, can_mount)
        if can_mount:
            filesystem.end()


class LivePeers:
    """The peers, which scrape the recorded gateway every 15 s, each on a file system of its own."""

    def __init__(self, directory, arguments):
        self.entries = []
        for kind, name in ((PrometheusAgent, "prometheus agent"), (VMAgent, "vmagent")):
            filesystem = Filesystem(directory, name.replace(" ", "-"), mebibytes=1024)
            exporter = RecordedExporter(arguments.recording)
            self.entries.append((name, filesystem, exporter, kind("data", Absent, filesystem.path, exporter.port, 15)))
            self.entries[-1][3].start()
        self.before = []

    def begin(self):
        """From here on it counts: what they have declared once is behind them."""
        self.before = [
            (filesystem.written_bytes(), directory_bytes(peer.directory), exporter.samples)
            for _, filesystem, exporter, peer in self.entries]

    def rows(self):
        for (name, filesystem, exporter, peer), before in zip(self.entries, self.before):
            peer.stop()
            now = filesystem.written_bytes(), directory_bytes(peer.directory), exporter.samples
            device, file_bytes, samples = (after - earlier for after, earlier in zip(now, before))
            print(
                f"| {name}, live | {samples} | – | {file_bytes / samples:.2f} | {device / samples:.2f} | – |", flush=True)

    def end(self):
        for _, filesystem, _, peer in self.entries:
            if peer.process and peer.process.child.poll() is None:
                peer.kill()
            filesystem.end()


class LiveRings:
    """The agent's ring in real time, each on a file system of its own; last, one without a directory in memory."""

    def __init__(self, directory, memory, arguments):
        with lzma.open(arguments.recording, "rb") as file:
            recording = file.read()
        self.entries = []
        for max_loss, has_refuge in [(max_loss, True) for max_loss in LOSSES] + [(60, False)]:
            name = f"live-{max_loss}" + ("" if has_refuge else "-without")
            filesystem = Filesystem(directory, name)
            command = [
                arguments.benchmark, "live", filesystem.path + "/buffer", str(max_loss), filesystem.stat,
                refuge(memory, name) if has_refuge else "", str(arguments.seconds + WARM_UP_SECONDS)]
            child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            child.stdin.write(recording)
            child.stdin.close()
            title = f"max_loss {max_loss} s" + ("" if has_refuge else ', unsynced_directory ""')
            self.entries.append((title, filesystem, child))

    def rows(self):
        for title, _, child in self.entries:
            figures = [float(word) for word in child.stdout.read().split()]
            ring_row(f"wayside-agent, {title}, live", figures, True)

    def end(self):
        for _, filesystem, child in self.entries:
            if child.poll() is None:
                child.kill()
                child.wait()
            filesystem.end()


def live_rows(directory, memory, arguments):
    """Ring and peers in real time, at the same time."""
    peers = LivePeers(directory, arguments)
    rings = None
    try:
        rings = LiveRings(directory, memory, arguments)
        time.sleep(WARM_UP_SECONDS)
        peers.begin()
        time.sleep(arguments.seconds)
        rings.rows()
        peers.rows()
    finally:
        if rings:
            rings.end()
        peers.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("benchmark")
    parser.add_argument("recording")
    parser.add_argument("--seconds", type=int, default=600, help="how long peers and ring are watched in real time")
    parser.add_argument("--catch-up-limit", type=int, default=900, help="seconds after which catching up is given up")
    arguments = parser.parse_args()
    can_mount = os.geteuid() == 0
    if not os.path.exists(arguments.recording):
        sys.exit(f"{arguments.recording} is not there")
    directory = tempfile.mkdtemp(prefix="wayside-flash-")
    memory = tempfile.mkdtemp(prefix="wayside-flash-", dir="/dev/shm")
    try:
        print("| buffer | samples | payload B | file B | block device B | commits |\n|---|---|---|---|---|---|")
        ring_rows(directory, memory, arguments, can_mount)
        if can_mount:
            live_rows(directory, memory, arguments)
        print()
        catch_up.run(directory, arguments)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        shutil.rmtree(memory, ignore_errors=True)


main()
