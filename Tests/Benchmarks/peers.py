"""This agent, Debian's vmagent and Debian's Prometheus in agent mode, all collecting at the same interval."""

import os
import shutil

from processes import Process, free_port, write
from remote_write import varint


class Contestant:
    """One agent with its directory and receiver; started again it finds what it had."""

    def __init__(self, name, receiver, directory):
        self.name = name
        self.receiver = receiver
        self.directory = os.path.join(directory, name.replace(" ", "-").replace(",", ""))
        self.port = free_port()
        self.process = None
        self.damaged = None
        os.makedirs(self.directory)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.receiver.port}/api/v1/write"

    def start(self):
        self.process = Process("program", self.command(), self.port, self.directory)

    def kill(self):
        self.process.kill()

    def stop(self):
        self.process.end()


class Wayside(Contestant):
    job = "node"
    buffer = "buffer"

    def __init__(
            self, name, receiver, directory, binaries, interval, max_loss="15s", size="64MiB", mqtt="[]", batch=None,
            protocol="auto"):
        super().__init__(name, receiver, directory)
        self.binaries = binaries
        self.settings = write(
            os.path.join(self.directory, "agent.yaml"),
            f"agent: {{id: bench, data_dir: {self.directory}/data}}\n"
            f"http: {{listen: \"127.0.0.1:{self.port}\"}}\nhost: {{interval: {interval}s}}\nmqtt: {mqtt}\n"
            f"buffer: {{max_loss: {max_loss}, size: {size}}}\n"
            f"remote_write: [{{url: \"{self.url}\", batch_for: {batch or interval}s, protocol: {protocol}}}]\n")

    def command(self):
        return [os.path.join(self.binaries, "wayside-agent"), "run", "--config", self.settings]

    def buffer_file(self):
        """The segment that was written last."""
        directory = os.path.join(self.directory, "data", "buffer")
        segments = [os.path.join(directory, name) for name in os.listdir(directory) if name.startswith("segment-")]
        return max(segments, key=lambda path: any_bytes(path) and os.path.getmtime(path))

    def node_record(self, start, end):
        """A samples record of the host's from the middle of a time, in seconds: its file, the place of its payload's
        middle, its time, how many samples it holds and how many the other records of that time do
        (Sources/RingLog/DESIGN.md, Sources/BatchRecord/DESIGN.md)."""
        path = self.buffer_file()
        with open(path, "rb") as file:
            data = file.read()
        segment = int.from_bytes(data[48:56], "little") & 0xFFFFFFFF
        records, at = [], 4096
        while at + 24 <= len(data):
            if int.from_bytes(data[at + 4:at + 8], "little") != segment:
                at = (at // 4096 + 1) * 4096
                continue
            size = int.from_bytes(data[at + 16:at + 20], "little")
            if data[at + 20] == 1:
                clock = varint(data, at + 24 + 2)[1]
                time = int.from_bytes(data[clock + 24:clock + 32], "little") / 1000
                if start <= time <= end:
                    records.append((path, at + 24 + size // 2, time, varint(data, clock + 33)[0]))
            at = (at + 24 + size + 7) // 8 * 8
        # The host's are the records with most samples.
        most = max(record[3] for record in records)
        host = [record for record in records if record[3] >= 0.8 * most]
        path, offset, time, count = host[len(host) // 2]
        return path, offset, time, count, sum(record[3] for record in records) - count


def any_bytes(path):
    with open(path, "rb") as file:
        return any(file.read(8))


def scrape_settings(directory, target, interval, rest=""):
    return write(
        os.path.join(directory, "prometheus.yml"),
        f"global: {{scrape_interval: {interval}s, scrape_timeout: {interval}s}}\n"
        f"scrape_configs: [{{job_name: node, static_configs: [{{targets: [\"127.0.0.1:{target}\"]}}]}}]\n{rest}")


class VMAgent(Contestant):
    job = "node"

    def __init__(self, name, receiver, directory, target, interval):
        super().__init__(name, receiver, directory)
        self.settings = scrape_settings(self.directory, target, interval)

    def command(self):
        return [
            shutil.which("vmagent"), f"-promscrape.config={self.settings}", f"-httpListenAddr=127.0.0.1:{self.port}",
            f"-remoteWrite.url={self.url}", f"-remoteWrite.tmpDataPath={self.directory}/queue"]

    def buffer_file(self):
        for parent, _, names in os.walk(os.path.join(self.directory, "queue", "persistent-queue")):
            chunks = [name for name in names if len(name) == 16 and name not in ("metainfo.json", "flock.lock")]
            if chunks:
                return os.path.join(parent, sorted(chunks)[0])
        return None


class PrometheusAgent(Contestant):
    job = "node"

    def __init__(self, name, receiver, directory, target, interval, queue="{}"):
        super().__init__(name, receiver, directory)
        self.settings = scrape_settings(
            self.directory, target, interval,
            f"remote_write: [{{url: \"{self.url}\", queue_config: {queue}}}]\n")

    def command(self):
        return [
            shutil.which("prometheus"), "--enable-feature=agent", f"--config.file={self.settings}",
            f"--storage.agent.path={self.directory}/data", "--storage.remote.flush-deadline=1s",
            f"--web.listen-address=127.0.0.1:{self.port}"]

    def buffer_file(self):
        directory = os.path.join(self.directory, "data", "wal")
        segments = [name for name in os.listdir(directory) if name.isdigit()]
        return os.path.join(directory, sorted(segments)[-1])
