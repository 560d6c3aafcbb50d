#!/usr/bin/env python3
"""Writes the answers of netlink in the fixture trees: what the kernel sends, without the messages that end a dump.

The numbers are those of linux/rtnetlink.h, if_link.h, pkt_sched.h, gen_stats.h, can/netlink.h, genetlink.h and nl80211.h,
little-endian. Made by hand from the headers, so that the parsers are not held against themselves.
"""
import ipaddress
import pathlib
import struct

HERE = pathlib.Path(__file__).parent
SEQUENCE, PORT = 1, 4711
NLM_F_MULTI = 2


def padded(data):
    return data + bytes(-len(data) % 4)


def attribute(number, value):
    return padded(struct.pack("<HH", 4 + len(value), number) + value)


def nested(number, *parts, flag=0):
    return attribute(number | flag, b"".join(parts))


def u8(number, value):
    return attribute(number, struct.pack("<B", value & 0xFF))


def u16(number, value):
    return attribute(number, struct.pack("<H", value))


def u32(number, value):
    return attribute(number, struct.pack("<I", value))


def u64(number, value):
    return attribute(number, struct.pack("<Q", value))


def text(number, value):
    return attribute(number, value.encode() + b"\0")


def message(kind, head, *parts):
    body = head + b"".join(parts)
    return padded(struct.pack("<IHHII", 16 + len(body), kind, NLM_F_MULTI, SEQUENCE, PORT) + body)


def write(tree, name, *messages):
    directory = HERE / tree / "netlink"
    directory.mkdir(parents=True, exist_ok=True)
    (directory / name).write_bytes(b"".join(messages))


# Interfaces: RTM_NEWLINK, ifinfomsg {family, pad, type, index, flags, change}.
def link(index, name, *parts, kind=1):
    head = struct.pack("<BBHiII", 0, 0, kind, index, 0x11043, 0)
    # IFLA_IFNAME, IFLA_TXQLEN, IFLA_MTU.
    return message(16, head, text(3, name), u32(13, 1000), u32(4, 1500), *parts)


def bittiming(bitrate):
    # bitrate, sample_point, tq, prop_seg, phase_seg1, phase_seg2, sjw, brp.
    return struct.pack("<8I", bitrate, 875, 50, 6, 7, 2, 1, 4)


def can(index, name, state, transmit_errors, receive_errors, bitrate, stats, data_bitrate=None, restart_ms=None):
    data = [
        attribute(1, bittiming(bitrate)),  # IFLA_CAN_BITTIMING
        attribute(3, struct.pack("<I", 40_000_000)),  # IFLA_CAN_CLOCK
        u32(4, state),  # IFLA_CAN_STATE
        attribute(5, struct.pack("<II", 0, 0x20)),  # IFLA_CAN_CTRLMODE
    ]
    if restart_ms is not None:
        data.append(u32(6, restart_ms))
    if transmit_errors is not None:
        data.append(attribute(8, struct.pack("<HH", transmit_errors, receive_errors)))  # IFLA_CAN_BERR_COUNTER
    if data_bitrate:
        data.append(attribute(9, bittiming(data_bitrate)))  # IFLA_CAN_DATA_BITTIMING
    # IFLA_LINKINFO: IFLA_INFO_KIND, IFLA_INFO_DATA, IFLA_INFO_XSTATS (can_device_stats).
    info = nested(18, text(1, "can"), nested(2, *data), attribute(3, struct.pack("<6I", *stats)))
    return link(index, name, info, kind=280)


# Routes: RTM_NEWROUTE, rtmsg {family, dst_len, src_len, tos, table, protocol, scope, type, flags}.
def route(destination, device=None, gateway=None, source=None, priority=None, protocol=2, kind=1, table=254,
          hops=(), family=None, extra=b""):
    network = ipaddress.ip_network(destination) if destination else None
    if family is None:
        family = 10 if network and network.version == 6 else 2
    length = network.prefixlen if network else 0
    head = struct.pack("<BBBBBBBBI", family, length, 0, 0, table, protocol, 0, kind, 0)
    parts = [u32(15, table)]  # RTA_TABLE
    if network and length:
        parts.append(attribute(1, network.network_address.packed))  # RTA_DST
    if priority is not None:
        parts.append(u32(6, priority))  # RTA_PRIORITY
    if source:
        parts.append(attribute(7, ipaddress.ip_address(source).packed))  # RTA_PREFSRC
    if gateway:
        parts.append(attribute(5, ipaddress.ip_address(gateway).packed))  # RTA_GATEWAY
    if device:
        parts.append(u32(4, device))  # RTA_OIF
    if hops:
        ways = b""
        for way_gateway, way_device, weight in hops:
            gate = attribute(5, ipaddress.ip_address(way_gateway).packed) if way_gateway else b""
            # rtnexthop {len, flags, hops, ifindex}.
            ways += struct.pack("<HBBi", 8 + len(gate), 0, weight - 1, way_device) + gate
        parts.append(attribute(9, ways))  # RTA_MULTIPATH
    return message(24, head, *parts, extra)


