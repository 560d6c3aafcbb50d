"""An exporter that serves recorded scrapes of a real machine."""

import http.server
import lzma
import random
import threading


class RecordedExporter:
    """Serves the recorded node, every fifteenth scrape, and boards beside it: the next with each request."""

    def __init__(self, path, board_count=200):
        self.board_count = board_count
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
        for board in range(self.board_count):
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

    @property
    def series_count(self):
        """How many samples the first page has."""
        return sum(values[0] != "-" for _, values in self.series)
