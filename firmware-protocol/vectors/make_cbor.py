#!/usr/bin/python3
"""Makes cbor.json, mac.json, limits.json and vectors.txt from the JSON vectors written by hand.

Everything here is independent of this project's code: CBOR by Debian's python3-cbor2, HMAC by Python's hmac, JSON by
Python's json. `make_cbor.py --check` writes nothing and fails where a file is not what it would write.
"""
import hashlib
import hmac
import json
import pathlib
import sys

import cbor2

HERE = pathlib.Path(__file__).parent
DEVICE = "wayside/v1/pump-3/"
CODES = {
    1: ("motor_current", "A"), 2: ("vibration_acceleration", "m/s2"), 3: ("temperature", "Cel"),
    4: ("vibration_velocity", "mm/s"), 5: ("rotational_speed", "1/min"), 6: ("voltage", "V"), 7: ("current", "A"),
    8: ("power", "W"), 9: ("energy", "Wh"), 10: ("pressure", "bar"), 11: ("humidity", "%RH"), 12: ("level", "%"),
    13: ("force", "N"), 14: ("frequency", "Hz"), 15: ("operating_time", "s"), 16: ("wifi_rssi", "dBm"),
    17: ("heap_free", "B"), 18: ("heap_minimum", "B"), 19: ("battery_voltage", "V"), 20: ("battery_level", "%"),
    24: ("safety_emergency_stop", ""), 25: ("safety_door_closed", ""), 26: ("safety_overload_detected", ""),
    27: ("safety_temperature_ok", ""),
}
AXES = {"vibration_acceleration", "vibration_velocity"}
RESET = ["unknown", "power_on", "external", "software", "panic", "watchdog", "deep_sleep", "brownout"]


# --- The canonical form of both encodings, from the fields.


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def members(pairs):
    return "{" + ",".join(f"{quoted(name)}:{value}" for name, value in pairs) + "}"


def json_named(quantity, channel, unit):
    pairs = [("quantity", quoted(quantity))]
    if channel:
        pairs.append(("channel", quoted(channel)))
    if unit:
        pairs.append(("unit", quoted(unit)))
    return pairs


def json_message(fields, kind):
    if kind == "state":
        pairs = [("state", quoted(fields["state"])), ("boot_id", fields["boot_id"])]
    else:
        pairs = [(n, fields[n]) for n in ("boot_id", "seq", "uptime_ms", "unix_ms") if n in fields]
        if fields.get("synchronised"):
            pairs.append(("synchronised", "true"))
        pairs += [(n, fields[n]) for n in ("interval_ms",) if n in fields]
        pairs += [(n, quoted(fields[n])) for n in ("event", "firmware", "model", "reset_reason") if n in fields]
        if "readings" in fields:
            texts = [members(json_named(q, c, u) + [("value", v)]) for q, c, u, v, _ in fields["readings"]]
            pairs.append(("readings", "[" + ",".join(texts) + "]"))
        if "quantities" in fields:
            pairs.append(("quantities", "[" + ",".join(members(json_named(*q)) for q in fields["quantities"]) + "]"))
        if "wear" in fields:
            texts = []
            for wear in fields["wear"]:
                own = [(n, quoted(wear[n])) for n in ("component", "model", "quantity", "channel") if n in wear]
                texts.append(members(own + [(name, value) for name, value, _ in wear["parameters"]]))
            pairs.append(("wear", "[" + ",".join(texts) + "]"))
    if fields.get("key_id"):
        pairs.append(("key_id", fields["key_id"]))
    return members(pairs).encode()


def head(major, count):
    """The head of a map, an array or a string, by cbor2's own encoding of the unsigned number."""
    number = bytearray(cbor2.dumps(count))
    number[0] |= major << 5
    return bytes(number)


def array(items):
    return head(4, len(items)) + b"".join(items)


def mapping(pairs):
    return head(5, len(pairs)) + b"".join(key + value for key, value in pairs)


def number(value):
    """The shortest of whole number, half, single and double that is exactly `value`."""
    return cbor2.dumps(int(value)) if value == int(value) else cbor2.dumps(value, canonical=True)


def channel_item(channel):
    is_number = channel.isdigit() and channel.isascii() and len(channel) <= 9 and str(int(channel)) == channel
    return cbor2.dumps(int(channel) if is_number else channel)


def quantity_item(quantity, unit):
    for code, named in CODES.items():
        if named == (quantity, unit):
            return cbor2.dumps(code)
    return cbor2.dumps(f"{quantity}:{unit}" if unit else quantity)


def name_item(quantity):
    for code, (name, _) in CODES.items():
        if name == quantity:
            return cbor2.dumps(code)
    return cbor2.dumps(quantity)


def places(quantity, count):
    names = ["x", "y", "z", "magnitude"] if quantity in AXES else [str(n) for n in range(count)]
    return names[:count]


def value_item(value, decimals):
    if value in ("true", "false", "null"):
        return cbor2.dumps({"true": True, "false": False, "null": None}[value])
    scaled = round(float(value) * 10**decimals)
    assert f"{scaled / 10**decimals:.{decimals}f}" == value or float(value) == scaled / 10**decimals, value
    return cbor2.dumps(scaled)


