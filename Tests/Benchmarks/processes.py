"""Processes of a benchmark: each in a directory of its own, on a free port, ended by its own id."""

import os
import socket
import subprocess
import sys
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A child that appends to its log in `directory`; waits until it listens."""

    def __init__(self, name, command, port, directory):
        self.name = name
        self.path = command[0]
        self.port = port
        self.log = open(os.path.join(directory, name + ".log"), "ab")
        self.child = subprocess.Popen(command, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        for _ in range(1200):
            if self.child.poll() is not None:
                sys.exit(f"{name} ended: {open(self.log.name).read()}")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit(f"{name} does not listen on {port}")

    def end(self):
        self.child.terminate()
        self.child.wait(90)

    def kill(self):
        self.child.kill()
        self.child.wait(90)

    def cpu_seconds(self):
        """User and system time from /proc/PID/schedstat's first field, in nanoseconds of CPU, over all threads."""
        total = 0
        for thread in os.listdir(f"/proc/{self.child.pid}/task"):
            with open(f"/proc/{self.child.pid}/task/{thread}/schedstat") as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def memory(self):
        """Resident and anonymous bytes by /proc/PID/smaps_rollup."""
        fields = {}
        with open(f"/proc/{self.child.pid}/smaps_rollup") as file:
            for line in file:
                words = line.split()
                if len(words) == 3 and words[2] == "kB":
                    fields[words[0]] = int(words[1]) * 1024
        return fields["Rss:"], fields["Anonymous:"]


    def anonymous_bytes(self):
        """Resident anonymous bytes by /proc/PID/status, which is cheap to read often."""
        with open(f"/proc/{self.child.pid}/status") as file:
            for line in file:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1]) * 1024
        return 0


def write(path, text):
    with open(path, "w") as file:
        file.write(text)
    return path
