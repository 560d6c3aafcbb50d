"""Receivers of remote write 1.0 and 2.0 for benchmarks: one only counts, one keeps the times of every series."""

import http.server
import threading


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def snappy_block(data):
    """Decompresses a Snappy block (google/snappy, format_description.txt)."""
    length, at = varint(data, 0)
    out = bytearray()
    while at < len(data):
        tag = data[at]
        at += 1
        kind = tag & 3
        if kind == 0:
            count = (tag >> 2) + 1
            if count > 60:
                size = count - 60
                count = int.from_bytes(data[at:at + size], "little") + 1
                at += size
            out += data[at:at + count]
            at += count
            continue
        if kind == 1:
            count = ((tag >> 2) & 7) + 4
            offset = (tag >> 5) << 8 | data[at]
            at += 1
        else:
            count = (tag >> 2) + 1
            size = 2 if kind == 2 else 4
            offset = int.from_bytes(data[at:at + size], "little")
            at += size
        if offset == 0 or offset > len(out):
            raise ValueError("a copy from before the beginning")
        start = len(out) - offset
        for index in range(count):
            out.append(out[start + index])
    if len(out) != length:
        raise ValueError("not as long as declared")
    return bytes(out)


def fields(data):
    """The fields of a protobuf message: number and value, bytes for those with a length."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            value, at = data[at:at + 8], at + 8
        elif kind == 2:
            length, at = varint(data, at)
            if at + length > len(data):
                raise ValueError("a field beyond the end")
            value, at = data[at:at + length], at + length
        else:
            raise ValueError(f"wire type {kind}")
        yield tag >> 3, value


def series_of(message, is_version_2):
    """Every series of a request: its labels and the times of its samples."""
    symbols = [value for number, value in fields(message) if number == 4] if is_version_2 else []
    for number, series in fields(message):
        if number != (5 if is_version_2 else 1):
            continue
        labels, times = [], []
        for number, value in fields(series):
            if number == 1 and is_version_2:
                at = 0
                while at < len(value):
                    reference, at = varint(value, at)
                    labels.append(symbols[reference])
            elif number == 1:
                labels += [text for _, text in fields(value)]
            elif number == 2:
                times += [time for field, time in fields(value) if field == 2]
        yield tuple(labels), times


class KeepingReceiver:
    """Keeps the times of every series by its labels. While `is_away` it closes each connection without an answer."""

    def __init__(self):
        self.series = {}
        self.rejected = 0
        self.body_bytes = 0
        self.is_away = False
        self.lock = threading.Lock()
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if owner.is_away:
                    self.close_connection = True
                    return
                is_version_2 = "v2.Request" in self.headers.get("Content-Type", "")
                self.send_response(owner.take(body, is_version_2))
                if is_version_2:
                    self.send_header("X-Prometheus-Remote-Write-Samples-Written", "1000000")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, body, is_version_2):
        try:
            found = list(series_of(snappy_block(body), is_version_2))
        except (ValueError, IndexError):
            with self.lock:
                self.rejected += 1
            return 400
        with self.lock:
            self.body_bytes += len(body)
            for labels, times in found:
                self.series.setdefault(labels, set()).update(times)
        return 204 if is_version_2 else 200

    def times(self, name):
        """The times of the first series that is called `name`."""
        with self.lock:
            for labels, times in self.series.items():
                if name.encode() in labels:
                    return sorted(times)
        return []

    def samples_between(self, start, end, but):
        """How many samples have a time between two, in seconds, but for those of a metric."""
        with self.lock:
            return sum(
                start <= time / 1000 <= end for labels, times in self.series.items() if but not in labels
                for time in times)

    def whole_scrapes(self, job, but=None):
        """How many series of a job each time has, but for those of a metric."""
        counts = {}
        with self.lock:
            for labels, times in self.series.items():
                if job.encode() in labels and but not in labels:
                    for time in times:
                        counts[time] = counts.get(time, 0) + 1
        return counts


class CountingReceiver:
    """Takes remote write, answers 204 with the Written headers of 2.0, and counts bytes and requests. While `is_away` it
    closes each connection without an answer."""

    def __init__(self):
        self.requests = 0
        self.body_bytes = 0
        self.is_away = False
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                self.rfile.read(length)
                if owner.is_away:
                    self.close_connection = True
                    return
                owner.requests += 1
                owner.body_bytes += length
                self.send_response(204)
                if "v2.Request" in self.headers.get("Content-Type", ""):
                    for kind in ("Samples", "Histograms", "Exemplars"):
                        self.send_header(f"X-Prometheus-Remote-Write-{kind}-Written", "1000000" if kind == "Samples" else "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