def readings_item(readings, decimals):
    runs = []
    for quantity, channel, unit, value, _ in readings:
        if not runs or runs[-1][:2] != [quantity, unit]:
            runs.append([quantity, unit, []])
        runs[-1][2].append((channel, value_item(value, decimals)))
    pairs = []
    for quantity, unit, run in runs:
        channels = [channel for channel, _ in run]
        if channels == [""]:
            value = run[0][1]
        elif channels == places(quantity, len(run)):
            value = array([item for _, item in run])
        else:
            value = mapping([(channel_item(channel), item) for channel, item in run])
        pairs.append((quantity_item(quantity, unit), value))
    return mapping(pairs)


def cbor_pairs(fields):
    simple = {1: "boot_id", 2: "seq", 3: "uptime_ms", 4: "unix_ms", 5: "synchronised", 6: "interval_ms", 7: "event"}
    pairs = [(key, cbor2.dumps(fields[name])) for key, name in simple.items() if name in fields]
    if "state" in fields:
        pairs.append((8, cbor2.dumps(["online", "offline"].index(fields["state"]))))
    pairs += [(key, cbor2.dumps(fields[name])) for key, name in ((9, "firmware"), (10, "model")) if name in fields]
    if "reset_reason" in fields:
        pairs.append((11, cbor2.dumps(RESET.index(fields["reset_reason"]))))
    if "quantities" in fields:
        items = [array([quantity_item(q, u)] + ([channel_item(c)] if c else [])) for q, c, u in fields["quantities"]]
        pairs.append((12, array(items)))
    if "wear" in fields:
        pairs.append((13, array([wear_item(wear) for wear in fields["wear"]])))
    if "readings" in fields:
        scales = sorted({reading[4] for reading in fields["readings"]}) or [0]
        assert [r[4] for r in fields["readings"]] == sorted(r[4] for r in fields["readings"]), "scales must rise"
        for scale in scales:
            pairs.append((16 + scale, readings_item([r for r in fields["readings"] if r[4] == scale], scale)))
    if fields.get("key_id"):
        pairs.append((14, cbor2.dumps(fields["key_id"])))
    return [(cbor2.dumps(key), item) for key, item in pairs]


def wear_item(wear):
    pairs = [(1, cbor2.dumps(wear["component"])), (2, cbor2.dumps(wear["model"]))]
    if "quantity" in wear:
        pairs.append((3, name_item(wear["quantity"])))
    if "channel" in wear:
        pairs.append((4, channel_item(wear["channel"])))
    pairs = [(cbor2.dumps(key), item) for key, item in pairs]
    return mapping(pairs + [(cbor2.dumps(name), number(float(value))) for name, value, _ in wear["parameters"]])


def cbor_message(fields):
    message = mapping(cbor_pairs(fields))
    cbor2.loads(message)
    return message


def code_of(key, topic, covered):
    return hmac.new(key, topic.encode() + b"\0" + covered, hashlib.sha256).digest()[:16]


def json_authenticated(fields, kind, topic, key):
    covered = json_message(fields, kind)[:-1] + b',"mac":"'
    return covered + code_of(key, topic, covered).hex().encode() + b'"}'


def cbor_authenticated(fields, topic, key):
    pairs = cbor_pairs(fields)
    covered = head(5, len(pairs) + 1) + b"".join(k + v for k, v in pairs) + bytes.fromhex("0f50")
    return covered + code_of(key, topic, covered)


# --- cbor.json


def cbor_vectors(hand_written):
    vectors = []
    for file, source in hand_written:
        if not source.get("encode"):
            continue
        kind = source["topic"].rsplit("/", 1)[1]
        assert json_message(source["fields"], kind) == source["payload"].encode(), (file, source["name"])
        vectors.append({
            "name": source["name"], "meaning": source["meaning"], "topic": source["topic"],
            "payload_hex": cbor_message(source["fields"]).hex(), "same_as": f"{file}/{source['name']}",
            "fields": source["fields"], "encode": True})
    board = next(v for v in vectors if v["name"] == "board")
    assert len(board["payload_hex"]) == 74
    return vectors + cbor_forms() + cbor_faults()


H = {"boot_id": 7, "seq": 42, "uptime_ms": 1}
START = "01070218 2A0301"  # boot_id 7, seq 42, uptime_ms 1


def vector(name, meaning, payload, kind="telemetry", **more):
    return {"name": name, "meaning": meaning, "topic": DEVICE + kind,
            "payload_hex": bytes.fromhex(payload).hex(), **more}


def telemetry(readings, **more):
    return {"fields": {**H, **more, "readings": readings}}


