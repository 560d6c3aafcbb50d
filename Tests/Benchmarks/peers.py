"""This agent, Debian's vmagent and Debian's Prometheus in agent mode, all collecting at the same interval."""

import os
import shutil

from processes import Process, free_port, write


class Contestant:
    """One agent with its directory and receiver; started again it finds what it had."""

    def __init__(self, name, receiver, directory):
        self.name = name
        self.receiver = receiver
        self.directory = os.path.join(directory, name.replace(" ", "-").replace(",", ""))
        self.port = free_port()
        self.process = None
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

    def __init__(self, name, receiver, directory, binaries, interval, max_loss="15s", size="64MiB", mqtt="[]"):
        super().__init__(name, receiver, directory)
        self.binaries = binaries
        self.settings = write(
            os.path.join(self.directory, "agent.yaml"),
            f"agent: {{id: bench, data_dir: {self.directory}/data}}\n"
            f"http: {{listen: \"127.0.0.1:{self.port}\"}}\nhost: {{interval: {interval}s}}\nmqtt: {mqtt}\n"
            f"buffer: {{max_loss: {max_loss}, size: {size}}}\n"
            f"remote_write: [{{url: \"{self.url}\", batch_for: {interval}s}}]\n")

    def command(self):
        return [os.path.join(self.binaries, "wayside-agent"), "run", "--config", self.settings]

    def buffer_file(self):
        """The segment that was written last."""
        directory = os.path.join(self.directory, "data", "buffer")
        segments = [os.path.join(directory, name) for name in os.listdir(directory) if name.startswith("segment-")]
        return max(segments, key=lambda path: any_bytes(path) and os.path.getmtime(path))


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

    def __init__(self, name, receiver, directory, target, interval):
        super().__init__(name, receiver, directory)
        self.settings = scrape_settings(
            self.directory, target, interval, f"remote_write: [{{url: \"{self.url}\"}}]\n")

    def command(self):
        return [
            shutil.which("prometheus"), "--enable-feature=agent", f"--config.file={self.settings}",
            f"--storage.agent.path={self.directory}/data", "--storage.remote.flush-deadline=1s",
            f"--web.listen-address=127.0.0.1:{self.port}"]

    def buffer_file(self):
        directory = os.path.join(self.directory, "data", "wal")
        segments = [name for name in os.listdir(directory) if name.isdigit()]
        return os.path.join(directory, sorted(segments)[-1])
