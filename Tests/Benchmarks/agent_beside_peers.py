"""The agent beside node_exporter and vmagent: memory, CPU and system calls per scrape, binary sizes, bytes on the wire.

All processes run on loopback at the same time, each in a temporary directory, and are ended by their own ids.
Usage: agent_beside_peers.py DIRECTORY_OF_BINARIES HOST_BENCHMARK [--seconds N]
"""

import argparse
import os
import shutil
import tempfile
import time

from processes import Process, free_port, write
from remote_write import CountingReceiver
from scrape_cost import print_calls, print_collectors, print_cpu, scrape


def metric(body, name):
    for line in body.decode().splitlines():
        if line.startswith(name) and line[len(name)] in " {":
            return float(line.rsplit(" ", 1)[1])
    return 0.0


def start_agent(binaries, directory, name, interval, batch, receiver):
    port = free_port()
    settings = write(
        os.path.join(directory, name + ".yaml"),
        f"agent: {{id: bench, data_dir: {directory}/{name}}}\n"
        f"http: {{listen: \"127.0.0.1:{port}\"}}\nhost: {{interval: {interval}s}}\nmqtt: []\n"
        f"remote_write: [{{url: \"http://127.0.0.1:{receiver.port}/api/v1/write\", batch_for: {batch}s}}]\n")
    return Process(name, [os.path.join(binaries, "wayside-agent"), "run", "--config", settings], port, directory)


def start_vmagent(directory, targets, interval, receiver):
    port = free_port()
    list_of_targets = ", ".join(f'"127.0.0.1:{target}"' for target in targets)
    settings = write(
        os.path.join(directory, "vmagent.yaml"),
        f"global: {{scrape_interval: {interval}s}}\n"
        f"scrape_configs: [{{job_name: node, static_configs: [{{targets: [{list_of_targets}]}}]}}]\n")
    return Process(
        "vmagent",
        [shutil.which("vmagent"), f"-promscrape.config={settings}", f"-httpListenAddr=127.0.0.1:{port}",
         f"-remoteWrite.url=http://127.0.0.1:{receiver.port}/api/v1/write",
         f"-remoteWrite.tmpDataPath={directory}/queue"], port, directory)


def megabytes(count):
    return f"{count / 1e6:.1f}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("host_benchmark", help="the program host-benchmark")
    parser.add_argument("--seconds", type=int, default=120, help="how long the wire is watched")
    arguments = parser.parse_args()
    interval = 5
    directory = tempfile.mkdtemp(prefix="wayside-bench-")
    processes = []
    try:
        node_port = free_port()
        node = Process(
            "node_exporter",
            [shutil.which("prometheus-node-exporter"), f"--web.listen-address=127.0.0.1:{node_port}"],
            node_port, directory)
        processes.append(node)
        receivers = {name: CountingReceiver() for name in ("vmagent", "agent", "agent-batched")}
        processes.append(start_vmagent(directory, [node_port], interval, receivers["vmagent"]))
        processes.append(start_agent(arguments.binaries, directory, "agent", interval, interval, receivers["agent"]))
        processes.append(
            start_agent(arguments.binaries, directory, "agent-batched", interval, 8 * interval, receivers["agent-batched"]))
        by_name = {process.name: process for process in processes}

        time.sleep(2 * interval)
        start = {name: (process.cpu_seconds(), time.time()) for name, process in by_name.items()}
        time.sleep(arguments.seconds)
        steady = {
            name: (process.cpu_seconds() - start[name][0]) / (time.time() - start[name][1])
            for name, process in by_name.items()}
        memory = {name: process.memory() for name, process in by_name.items()}
        shipped = {
            name: metric(scrape(by_name[name].port), "wayside_remote_write_samples_total")
            for name in ("agent", "agent-batched")}
        wire = {name: (receiver.requests, receiver.body_bytes) for name, receiver in receivers.items()}
        vmagent_rows = metric(scrape(by_name["vmagent"].port), "vmagent_remotewrite_global_rows_pushed_before_relabel_total")

        print(f"Host interval {interval} s, watched for {arguments.seconds} s, {os.cpu_count()} cores.\n")
        print("| process | binary MB | RSS MB | anonymous MB | CPU ms per second |")
        print("|---|---|---|---|---|")
        for name, process in by_name.items():
            size = os.path.getsize(process.path)
            rss, anonymous = memory[name]
            print(f"| {name} | {megabytes(size)} | {megabytes(rss)} | {megabytes(anonymous)} | {steady[name] * 1000:.2f} |")
        print_cpu([by_name["node_exporter"], by_name["agent"]])
        print_collectors(arguments.host_benchmark)
        print("\n| wire, request bodies | requests | samples | bytes a sample |")
        print("|---|---|---|---|")
        counts = dict(shipped, vmagent=vmagent_rows)
        for name, (requests, body_bytes) in wire.items():
            if counts[name]:
                print(f"| {name} | {requests} | {counts[name]:.0f} | {body_bytes / counts[name]:.1f} |")
        # Last, because a process that is traced is slow.
        print_calls([by_name["node_exporter"], by_name["agent"]], arguments.host_benchmark)
    finally:
        for process in reversed(processes):
            process.end()
        shutil.rmtree(directory, ignore_errors=True)


main()