# Queueing disciplines: RTM_NEWQDISC, tcmsg {family, pad, ifindex, handle, parent, info}.
def qdisc(index, kind, numbers, parent=0xFFFFFFFF, handle=0x80010000, form="both", packets64=None):
    sent, packets, drops, overlimits, requeues, length, backlog = numbers
    head = struct.pack("<BBHiIII", 0, 0, 0, index, handle, parent, 1)
    parts = [text(1, kind)]  # TCA_KIND
    if form != "old":
        second = [
            attribute(1, struct.pack("<QII", sent, packets, 0)),  # TCA_STATS_BASIC
            attribute(3, struct.pack("<5I", length, backlog, drops, requeues, overlimits)),  # TCA_STATS_QUEUE
        ]
        if packets64 is not None:
            second.append(u64(8, packets64))  # TCA_STATS_PKT64
        parts.append(nested(7, *second))  # TCA_STATS2
    if form != "new":
        # tc_stats: bytes, packets, drops, overlimits, bps, pps, qlen, backlog.
        parts.append(attribute(3, struct.pack("<Q7II", sent, packets, drops, overlimits, 0, 0, length, backlog, 0)))
    return message(36, head, *parts)


# Wireless: generic netlink, genlmsghdr {cmd, version, reserved}.
FAMILY = 28


def generic(kind, command, *parts):
    return message(kind, struct.pack("<BBH", command, 1, 0), *parts)


def wireless(index, name, frequency=None, kind=2, mac=b"\xdc\xa6\x32\x00\x00\x01"):
    parts = [u32(3, index)]  # NL80211_ATTR_IFINDEX
    if name:
        parts.append(text(4, name))  # NL80211_ATTR_IFNAME
    parts += [u32(1, 0), u32(5, kind), u64(153, index), attribute(6, mac)]
    if frequency:
        parts.append(u32(38, frequency))  # NL80211_ATTR_WIPHY_FREQ
    return generic(FAMILY, 7, *parts)


def network(index, bssid, ssid, status=None):
    elements = bytes([0, len(ssid)]) + ssid + bytes([1, 4, 0x82, 0x84, 0x8B, 0x96])
    parts = [attribute(1, bssid), u32(2, 2412), attribute(6, elements), u32(7, (-5200) & 0xFFFFFFFF)]
    if status is not None:
        parts.append(u32(9, status))  # NL80211_BSS_STATUS
    return generic(FAMILY, 34, u32(46, 5), u32(3, index), nested(47, *parts))


def station(index, mac, *parts):
    return generic(FAMILY, 19, u32(3, index), attribute(6, mac), u32(46, 9), nested(21, *parts))


def rate(number, bits_per_second, wide=True):
    units = bits_per_second // 100_000
    # NL80211_RATE_INFO_BITRATE, NL80211_RATE_INFO_BITRATE32.
    return nested(number, u16(1, units), *([u32(5, units)] if wide else []))