def cbor_forms():
    """What an encoder may write and ours do not."""
    def double(value):
        return cbor2.dumps(value).hex()
    flow = "64666C6F77"
    return [
        vector("indefinite", "Indefinite lengths everywhere.",
               f"BF {START} 12 BF 01 9F 190208 190212 FF 18 18 F5 {flow} BF 00 01 61 61 02 FF FF FF",
               **telemetry([["motor_current", "0", "A", "5.20", 2], ["motor_current", "1", "A", "5.30", 2],
                            ["safety_emergency_stop", "", "", "true", 2], ["flow", "0", "", "0.01", 2],
                            ["flow", "a", "", "0.02", 2]])),
        vector("long_numbers", "Numbers longer than they need be, keys too.",
               "BA00000004 1801 1A00000007 190002 1B000000000000002A 1B0000000000000003 1901F4"
               " 1A00000010 B90001 1B000000000000000C 1B0000000000000007",
               fields={**H, "uptime_ms": 500, "readings": [["level", "", "%", "7", 0]]}),
        vector("any_order", "Readings first, the boot last.", "A4 10 A1 0C 07 0301 02182A 0107",
               **telemetry([["level", "", "%", "7", 0]])),
        vector("scales_any_order", "Readings count in the order they come.",
               f"A5 {START} 12 A1 01 190208 10 A1 0C 07",
               **telemetry([["motor_current", "", "A", "5.20", 2], ["level", "", "%", "7", 0]])),
        vector("halves", "Floats of 16 bits: 1.5, -2, the smallest, the largest.",
               f"A4 {START} 10 A1 0C 84 F93E00 F9C000 F90001 F97BFF",
               **telemetry([["level", "0", "%", "1.5", 0], ["level", "1", "%", "-2", 0],
                            ["level", "2", "%", "5.960464477539063e-08", 0], ["level", "3", "%", "65504", 0]])),
        vector("singles", "Floats of 32 bits: 3.25, the smallest, the largest.",
               f"A4 {START} 10 A1 0C 83 FA40500000 FA00000001 FA7F7FFFFF",
               **telemetry([["level", "0", "%", "3.25", 0], ["level", "1", "%", "1.401298464324817e-45", 0],
                            ["level", "2", "%", "3.4028234663852886e+38", 0]])),
        vector("doubles", "Floats of 64 bits are as they are, whatever the key.",
               f"A4 {START} 12 A1 0C 82 {double(45.55)} {double(-1e-300)}",
               **telemetry([["level", "0", "%", "45.55", 2], ["level", "1", "%", "-1e-300", 2]])),
        vector("not_a_number", "NaN, of each width, is no reading.",
               f"A4 {START} 10 A1 0C 84 F97E00 FA7FC00000 FB7FF8000000000000 F6",
               **telemetry([["level", str(n), "%", "null", 0] for n in range(4)])),
        vector("large_numbers", "Whole numbers of any size, both signs.",
               f"A4 {START} 16 A1 0C 83 1B0020000000000000 3B001FFFFFFFFFFFFF 20",
               **telemetry([["level", "0", "%", "9007199254.740992", 6], ["level", "1", "%", "-9007199254.740992", 6],
                            ["level", "2", "%", "-0.000001", 6]])),
        vector("channels", "Channels as numbers and as text, in one map.",
               f"A4 {START} 11 A1 01 A4 03 18 34 1901F4 18 35 65 696E6C6574 18 36 60 18 37",
               **telemetry([["motor_current", "3", "A", "5.2", 1], ["motor_current", "500", "A", "5.3", 1],
                            ["motor_current", "inlet", "A", "5.4", 1], ["motor_current", "", "A", "5.5", 1]])),
        vector("names", "A code's quantity may be written out; its places are the same.",
               f"A4 {START} 10 A2 781B 766962726174696F6E5F616363656C65726174696F6E3A6D2F7332 82 01 02"
               " 70 6F696C5F70726573737572653A626172 03",
               **telemetry([["vibration_acceleration", "x", "m/s2", "1", 0],
                            ["vibration_acceleration", "y", "m/s2", "2", 0], ["oil_pressure", "", "bar", "3", 0]])),
        vector("quantity_twice", "A quantity that comes twice has its readings together, as in JSON.",
               f"A4 {START} 10 A2 0C A1 6161 01 0C A1 6162 02",
               **telemetry([["level", "a", "%", "1", 0], ["level", "b", "%", "2", 0]])),
        vector("unknown_code", "A quantity of the future: its readings are refused, three of them here, and the rest"
               " is taken.",
               f"A4 {START} 10 A4 1863 01 1864 82 01 02 1865 80 0C 07", refused=3,
               **telemetry([["level", "", "%", "7", 0]])),
        vector("no_values", "A quantity without a reading.", f"A4 {START} 10 A2 0C 80 01 A0", **telemetry([])),
        vector("not_synchronised", "A clock that nothing has set.", f"A6 {START} 04 1A5F5E1000 05 F4 10 A0",
               **telemetry([], unix_ms=1600000000, synchronised=False)),
        vector("reset_reason_new", "A reason of the future is an unknown one.", "A3 0107 0301 0B 1863", "birth",
               fields={"boot_id": 7, "uptime_ms": 1, "reset_reason": "unknown"}),
        vector("declared_forms", "Channels as text and numbers; a code of the future is passed over.",
               "A3 0107 0301 0C 85 8101 82 01 03 82 01 6161 811863 81 68 646F6F723A6C7578", "birth",
               fields={"boot_id": 7, "uptime_ms": 1, "quantities": [
                   ["motor_current", "", "A"], ["motor_current", "3", "A"], ["motor_current", "a", "A"],
                   ["door", "", "lux"]]}),
        vector("wear_forms", "The quantity with its unit, numbers of each kind, members that are passed over.",
               "A3 0107 0301 0D 81 A8 01 65 6D6F746F72 02 6F 6F7065726174696E675F686F757273 03 66 666C6F773A6D"
               " 04 02 18 63 80 64 6C696665 FB 40B3880000000000 63 6C6F77 20 64 6E6F7465 63 616263", "birth",
               fields={"boot_id": 7, "uptime_ms": 1, "wear": [{
                   "component": "motor", "model": "operating_hours", "quantity": "flow", "channel": "2",
                   "parameters": [["life", "5000", 0], ["low", "-1", 0]]}]}),
    ]


