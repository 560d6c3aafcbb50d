"""A publisher for benchmarks: MQTT 3.1.1, QoS 1, as fast as the broker answers."""

import select
import socket


def text(value):
    encoded = value.encode()
    return len(encoded).to_bytes(2, "big") + encoded


def packet(first, body):
    length, size = b"", len(body)
    while True:
        size, rest = divmod(size, 128)
        length += bytes([rest | (0x80 if size else 0)])
        if not size:
            return bytes([first]) + length + body


def publish(port, messages, name="bench-publisher"):
    """Publishes pairs of topic and payload and returns once the broker has acknowledged all of them."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(packet(0x10, text("MQTT") + b"\x04\x02\x00\x00" + text(name)))
        answer = connection.recv(4, socket.MSG_WAITALL)
        if answer != b"\x20\x02\x00\x00":
            raise RuntimeError(f"the broker answers {answer.hex()} to CONNECT")
        stream = b"".join(
            packet(0x32, text(topic) + (index % 65535 + 1).to_bytes(2, "big") + payload)
            for index, (topic, payload) in enumerate(messages))
        sent, acknowledged = 0, 0
        connection.setblocking(False)
        while acknowledged < 4 * len(messages):
            readable, writable, _ = select.select([connection], [connection] if sent < len(stream) else [], [], 60)
            if not readable and not writable:
                raise RuntimeError("the broker does not acknowledge")
            if writable:
                sent += connection.send(stream[sent:sent + 65536])
            if readable:
                answer = connection.recv(65536)
                if not answer:
                    raise RuntimeError("the broker has closed the connection")
                acknowledged += len(answer)
        connection.setblocking(True)
        connection.sendall(b"\xe0\x00")