def gateway_and_hosts():
    write(
        "pi", "links", link(1, "lo", kind=772), link(2, "eth0"), link(4, "wlan0"), link(5, "wlan1"),
        can(6, "can0", 1, 97, 12, 500_000, (7, 2, 1, 0, 3, 0)))
    write(
        "pi", "routes",
        route(None, 2, "192.168.1.1", priority=202, protocol=16, source="192.168.1.20"),
        route("192.168.1.0/24", 2, source="192.168.1.20", priority=202),
        # The same in another table.
        route("192.168.1.0/24", 2, source="192.168.1.20", priority=202, table=100),
        route("10.1.0.0/16", priority=50, protocol=4, hops=[("192.168.1.2", 2, 1), ("192.168.7.3", 4, 256)]),
        # An interface that has come since, an origin without a name.
        route("10.2.0.0/16", 9, protocol=99),
        # Local and broadcast.
        route("192.168.1.20/32", 2, kind=2, table=255), route("192.168.1.255/32", 2, kind=3, table=255),
        # MPLS: no IP.
        route(None, 2, family=28, extra=attribute(1, b"\0\x06\x41\0")),
        route("fe80::/64", 2, priority=256),
        route("2001:db8:0:1::/64", 4, priority=600, protocol=9),
        route("::/0", 2, "fe80::1", priority=1024, protocol=9, family=10),
        route("2001:db8:5::/48", priority=1024, protocol=186, hops=[("fe80::2", 2, 3), ("2001:db8:0:1::9", 4, 1)]))
    write(
        "pi", "qdiscs", qdisc(1, "noqueue", (0,) * 7, handle=0),
        qdisc(2, "mq", (83_123_456_789, 1_200_345, 4, 0, 6, 2, 3028), handle=0, packets64=4_296_167_641),
        qdisc(2, "fq_codel", (83_123_456_789, 1_200_345, 4, 0, 6, 2, 3028), parent=0x1, handle=0),
        qdisc(4, "tbf", (42, 43, 44, 45, 46, 47, 48), form="new"),
        # ffff: at the ingress.
        qdisc(4, "ingress", (9,) * 7, parent=0xFFFFFFF1, handle=0xFFFF0000))
    write(
        "kernel-4.9", "links", link(1, "lo", kind=772), link(2, "eth0"))
    write(
        "kernel-4.9", "routes", route(None, 2, "10.0.0.1", protocol=3), route("10.0.0.0/8", 2, source="10.0.0.9"))
    write("kernel-4.9", "qdiscs", qdisc(2, "pfifo_fast", (1000, 10, 1, 2, 0, 3, 4), form="old", handle=0))


def can_gateway():
    write(
        "gateway", "links", link(1, "lo", kind=772), link(2, "eth0"),
        can(3, "can0", 0, 0, 8, 500_000, (14, 1, 0, 0, 5, 2), data_bitrate=2_000_000, restart_ms=100),
        can(4, "can1", 3, 248, 0, 250_000, (900, 40, 35, 33, 0, 31)),
        # Stopped; its driver does not tell the counters.
        can(5, "can2", 4, None, None, 125_000, (0,) * 6),
        # A virtual one has no controller.
        link(6, "vcan0", nested(18, text(1, "vcan")), kind=280))


def wifi():
    write(
        "pi", "family", message(
            16, struct.pack("<BBH", 1, 2, 0), text(2, "nl80211"), u16(1, FAMILY), u32(3, 1), u32(4, 0), u32(5, 331),
            nested(6, nested(1, u32(1, 1), u32(2, 0xE)))))
    write(
        "pi", "interfaces", wireless(4, "wlan0", 2412), wireless(5, "wlan1", 2412, kind=3), wireless(7, None, kind=10),
        wireless(8, "wlan2"))
    bssid = bytes.fromhex("001122334455")
    write(
        "pi", "scan-4", network(4, bytes.fromhex("0a0b0c0d0e0f"), b"Neighbour"),
        network(4, bssid, b"Example", status=1))
    write("pi", "scan-5")
    write("pi", "scan-8", network(8, bytes.fromhex("021122334455"), b"caf\xc3\xa9 \xff", status=2))
    common = lambda inactive, signal, transmit, receive, retries, failed, connected, loss: [
        u32(1, inactive), u8(7, signal), rate(8, transmit), rate(14, receive), u32(11, retries), u32(12, failed),
        u32(16, connected), u32(18, loss),
    ]
    counters = lambda received, transmitted, received_packets, transmitted_packets: [
        u32(2, received & 0xFFFFFFFF), u32(3, transmitted & 0xFFFFFFFF), u64(23, received), u64(24, transmitted),
        u32(9, received_packets), u32(10, transmitted_packets),
    ]
    write(
        "pi", "stations-4",
        station(
            4, bytes.fromhex("aabbccddeeff"), *common(400, -52, 164_000_000, 128_000_000, 10, 2, 30, 1),
            *counters(5_000_000_000, 1_234, 77, 66)),
        station(
            4, bytes.fromhex("010203040506"), *common(800, -26, 328_000_000, 256_000_000, 20, 4, 60, 2),
            *counters(0, 0, 0, 0)))
    # An old driver: 32 bits, and little else.
    write(
        "pi", "stations-5", station(5, bytes.fromhex("0a0000000001"), u32(2, 11), u32(3, 12), rate(8, 54_000_000, False)))


gateway_and_hosts()
can_gateway()
wifi()
