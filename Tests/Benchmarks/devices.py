"""Device messages: this agent, mosquitto_sub and Debian's prometheus-mqtt-exporter on the same stream.

The broker has queued the messages for the persistent sessions of the agent and of mosquitto_sub, which are then
started one after the other. The exporter has no persistent session, so it is sent the same stream as it comes.
All on loopback, each in a temporary directory, ended by their own ids. The agent's hub is away.
Usage: devices.py DIRECTORY_OF_BINARIES [--messages N] [--rounds N]
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request

from mqtt_publisher import publish
from processes import Process, free_port, write

DEVICES = 10


def modax(count, first=0):
    """The 162 bytes that a MODAX board sends, of ten boards on their one topic."""
    return [
        ("modax/sensor/data",
         (f'{{"timestamp":{20000000 + index // DEVICES * 100:08},"device_id":"ESP32_FIELD_{index % DEVICES:03}",'
          f'"motor_currents":[5.{index % 90 + 10},5.30],"vibration":{{"x":1.20,"y":1.{index % 80 + 10},"z":0.90,'
          f'"magnitude":1.86}},"temperatures":[45.{index % 70 + 10}]}}').encode())
        for index in range(first, first + count)]


def native(count, first=0):
    """The same readings in this project's protocol, a topic for each of ten boards."""
    return [
        (f"wayside/v1/bench-{index % DEVICES}/telemetry",
         (f'{{"boot_id":7,"seq":{index // DEVICES},"uptime_ms":{20000000 + index // DEVICES * 100},"readings":['
          + ",".join(
              f'{{"quantity":"{quantity}","channel":"{channel}","unit":"{unit}","value":{value}}}'
              for quantity, channel, unit, value in [
                  ("motor_current", 0, "A", f"5.{index % 90 + 10}"), ("motor_current", 1, "A", 5.3),
                  ("vibration_acceleration", "x", "m/s2", 1.2), ("vibration_acceleration", "y", "m/s2", 1.15),
                  ("vibration_acceleration", "z", "m/s2", 0.9),
                  ("vibration_acceleration", "magnitude", "m/s2", 1.86), ("temperature", 0, "Cel", 45.5)])
          + "]}").encode())
        for index in range(first, first + count)]


def thousand_devices(round_number):
    """A message of eight readings of each of a thousand devices."""
    return [
        (f"wayside/v1/machine-{device:04}/telemetry",
         (f'{{"boot_id":7,"seq":{round_number},"uptime_ms":{1000 * round_number + 5000},"readings":['
          + ",".join(
              f'{{"quantity":"temperature","channel":"{channel}","unit":"Cel","value":{20 + channel}.{device % 10}}}'
              for channel in range(8))
          + "]}").encode())
        for device in range(1000)]


def start_broker(directory):
    port = free_port()
    settings = write(
        os.path.join(directory, "mosquitto.conf"),
        f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_queued_bytes 0\n"
        "sys_interval 0\nuser root\n")
    executable = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    return Process("mosquitto", [executable, "-c", settings], port, directory)