def cbor_faults():
    def fault(name, meaning, payload, reason, kind="telemetry"):
        return vector(name, meaning, payload, kind, malformed=reason)

    def reading(name, meaning, payload, reason):
        return fault(name, meaning, f"A4 {START} {payload}", reason)

    def wear(name, meaning, payload, reason):
        return fault(name, meaning, f"A3 0107 0301 0D {payload}", reason, "birth")
    motor, hours = "01 65 6D6F746F72", "02 6F 6F7065726174696E675F686F757273"
    return [
        fault("no_boot_id", "Without a boot id nobody can tell a restart from a loss.", "A3 02182A 0301 10A0",
              "missing_field"),
        fault("no_seq", "Without a number nobody can tell a redelivery.", "A3 0107 0301 10A0", "missing_field"),
        fault("no_uptime", "Without an uptime the message has no time.", "A3 0107 02182A 10A0", "missing_field"),
        fault("no_readings", "Telemetry has readings, if only an empty map.", f"A3 {START}", "missing_field"),
        fault("no_event", "An event says what happened.", f"A4 {START} 10A0", "missing_field", "event"),
        fault("no_state", "A state without one.", "A1 0107", "missing_field", "state"),
        fault("seq_twice", "A key that comes twice.", f"A5 {START} 02182B 10A0", "duplicate_field"),
        fault("readings_twice", "A scale that comes twice.", f"A5 {START} 10A0 10A0", "duplicate_field"),
        fault("seq_text", "Numbers are not text.", "A4 0107 02 62 3432 0301 10A0", "wrong_type"),
        fault("seq_float", "Nor floats.", "A4 0107 02 F95140 0301 10A0", "wrong_type"),
        fault("seq_tagged", "Nor tagged.", "A4 0107 02 C02A 0301 10A0", "wrong_type"),
        fault("seq_negative", "Sequence numbers are not negative.", "A4 0107 0220 0301 10A0", "invalid_value"),
        fault("seq_large", "And have 32 bits.", "A4 0107 02 1B0000000100000000 0301 10A0", "invalid_value"),
        fault("uptime_large", "A hundred years are enough.", "A4 0107 02182A 03 1B000002DEC34C1001 10A0",
              "invalid_value"),
        fault("interval_zero", "An interval of no length.", f"A5 {START} 0600 10A0", "invalid_value"),
        fault("synchronised_number", "A flag is no number.", f"A5 {START} 0501 10A0", "wrong_type"),
        fault("state_two", "There are two states.", "A2 0107 0802", "invalid_value", "state"),
        fault("firmware_number", "A version is text.", "A3 0107 0301 0901", "wrong_type", "birth"),
        fault("firmware_pieces", "Text is in one piece.", "A3 0107 0301 09 7F 6131 6132 FF", "invalid_value", "birth"),
        fault("firmware_utf8", "And UTF-8.", "A3 0107 0301 09 62 C328", "invalid_cbor", "birth"),
        reading("readings_array", "Readings are a map.", "10 80", "wrong_type"),
        reading("upper_case", "Quantities are written in lower case.", "10 A1 64 466C6F77 01", "invalid_value"),
        reading("quantity_empty", "A unit of nothing.", "10 A1 62 3A41 01", "invalid_value"),
        reading("quantity_negative", "No quantity has a negative code.", "10 A1 20 01", "wrong_type"),
        reading("quantity_bytes", "Nor one of bytes.", "10 A1 41 61 01", "wrong_type"),
        reading("unit_long", "A unit of 17 bytes.", f"10 A1 73 613A {'78' * 17} 01", "invalid_value"),
        reading("unit_control", "A unit with a control character.", "10 A1 63 613A00 01", "invalid_value"),
        reading("channel_control", "A channel with one.", "10 A1 0C A1 61 1F 01", "invalid_value"),
        reading("channel_negative", "No channel is negative.", "10 A1 0C A1 20 01", "wrong_type"),
        reading("value_text", "A value is a number, a flag or null.", "10 A1 0C 61 31", "wrong_type"),
        reading("value_undefined", "Undefined is not null.", "10 A1 0C F7", "wrong_type"),
        reading("value_bignum", "A tagged number is none.", "10 A1 0C C2 41 01", "wrong_type"),
        reading("value_infinite", "An infinity is no measurement.", "10 A1 0C F97C00", "invalid_value"),
        reading("value_infinite_double", "Nor is a negative one.", "10 A1 0C FBFFF0000000000000", "invalid_value"),
        reading("value_nested", "Values in places are plain.", "10 A1 0C 81 81 01", "wrong_type"),
        reading("axis_fifth", "An axis has four figures.", "10 A1 02 85 01 02 03 04 05", "invalid_value"),
        wear("wear_map", "Wear is a list.", "A0", "wrong_type"),
        wear("wear_no_component", "Which part?", f"81 A1 {hours}", "missing_field"),
        wear("wear_no_model", "Worn by what?", f"81 A1 {motor}", "missing_field"),
        wear("wear_component_space", "A component's name has no space.", f"81 A2 01 63 612062 {hours}",
             "invalid_value"),
        wear("wear_component_twice", "A key that comes twice.", f"81 A3 {motor} {motor} {hours}", "duplicate_field"),
        wear("wear_parameter_name", "A parameter's name is made as a quantity's.",
             f"81 A3 {motor} {hours} 64 4C696665 01", "invalid_value"),
        wear("wear_parameter_twice", "A parameter that comes twice.",
             f"81 A4 {motor} {hours} 64 6C696665 01 64 6C696665 02", "duplicate_field"),
        wear("wear_parameter_nan", "A parameter that is no number.", f"81 A3 {motor} {hours} 64 6C696665 F97E00",
             "invalid_value"),
        fault("quantities_numbers", "Declared quantities are arrays.", "A3 0107 0301 0C 8101", "wrong_type", "birth"),
        fault("quantities_empty", "A declaration of nothing.", "A3 0107 0301 0C 8180", "missing_field", "birth"),
        fault("cut_head", "Cut off behind a head.", "A4 0107 02", "invalid_cbor"),
        fault("cut_number", "Cut off in a number.", "A4 0107 0219 01", "invalid_cbor"),
        fault("cut_text", "Text longer than the message.", "A1 07 7A FFFFFFFF 61", "invalid_cbor", "event"),
        fault("cut_text_64", "Text of 2^64 - 1 bytes.", "A1 07 7B FFFFFFFFFFFFFFFF 61", "invalid_cbor", "event"),
        fault("cut_map_64", "A map of 2^64 - 1 members.", "BB FFFFFFFFFFFFFFFF 0107", "invalid_cbor"),
        fault("cut_array", "An array of more than can be there, in a key that is passed over.",
              f"A5 {START} 1863 9A 00FFFFFF 10A0", "invalid_cbor"),
        fault("cut_indefinite", "A break that does not come.", f"BF {START} 10A0", "invalid_cbor"),
        fault("break_alone", "A break in a map that knows its length.", f"A4 {START} FF", "invalid_cbor"),
        fault("break_odd", "A break behind a key.", f"BF {START} 10 FF", "invalid_cbor"),
        fault("head_reserved", "A head that means nothing yet.", f"A5 {START} 1863 1C 10A0", "invalid_cbor"),
        fault("simple_short", "A simple value written too long.", f"A5 {START} 1863 F810 10A0", "invalid_cbor"),
        fault("trailing", "Something behind the message.", f"A4 {START} 10A0 00", "invalid_cbor"),
        fault("map_reserved", "A map whose length is reserved.", "BC", "invalid_cbor"),
        fault("array", "A message is a map.", "81 01", "invalid_json"),
    ]


