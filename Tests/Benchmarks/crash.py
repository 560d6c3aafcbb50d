"""What arrives after a kill -9 in an outage, and after one flipped bit in the buffer.

This agent, vmagent and Prometheus in agent mode collect at the same interval into receivers of their own, all at the
same time. The receivers go away; then the agents are killed (first table), or stopped and one bit of what they had
buffered is flipped (second table); they start again and the receivers come back.
Usage: crash.py DIRECTORY_OF_BINARIES [--interval S] [--outage S] [--settle S]
"""

import argparse
import json
import os
import shutil
import tempfile
import time

from peers import PrometheusAgent, VMAgent, Wayside
from processes import Process, free_port
from remote_write import KeepingReceiver


class Outage:
    """The receivers' absence, and what arrived of it."""

    def __init__(self, contestants, interval):
        self.contestants = contestants
        self.interval = interval
        self.end = None

    def begin(self):
        for contestant in self.contestants:
            contestant.receiver.is_away = True
        # What is under way is answered or refused before the count begins.
        time.sleep(self.interval)
        self.start = time.time()

    def come_back(self):
        for contestant in self.contestants:
            contestant.receiver.is_away = False

    def delivered(self, contestant):
        """Scrapes of the outage that arrived with nearly all of their series, and how many there were."""
        counts = contestant.receiver.whole_scrapes(contestant.job)
        usual = sorted(counts.values())[len(counts) // 2] if counts else 0
        whole = [t for t, count in counts.items() if count >= 0.9 * usual and self.start <= t / 1000 <= self.end]
        # All scrapes of one agent have the same phase, so the ones before the outage say when the others were.
        phase = max((t / 1000 for t in counts if t / 1000 < self.start), default=self.start)
        first = -(-(self.start - phase) // self.interval)
        last = (self.end - phase) // self.interval
        return len(whole), int(last - first + 1)


def flip(path, offset):
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 0x10]))


def middle(path):
    """The place of a byte that is not zero, in the middle of what is used of a file."""
    with open(path, "rb") as file:
        data = file.read()
    used = len(data.rstrip(b"\0"))
    at = used // 2
    while data[at] == 0:
        at += 1
    return at


def wait_for_scrapes(contestants, count):
    for _ in range(600):
        if all(len(c.receiver.whole_scrapes(c.job)) >= count for c in contestants):
            return
        time.sleep(0.1)
    missing = [c.name for c in contestants if len(c.receiver.whole_scrapes(c.job)) < count]
    raise SystemExit(f"nothing arrives from {missing}")


def wait_until_quiet(contestants, seconds):
    """Until nothing of the outage has arrived for some time."""
    last, since = None, time.time()
    while time.time() - since < seconds:
        now = [outage.delivered(c) for outage, c in contestants]
        if now != last:
            last, since = now, time.time()
        time.sleep(0.5)


def run(title, contestants, arguments, interrupt):
    for contestant in contestants:
        contestant.start()
    wait_for_scrapes(contestants, 5)
    outage = Outage(contestants, arguments.interval)
    outage.begin()
    time.sleep(arguments.outage)
    outage.end = time.time()
    for contestant in contestants:
        interrupt(contestant, outage)
    for contestant in contestants:
        contestant.start()
    outage.come_back()
    wait_until_quiet([(outage, contestant) for contestant in contestants], arguments.settle)
    print(f"\n| {title} | scrapes of the outage | delivered |\n|---|---|---|")
    for contestant in contestants:
        delivered, expected = outage.delivered(contestant)
        print(f"| {contestant.name} | {expected} | {delivered} |", flush=True)
    for contestant in contestants:
        if contestant.damaged:
            _, _, when, count, other_count = contestant.damaged
            # `up` of the same moment stands in another record.
            arrived = contestant.receiver.whole_scrapes(contestant.job, but=b"up").get(round(when * 1000), 0)
            others = contestant.receiver.samples_between(outage.start, outage.end, but=b"wayside_gap_seconds") - arrived
            print(
                f"\n{contestant.name}: the damaged record held the {count} samples of a scrape of the host, of which "
                f"{arrived} arrived; of the {other_count} samples in the outage's other records {others} did.")
    for contestant in contestants:
        contestant.stop()


def stop_and_flip(contestant, outage):
    contestant.stop()
    if isinstance(contestant, Wayside):
        contestant.damaged = contestant.node_record(outage.start, outage.end)
        return flip(*contestant.damaged[:2])
    path = contestant.buffer_file()
    if path is None:
        return
    if contestant.name.endswith("length"):
        # The first unread block begins with its length in eight bytes, most significant first.
        with open(os.path.join(os.path.dirname(path), "metainfo.json")) as file:
            flip(path, json.load(file)["ReaderOffset"] + 2)
    else:
        flip(path, middle(path))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("--interval", type=int, default=1)
    parser.add_argument("--outage", type=int, default=37, help="seconds")
    parser.add_argument("--settle", type=int, default=15, help="seconds without news before the count")
    arguments = parser.parse_args()
    directory = tempfile.mkdtemp(prefix="wayside-crash-")
    contestants = []
    target = free_port()
    exporter = Process(
        "node_exporter", [shutil.which("prometheus-node-exporter"), f"--web.listen-address=127.0.0.1:{target}"], target,
        directory)

    def ours(name, **more):
        contestants.append(
            Wayside(name, KeepingReceiver(), directory, arguments.binaries, arguments.interval, **more))

    def peer(kind, name):
        contestants.append(kind(name, KeepingReceiver(), directory, target, arguments.interval))

    try:
        print(f"Every {arguments.interval} s, an outage of {arguments.outage} s.")
        ours("wayside-agent")
        ours("wayside-agent, max_loss 0s", max_loss="0s")
        peer(VMAgent, "vmagent")
        peer(PrometheusAgent, "prometheus agent")
        run("kill -9 in an outage, then restart", contestants, arguments, lambda contestant, _: contestant.kill())
        contestants.clear()
        ours("wayside-agent, bit flipped")
        peer(VMAgent, "vmagent, bit flipped in a block's body")
        peer(VMAgent, "vmagent, bit flipped in a block's length")
        peer(PrometheusAgent, "prometheus agent, bit flipped")
        run("stopped, one bit flipped, restart", contestants, arguments, stop_and_flip)
    finally:
        for contestant in contestants:
            if contestant.process and contestant.process.child.poll() is None:
                contestant.kill()
        exporter.end()
        shutil.rmtree(directory, ignore_errors=True)


main()
