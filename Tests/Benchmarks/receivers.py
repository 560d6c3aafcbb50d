"""The hub, Debian's VictoriaMetrics and Debian's Prometheus, as receivers of remote write on loopback."""

import http.client
import json
import os
import shutil
import struct
import subprocess
import threading
import time
import urllib.request

from processes import Process, free_port, write


class Receiver:
    """One receiver with its directory; started again it finds what it had."""

    path = "/api/v1/write"
    ready_path = "/-/ready"

    def __init__(self, directory):
        self.directory = directory
        self.port = free_port()
        self.process = None
        os.makedirs(directory, exist_ok=True)

    def start(self):
        """Seconds until it answers that it is ready."""
        begin = time.time()
        self.process = Process("receiver", self.command(), self.port, self.directory)
        while not self.is_ready():
            time.sleep(0.02)
        return time.time() - begin

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{self.ready_path}", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def cpu_seconds(self):
        """User and system time of the process, threads that have ended included."""
        with open(f"/proc/{self.process.child.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def call(self, path, method="GET"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        with urllib.request.urlopen(request, timeout=300) as answer:
            return answer.read()

    def end(self):
        if self.process and self.process.child.poll() is None:
            self.process.kill()
        shutil.rmtree(self.directory, ignore_errors=True)


class Hub(Receiver):
    name = "wayside-hub"
    sealed_by = "`wayside-hub store seal`"

    def __init__(self, directory, binaries):
        super().__init__(directory)
        self.program = os.path.join(binaries, "wayside-hub")
        self.settings = write(
            os.path.join(directory, "hub.yaml"),
            f"http: {{listen: \"127.0.0.1:{self.port}\"}}\nstorage: {{directory: {directory}/data}}\n")

    def command(self):
        return [self.program, "run", "--config", self.settings]

    def sealed_bytes(self):
        """None where this build has no such command."""
        self.process.end()
        done = subprocess.run(
            [self.program, "store", "seal", "--config", self.settings], capture_output=True, check=False)
        if done.returncode != 0:
            return None
        return sum(size for name, size in files(os.path.join(self.directory, "data")) if name.endswith(".db"))

    def log_bytes(self):
        return sum(size for _, size in files(os.path.join(self.directory, "data", "log")))


class VictoriaMetrics(Receiver):
    name = "VictoriaMetrics"
    ready_path = "/health"
    sealed_by = "`/internal/force_flush`, `/internal/force_merge`, SIGTERM"

    def __init__(self, directory, binaries=None):
        super().__init__(directory)

    def command(self):
        return [
            shutil.which("victoria-metrics"), f"-storageDataPath={self.directory}/data", "-retentionPeriod=1y",
            f"-httpListenAddr=127.0.0.1:{self.port}"]

    def sealed_bytes(self):
        self.call("/internal/force_flush")
        self.call("/internal/force_merge")
        # The merge goes on in the background: until the size has stood still for a while.
        before, still = -1, 0
        while still < 5:
            size = sum(size for _, size in files(os.path.join(self.directory, "data")))
            still = still + 1 if size == before else 0
            before = size
            time.sleep(0.5)
        self.process.end()
        return sum(
            size for name, size in files(os.path.join(self.directory, "data")) if name != "flock.lock")

    def log_bytes(self):
        return 0


class Prometheus(Receiver):
    name = "Prometheus"
    sealed_by = "`/api/v1/admin/tsdb/snapshot`, which compacts the head to a block"

    def __init__(self, directory, binaries=None):
        super().__init__(directory)
        self.settings = write(os.path.join(directory, "prometheus.yml"), "global: {}\n")

    def command(self):
        return [
            shutil.which("prometheus"), f"--config.file={self.settings}", f"--storage.tsdb.path={self.directory}/data",
            f"--web.listen-address=127.0.0.1:{self.port}", "--web.enable-remote-write-receiver",
            "--web.enable-admin-api"]

    def sealed_bytes(self):
        name = json.loads(self.call("/api/v1/admin/tsdb/snapshot", "POST"))["data"]["name"]
        return sum(size for _, size in files(os.path.join(self.directory, "data", "snapshots", name)))

    def log_bytes(self):
        return sum(size for _, size in files(os.path.join(self.directory, "data", "wal")))


def files(directory):
    """Names and sizes on disk of all files below a directory."""
    for parent, _, names in os.walk(directory):
        for name in names:
            try:
                yield name, os.path.getsize(os.path.join(parent, name))
            except OSError:
                # Merged away meanwhile.
                continue


class Requests:
    """The requests that the program hub-benchmark makes of the recording, as they come."""

    def __init__(self, benchmark, text, version, hosts, scrapes, step=15_000, end=None, kind=()):
        end = end or int(time.time() * 1000) // 1000 * 1000
        first = end - scrapes * (step or 15_000)
        self.child = subprocess.Popen(
            [benchmark, version, str(hosts), str(scrapes), str(first), str(step), *kind], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)
        self.lock = threading.Lock()

        def feed():
            self.child.stdin.write(text)
            self.child.stdin.close()

        threading.Thread(target=feed, daemon=True).start()

    def __iter__(self):
        return self

    def __next__(self):
        with self.lock:
            header = self.child.stdout.read(8)
            if len(header) < 8:
                self.child.wait()
                raise StopIteration
            samples, size = struct.unpack("<II", header)
            return samples, self.child.stdout.read(size)


class Sending:
    """Sends requests over some connections and counts what was acknowledged; samples the receiver's memory meanwhile."""

    def __init__(self, receiver, requests, version="1.0", connections=1):
        self.receiver, self.requests = receiver, requests
        self.headers = {
            "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf",
            "X-Prometheus-Remote-Write-Version": "0.1.0", "User-Agent": "bench"}
        if version == "2.0":
            self.headers["Content-Type"] += ";proto=io.prometheus.write.v2.Request"
            self.headers["X-Prometheus-Remote-Write-Version"] = "2.0.0"
        self.samples = self.body_bytes = self.busy = 0
        self.problem = ""
        self.most_anonymous = self.most_resident = 0
        self.lock = threading.Lock()
        self.iterator = iter(requests)
        threads = [threading.Thread(target=self.send, daemon=True) for _ in range(connections)]
        begin = time.time()
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            threads[0].join(0.2)
            for thread in threads:
                if thread.is_alive():
                    thread.join(0.2)
                    break
            self.look()
        self.seconds = time.time() - begin
        if self.problem:
            raise SystemExit(f"{receiver.name} refused a request: {self.problem}")

    def look(self):
        resident, anonymous = self.receiver.process.memory()
        self.most_resident = max(self.most_resident, resident)
        self.most_anonymous = max(self.most_anonymous, anonymous)

    def send(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.receiver.port, timeout=120)
        for samples, body in self.iterator:
            while not self.problem:
                connection.request("POST", self.receiver.path, body, self.headers)
                answer = connection.getresponse()
                text = answer.read()
                if answer.status == 503:
                    self.busy += 1
                    time.sleep(float(answer.headers.get("Retry-After", "1")))
                    continue
                if answer.status // 100 != 2:
                    self.problem = f"{answer.status} {text[:300]}"
                break
            if self.problem:
                return
            with self.lock:
                self.samples += samples
                self.body_bytes += len(body)