# --- mac.json

KEY16, KEY32 = bytes(range(16)), bytes(range(0x20, 0x40))
KEY64 = hashlib.sha512(b"wayside").digest()


def mac_vectors():
    plain = {**H, "uptime_ms": 98765432, "readings": [["motor_current", "0", "A", "5.20", 2]]}
    vectors = []

    def add(name, meaning, payload, kind="telemetry", keys=((0, KEY32),), topic=None, **more):
        item = {"name": name, "meaning": meaning, "topic": topic or DEVICE + kind}
        if payload[:1] == b"{":
            item["payload"] = payload.decode()
        else:
            item["payload_hex"] = payload.hex()
        item["keys"] = [[key_id, key.hex()] for key_id, key in keys]
        vectors.append({**item, **more})

    def both(name, meaning, fields, kind="telemetry", key=KEY32, gateway=None, topic=None, break_it=lambda b: b,
             signed_topic=None, **more):
        topic = topic or DEVICE + kind
        signed = signed_topic or topic
        keys = gateway if gateway is not None else ((fields.get("key_id", 0), key),)
        texts = break_it(json_authenticated(fields, kind, signed, key))
        add(name + "_json", meaning, texts, kind, keys, topic, **more)
        data = break_it(cbor_authenticated(fields, signed, key))
        add(name + "_cbor", meaning, data, kind, keys, topic, **more)

    def fine(name, meaning, fields, kind="telemetry", key=KEY32, gateway=None):
        before = len(vectors)
        both(name, meaning, fields, kind, key, gateway)
        for item in vectors[before:]:
            item["fields"] = fields
            item["encode"] = True

    fine("telemetry", "A message with its MAC, key 0 of 32 bytes.", plain)
    fine("key_id", "Another key: its id stands before the MAC.", {**plain, "key_id": 200}, key=KEY16)
    fine("key_64", "The longest key.", {**plain, "key_id": 1}, key=KEY64)
    fine("event", "An event.", {**plain, "event": "overload"}, "event")
    fine("birth", "A birth.", {
        "boot_id": 7, "uptime_ms": 2150, "interval_ms": 1000, "firmware": "1.4.2", "model": "pump-monitor",
        "reset_reason": "power_on", "quantities": [["motor_current", "0", "A"]],
        "wear": [{"component": "motor", "model": "operating_hours", "quantity": "motor_current", "channel": "0",
                  "parameters": [["nominal_life_hours", "20000", 0]]}]}, "birth")
    fine("offline", "The last will.", {"state": "offline", "boot_id": 7}, "state")
    fine("two_keys", "A gateway that holds two keys for the device, while they are being changed.",
         {**plain, "key_id": 2}, gateway=((1, KEY16), (2, KEY32)))

    pairs = cbor_pairs(plain)
    covered = b"\xbf" + b"".join(k + v for k, v in pairs) + bytes.fromhex("0f50")
    topic = DEVICE + "telemetry"
    add("indefinite", "A map whose end is a break: the break is not authenticated.",
        covered + code_of(KEY32, topic, covered) + b"\xff", fields=plain)
    covered = b'{ "boot_id":7, "seq":42, "uptime_ms":98765432, "readings":[] ,\n "mac" : "'
    add("space", "Space is authenticated like all that stands before the MAC.",
        covered + code_of(KEY32, topic, covered).hex().encode() + b'" }\n', fields={**plain, "readings": []})
    before = len(vectors)
    both("no_key", "A MAC, and a gateway that has no key for this device: taken, unlooked at.", plain, gateway=())
    for item in vectors[before:]:
        item["fields"] = plain

    bad = "unauthenticated"
    both("wrong_bit", "One bit of the message is another.", plain, malformed=bad,
         break_it=lambda b: b.replace(b"5.2", b"5.3").replace(b"\x19\x02\x08", b"\x19\x02\x09"))
    both("wrong_topic", "A MAC made for another topic.", plain, malformed=bad, signed_topic="wayside/v1/pump-4/telemetry")
    both("wrong_kind", "A telemetry message sent as an event.", {**plain, "event": "overload"}, "event", malformed=bad,
         signed_topic=topic)
    both("wrong_key", "A MAC by another key.", plain, key=KEY16, gateway=((0, KEY32),), malformed=bad)
    both("unknown_key", "A key that the gateway does not hold.", {**plain, "key_id": 9}, gateway=((0, KEY32),),
         malformed=bad)
    add("absent_json", "No MAC where there must be one.", json_message(plain, "telemetry"), malformed=bad)
    add("absent_cbor", "No MAC where there must be one.", cbor_message(plain), malformed=bad)
    good_json, good_cbor = json_authenticated(plain, "telemetry", topic, KEY32), cbor_authenticated(plain, topic, KEY32)
    add("not_last_json", "Something behind the MAC.", good_json[:-1] + b',"x":1}', malformed="invalid_value")
    add("not_last_cbor", "Something behind the MAC.", bytes([good_cbor[0] + 1]) + good_cbor[1:] + b"\x18\x63\x01",
        malformed="invalid_value")
    add("upper_case", "Hexadecimal digits are lower-case.", good_json[:-34] + good_json[-34:-2].upper() + b'"}',
        malformed="invalid_value")
    add("short_json", "31 digits.", good_json[:-3] + b'"}', malformed="invalid_value")
    add("short_cbor", "15 bytes.", good_cbor[:-17] + b"\x4f" + good_cbor[-16:-1], malformed="invalid_value")
    add("type_json", "A MAC is text.", good_json[:-35] + b"1}", malformed="wrong_type")
    add("type_cbor", "A MAC is bytes.", good_cbor[:-17] + b"\x70" + b"0" * 16, malformed="wrong_type")
    add("key_id_large_json", "A key id has 8 bits.", json_message({**plain, "key_id": 256}, "telemetry"),
        malformed="invalid_value")
    add("key_id_large_cbor", "A key id has 8 bits.", cbor_message({**plain, "key_id": 256}), malformed="invalid_value")
    return vectors