class Agent:
    """This agent with a hub that is away; started again it finds its session."""

    def __init__(self, binaries, directory, broker, name):
        self.port = free_port()
        self.directory = directory
        self.settings = write(
            os.path.join(directory, name + ".yaml"),
            f"agent: {{id: {name}, data_dir: {directory}/{name}}}\nhttp: {{listen: \"127.0.0.1:{self.port}\"}}\n"
            f"host: {{interval: 60s}}\n"
            f"mqtt: [{{url: \"mqtt://127.0.0.1:{broker.port}\", profiles: [wayside, modax], ack_within: 1s}}]\n"
            f"remote_write: [{{url: \"http://127.0.0.1:{free_port()}/api/v1/write\"}}]\n")
        self.command = [os.path.join(binaries, "wayside-agent"), "run", "--config", self.settings]

    def start(self):
        return Process("agent", self.command, self.port, self.directory)

    def value(self, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        found = [line for line in lines if line.startswith(name) and line[len(name)] in " {"]
        return sum(float(line.rsplit(" ", 1)[1]) for line in found)


def settle(process, step=0.05):
    """Waits until a process has nothing to do; answers when that began and what CPU it had used by then."""
    last, since, quiet = process.cpu_seconds(), time.monotonic(), 0
    while quiet < 1.0:
        time.sleep(step)
        now = process.cpu_seconds()
        if now - last > 0.1 * step:
            last, since = now, time.monotonic()
        quiet = time.monotonic() - since
    return since, last


def drain(agent, broker, messages):
    """The agent is away while the broker takes the messages; answers rate, and CPU a message of agent and broker."""
    process = agent.start()
    settle(process)
    process.end()
    # What a start costs with nothing to receive.
    process = agent.start()
    idle = settle(process)[1]
    process.end()
    publish(broker.port, messages)
    settle(broker)
    broker_before = broker.cpu_seconds()
    process = agent.start()
    begin = time.monotonic()
    end, used = settle(process)
    broker_used = broker.cpu_seconds() - broker_before
    received = agent.value("wayside_mqtt_messages_total")
    failed = agent.value("wayside_mqtt_failed_batches_total")
    memory = process.memory()
    process.end()
    assert received == len(messages) and failed == 0, f"{received} of {len(messages)} messages, {failed} failed"
    return len(messages) / (end - begin), (used - idle) / len(messages) * 1e6, broker_used / len(messages) * 1e6, memory


def drain_with_client(broker, messages, directory):
    command = [
        "mosquitto_sub", "-p", str(broker.port), "-V", "mqttv5", "-c", "-i", "bench-client", "-q", "1", "-x", "3600",
        "-D", "connect", "receive-maximum", "1000", "-t", messages[0][0]]
    subprocess.run(command + ["-E"], check=True, stdout=subprocess.DEVNULL)
    publish(broker.port, messages)
    settle(broker)
    broker_before = broker.cpu_seconds()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    with open(os.path.join(directory, "sub.log"), "wb") as log:
        subprocess.run(command + ["-C", str(len(messages))], check=True, stdout=log)
    rate = len(messages) / (time.monotonic() - begin)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return rate, used / len(messages) * 1e6, (broker.cpu_seconds() - broker_before) / len(messages) * 1e6


def follow_with_exporter(broker, messages, directory):
    """The exporter is sent the stream as it is published; all values of a message that it can name."""
    port = free_port()
    metrics = "".join(
        f"- {{prom_name: {name}, mqtt_name: \"{path}\", help: bench, type: gauge}}\n"
        for name, path in [
            ("current_0", "motor_currents.[0]"), ("current_1", "motor_currents.[1]"), ("x", "vibration.x"),
            ("y", "vibration.y"), ("z", "vibration.z"), ("magnitude", "vibration.magnitude"),
            ("temperature", "temperatures.[0]")])
    settings = write(
        os.path.join(directory, "exporter.yaml"),
        f"mqtt: {{server: \"tcp://127.0.0.1:{broker.port}\", topic_path: \"modax/sensor/data\", qos: 1}}\n"
        f"cache: {{timeout: 60m}}\nmetrics:\n{metrics}")
    process = Process(
        "exporter",
        [shutil.which("prometheus-mqtt-exporter"), "-config", settings, "-listen-address", "127.0.0.1",
         "-listen-port", str(port)], port, directory)
    idle = settle(process)[1]
    broker_before = broker.cpu_seconds()
    begin = time.monotonic()
    publish(broker.port, messages)
    end, used = settle(process)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        body = answer.read().decode()
    received = sum(
        float(line.rsplit(" ", 1)[1]) for line in body.splitlines()
        if line.startswith("received_messages{") and 'status="success"' in line)
    memory = process.memory()
    process.end()
    broker_used = broker.cpu_seconds() - broker_before
    return len(messages) / (end - begin), (used - idle) / len(messages) * 1e6, broker_used / len(messages) * 1e6, \
        received, memory


def fleet_memory(agent, broker):
    """What a thousand devices of eight readings add to the agent."""
    process = agent.start()
    settle(process)
    before = process.memory()
    for round_number in range(10):
        publish(broker.port, thousand_devices(round_number))
        settle(process)
    settle(process)
    after = process.memory()
    devices = agent.value("devices_connected")
    process.end()
    assert devices == 1000, f"{devices} devices are connected"
    return before, after


def print_row(client, stream, results):
    rate, used, broker_used = ([result[place] for result in results] for place in range(3))
    row(client, stream, f"{statistics.median(rate):,.0f}", f"{statistics.median(used):.1f}", f"{min(used):.1f}",
        f"{statistics.median(broker_used):.1f}")


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    directory = tempfile.mkdtemp(prefix="wayside-bench-")
    broker = start_broker(directory)
    try:
        count = arguments.messages
        print(f"{count} messages of QoS 1, {DEVICES} devices, {arguments.rounds} rounds, medians\n")
        row("client", "stream", "messages a second", "µs of its CPU", "of these the least", "µs of mosquitto's CPU")
        row(*["---"] * 6)
        for name, stream in [("modax", modax), ("native", native)]:
            agent = Agent(arguments.binaries, directory, broker, name)
            results = [drain(agent, broker, stream(count, number * count)) for number in range(arguments.rounds)]
            print_row("wayside-agent, synced before PUBACK", f"{name}, {len(stream(1)[0][1])} B, queued", results)
        messages = modax(count)
        results = [drain_with_client(broker, messages, directory) for _ in range(arguments.rounds)]
        print_row("mosquitto_sub -q 1, into a file", "modax, queued", results)
        results = [follow_with_exporter(broker, messages, directory) for _ in range(arguments.rounds)]
        print_row("prometheus-mqtt-exporter", "modax, as it comes", results)
        print(f"\nthe exporter took {results[0][3]:.0f} of {len(messages)}; "
              f"{results[0][4][0] / 1e6:.1f} MB RSS, {results[0][4][1] / 1e6:.1f} anonymous\n")
        before, after = fleet_memory(Agent(arguments.binaries, directory, broker, "fleet"), broker)
        row("memory of wayside-agent", "RSS MB", "anonymous MB")
        row(*["---"] * 3)
        row("no device", f"{before[0] / 1e6:.1f}", f"{before[1] / 1e6:.1f}")
        row("1,000 devices of 8 readings", f"{after[0] / 1e6:.1f}", f"{after[1] / 1e6:.1f}")
    finally:
        broker.end()
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