# --- limits.json


def limit_vectors():
    vectors = []

    def add(name, meaning, fields, kind="telemetry", malformed=None, forms=("json", "cbor")):
        for form in forms:
            payload = json_message(fields, kind) if form == "json" else cbor_message(fields)
            item = {"name": f"{name}_{form}", "meaning": meaning, "topic": DEVICE + kind}
            item |= {"payload": payload.decode()} if form == "json" else {"payload_hex": payload.hex()}
            item |= {"malformed": malformed} if malformed else {"fields": fields, "encode": True}
            vectors.append(item)

    def raw(name, meaning, payload, fields=None, malformed=None, kind="telemetry"):
        item = {"name": name, "meaning": meaning, "topic": DEVICE + kind}
        item |= {"payload": payload.decode()} if payload[:1] in b"{ " else {"payload_hex": payload.hex()}
        vectors.append(item | ({"malformed": malformed} if malformed else {"fields": fields}))

    def readings(count):
        return {**H, "readings": [["level", str(n), "%", str(n), 0] for n in range(count)]}
    add("readings_64", "As many readings as a message may have.", readings(64))
    add("readings_65", "One more.", readings(65), malformed="invalid_value")
    add("quantities_24", "More quantities in one map than its head's first byte counts.",
        {**H, "readings": [[f"q{n}", "", "", str(n), 0] for n in range(30)]})
    add("names", "The longest names.", {**H, "event": "e" * 48, "readings": [
        ["q" * 64, "c" * 32, "u" * 16, "1", 0], ["p" * 64, "é" * 16, "", "1", 0]]}, "event")
    add("quantity_65", "A quantity of 65 bytes.", {**H, "readings": [["q" * 65, "", "", "1", 0]]},
        malformed="invalid_value")
    add("channel_33", "A channel of 33 bytes.", {**H, "readings": [["q", "c" * 33, "", "1", 0]]},
        malformed="invalid_value")
    add("event_49", "An event of 49 bytes.", {**H, "event": "e" * 49, "readings": []}, "event", "invalid_value")
    birth = {"boot_id": 7, "uptime_ms": 1}
    add("texts", "The longest version and model.", {**birth, "firmware": "f" * 48, "model": "m" * 48}, "birth")
    add("model_49", "A model of 49 bytes.", {**birth, "model": "m" * 49}, "birth", "invalid_value")

    def quantities(count):
        return {**birth, "quantities": [["level", str(n), "%"] for n in range(count)]}
    add("declared_64", "As many declared quantities as a birth may have.", quantities(64), "birth")
    add("declared_65", "One more.", quantities(65), "birth", "invalid_value")

    def wear(parts, parameters, name=3):
        return {**birth, "wear": [{"component": f"part-{n}", "model": "m", "quantity": "level", "parameters": [
            [f"{chr(97 + p) * name}", str(p), 0] for p in range(parameters)]} for n in range(parts)]}
    add("wear_8", "As many parts, with as many parameters, as a birth may have.", wear(8, 16), "birth")
    add("wear_9", "One part more.", wear(9, 1), "birth", "invalid_value")
    add("parameters_17", "One parameter more.", wear(1, 17), "birth", "invalid_value")
    add("parameter_48", "The longest name of a parameter.", wear(1, 1, 48), "birth")
    add("parameter_49", "A longer one.", wear(1, 1, 49), "birth", "invalid_value")
    empty = {**H, "readings": []}
    plain = json_message(empty, "telemetry")
    raw("bytes_8192_json", "The longest payload.", b" " * (8192 - len(plain)) + plain, empty)
    raw("bytes_8193_json", "One byte more.", b" " * (8193 - len(plain)) + plain, malformed="too_large")

    def padded(total):
        message = mapping(cbor_pairs(empty) + [(cbor2.dumps(99), b"")])
        return message + head(2, total - len(message) - 3) + bytes(total - len(message) - 3)
    raw("bytes_8192_cbor", "The longest payload.", padded(8192), empty)
    raw("bytes_8193_cbor", "One byte more.", padded(8193), malformed="too_large")

    def nested(levels):
        return plain[:-1] + b',"x":' + b"[" * levels + b"]" * levels + b"}"

    def nested_cbor(levels, indefinite=False):
        inner = b"\x9f" * levels + b"\xff" * levels if indefinite else b"\x81" * (levels - 1) + b"\x80"
        return mapping(cbor_pairs(empty) + [(cbor2.dumps(99), inner)])
    raw("levels_8_json", "The deepest nesting.", nested(7), empty)
    raw("levels_9_json", "One level more.", nested(8), malformed="too_large")
    raw("levels_8_cbor", "The deepest nesting.", nested_cbor(7), empty)
    raw("levels_9_cbor", "One level more.", nested_cbor(8), malformed="too_large")
    raw("levels_8_indefinite", "The deepest nesting, without lengths.", nested_cbor(7, True), empty)
    raw("levels_9_indefinite", "One level more.", nested_cbor(8, True), malformed="too_large")
    raw("tags", "Tags are no levels.", mapping(cbor_pairs(empty) + [(cbor2.dumps(99), b"\xc1" * 4000 + b"\x00")]), empty)
    return vectors


# --- vectors.txt

RFC4231 = [
    (b"\x0b" * 20, b"Hi There"), (b"Jefe", b"what do ya want for nothing?"), (b"\xaa" * 20, b"\xdd" * 50),
    (bytes(range(1, 26)), b"\xcd" * 50), (b"\xaa" * 131, b"Test Using Larger Than Block-Size Key - Hash Key First"),
    (b"\xaa" * 131, b"This is a test using a larger than block-size key and a larger than block-size data. The key "
     b"needs to be hashed before being used by the HMAC algorithm."),
]

ABOUT = """\
# Every vector of the files beside this one, for tests without a JSON parser. Made by make_cbor.py; do not edit.
#
# UTF-8, one item a line, its parts separated by single tabs; a part may be empty, and tabs stand in no part. Lines that
# begin with # are comments. A vector begins with its `vector` line and ends with an `end` line:
#
#   vector     file/name
#   topic      the topic the message comes on
#   encoding   json or cbor                             (absent in vectors of topics)
#   payload    the payload in hexadecimal               (absent in vectors of topics)
#   encode     1: an encoder given the fields makes exactly this payload
#   same_as    file/name of the JSON vector that means the same
#   gateway_key id, key in hexadecimal: a key that the gateway holds for the device. An encoder uses the one whose id is
#              that of the field `key_id` (0 without one); without a `gateway_key` line the message has no MAC
#   malformed  the reason for which a gateway refuses the message; such a vector has no fields
#   refused    how many readings a gateway refuses because it does not know their quantity
#
# Fields, absent where the message does not have them:
#
#   boot_id, seq, uptime_ms, unix_ms, interval_ms, key_id   a number
#   synchronised                                            1 or 0
#   event, state, firmware, model, reset_reason             a text
#   readings   how many `reading` lines follow, 0 too
#   reading    quantity, channel, unit, value, decimals: the value as text, or true, false, null. An encoder is given
#              the number and the decimals; a decoder must find the double nearest to the text
#   quantities how many `quantity` lines follow
#   quantity   quantity, channel, unit
#   wears      how many `wear` lines follow, each with its parameters behind it
#   wear       component, model, quantity, channel
#   parameter  name, value, decimals
#
# A vector of topics has `kind` and `device_id` where the topic is one of the protocol's, and neither where it is not.
# A vector of HMAC-SHA-256 (RFC 4231) has `key`, `data` and `hmac`, in hexadecimal.
"""


def lines_of(file, item):
    yield ("vector", f"{file}/{item['name']}")
    yield ("topic", item["topic"])
    if file == "topics":
        for name in ("kind", "device_id"):
            if name in item:
                yield (name, item[name])
        yield ("end",)
        return
    payload = bytes.fromhex(item["payload_hex"]) if "payload_hex" in item else item["payload"].encode()
    yield ("encoding", "cbor" if "payload_hex" in item else "json")
    yield ("payload", payload.hex())
    if item.get("encode"):
        yield ("encode", "1")
    for name in ("same_as", "malformed", "refused"):
        if name in item:
            yield (name, item[name])
    for key_id, key in item.get("keys", []):
        yield ("gateway_key", key_id, key)
    yield from field_lines(item.get("fields", {}))
    yield ("end",)


def field_lines(fields):
    for name in ("boot_id", "seq", "uptime_ms", "unix_ms", "interval_ms", "event", "state", "firmware", "model",
                 "reset_reason", "key_id"):
        if name in fields:
            yield (name, fields[name])
    if "synchronised" in fields:
        yield ("synchronised", int(fields["synchronised"]))
    if "readings" in fields:
        yield ("readings", len(fields["readings"]))
        for reading in fields["readings"]:
            yield ("reading", *reading)
    if "quantities" in fields:
        yield ("quantities", len(fields["quantities"]))
        for quantity in fields["quantities"]:
            yield ("quantity", *quantity)
    if "wear" in fields:
        yield ("wears", len(fields["wear"]))
        for wear in fields["wear"]:
            yield ("wear", wear["component"], wear["model"], wear.get("quantity", ""), wear.get("channel", ""))
            for parameter in wear["parameters"]:
                yield ("parameter", *parameter)


def text(files):
    lines = []
    for file, vectors in files:
        for item in vectors:
            lines += lines_of(file, item)
    for index, (key, data) in enumerate(RFC4231):
        code = hmac.new(key, data, hashlib.sha256).hexdigest()
        lines += [("vector", f"hmac/rfc4231_{index + 1}"), ("key", key.hex()), ("data", data.hex()), ("hmac", code),
                  ("end",)]
    for line in lines:
        assert not any("\t" in str(part) or "\n" in str(part) for part in line), line
    return ABOUT + "".join("\t".join(str(part) for part in line) + "\n" for line in lines)


def unknown_fields():
    """A map with everything CBOR has under keys that mean nothing, made by cbor2."""
    strange = cbor2.dumps([1, {"a": cbor2.undefined, -5: [None, True]}, b"bytes", cbor2.CBORTag(32, "x"),
                           cbor2.CBORSimpleValue(16), cbor2.CBORSimpleValue(255), 1.1, -(2**63), 2**64 - 1])
    pairs = [(99, strange), (-1, cbor2.dumps({})), ("own", cbor2.dumps("text")), (1000, bytes.fromhex("9f01bf6161 02ffff")),
             (99, cbor2.dumps(1))]
    start = [(cbor2.dumps(k), cbor2.dumps(v)) for k, v in ((1, 7), (2, 42), (3, 1))]
    extra = [(cbor2.dumps(k), v) for k, v in pairs] + [(cbor2.dumps([1, 2]), cbor2.dumps(3))]
    message = mapping(extra + start + [(b"\x10", mapping([(cbor2.dumps(12), cbor2.dumps(7))]))])
    return vector("strange_fields", "Keys of the future, and your own, are passed over with their values, whatever"
                  " these are.", message.hex(), **telemetry([["level", "", "%", "7", 0]]))


def main():
    names = ["telemetry", "event", "birth"]
    hand = {name: json.loads((HERE / f"{name}.json").read_text())["vectors"] for name in names + ["topics"]}
    cbor = cbor_vectors([(name, item) for name in names for item in hand[name]])
    place = next(index for index, item in enumerate(cbor) if "malformed" in item)
    cbor.insert(place, unknown_fields())
    made = {
        "cbor": ("Messages in CBOR: those of the other files, then what else an encoder may write, then faults.", cbor),
        "mac": ("Authenticated messages. `keys` are those the gateway holds for the device, as [id, hexadecimal].",
                mac_vectors()),
        "limits": ("Messages at their limits and one beyond.", limit_vectors()),
    }
    files = [(name, hand[name]) for name in names] + [(name, vectors) for name, (_, vectors) in made.items()]
    for file, vectors in files:
        assert len({item["name"] for item in vectors}) == len(vectors), file
    files.append(("topics", hand["topics"]))
    outputs = {f"{name}.json": json.dumps({"about": about, "vectors": vectors}, indent=1, ensure_ascii=False) + "\n"
               for name, (about, vectors) in made.items()}
    outputs["vectors.txt"] = text(files)
    stale = [name for name, content in outputs.items()
             if not (HERE / name).exists() or (HERE / name).read_text() != content]
    if "--check" in sys.argv:
        sys.exit(f"not up to date: {', '.join(stale)}; run make_cbor.py" if stale else 0)
    for name in stale:
        (HERE / name).write_text(outputs[name])
    print(sum(len(vectors) for _, vectors in files), "vectors")


if __name__ == "__main__":
    main()
