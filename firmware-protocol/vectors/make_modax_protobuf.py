#!/usr/bin/env python3
"""Makes modax_protobuf.json: messages as Google's protobuf encodes them and bytes put together by hand. What the good ones
mean is what Google's protobuf reads of them. Needs python3-protobuf; the file it makes is kept.

The schema is that of MODAX, protobuf/sensor_data.proto, written down here again field by field.
"""
import json
import pathlib
import struct

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

FLOAT, INT64, BOOL, STRING, MESSAGE = 2, 3, 8, 9, 11
SCHEMA = {
    "VibrationData": [("x_axis", 1, FLOAT), ("y_axis", 2, FLOAT), ("z_axis", 3, FLOAT), ("magnitude", 4, FLOAT)],
    "SafetyData": [
        ("emergency_stop", 1, BOOL), ("door_closed", 2, BOOL), ("overload_detected", 3, BOOL),
        ("temperature_ok", 4, BOOL)],
    "SensorData": [
        ("timestamp", 1, INT64), ("device_id", 2, STRING), ("motor_currents", 3, FLOAT, "repeated"),
        ("vibration", 4, MESSAGE, "VibrationData"), ("temperatures", 5, FLOAT, "repeated"),
        ("safety", 6, MESSAGE, "SafetyData")],
}


def sensor_data_class():
    file = descriptor_pb2.FileDescriptorProto(name="sensor_data.proto", package="modax", syntax="proto3")
    for name, fields in SCHEMA.items():
        message = file.message_type.add(name=name)
        for field in fields:
            entry = message.field.add(name=field[0], number=field[1], type=field[2], label=1)
            if field[-1] == "repeated":
                entry.label = 3
            elif field[2] == MESSAGE:
                entry.type_name = f".modax.{field[-1]}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    descriptor = pool.FindMessageTypeByName("modax.SensorData")
    factory = message_factory.MessageFactory(pool)
    return factory.GetPrototype(descriptor)


SensorData = sensor_data_class()
FLAGS = ["emergency_stop", "door_closed", "overload_detected", "temperature_ok"]


def samples(payload):
    message = SensorData()
    message.ParseFromString(payload)
    device = f'device_id="{message.device_id}"'
    found = []
    for index, value in enumerate(message.motor_currents):
        found.append([f'sensor_motor_current_amperes{{{device},motor="{index}"}}', value])
    for index, value in enumerate(message.temperatures):
        found.append([f'sensor_temperature_celsius{{{device},sensor="{index}"}}', value])
    if message.HasField("vibration"):
        name = "sensor_vibration_acceleration_meters_per_second_squared"
        for axis in ["x", "y", "z", "magnitude"]:
            field = axis if axis == "magnitude" else f"{axis}_axis"
            found.append([f'{name}{{axis="{axis}",{device}}}', getattr(message.vibration, field)])
    if message.HasField("safety"):
        for flag in FLAGS:
            found.append([f"sensor_safety_{flag}{{{device}}}", float(getattr(message.safety, flag))])
    return [sample for sample in found if sample[1] == sample[1]]


def encoded(**fields):
    return SensorData(timestamp=98765432, device_id="ESP32_FIELD_001", **fields).SerializeToString()


def vibration(**fields):
    defaults = {"x_axis": 1.2, "y_axis": 1.1, "z_axis": 0.9, "magnitude": 1.86}
    return SensorData().vibration.__class__(**{**defaults, **fields})


def safety(**fields):
    return SensorData().safety.__class__(**fields)


def floats(*values):
    return b"".join(struct.pack("<f", value) for value in values)


def delimited(tag, content):
    assert len(content) < 128
    return bytes([tag, len(content)]) + content


HEAD = encoded()
FULL = encoded(motor_currents=[5.2, 5.3], vibration=vibration(), temperatures=[45.5])
DATA, SAFETY = "modax/sensor/data", "modax/sensor/safety"
GOOD = [
    ("data", "Readings as protobuf packs them.", DATA, FULL),
    ("safety", "Flags; those that are false are not on the wire.", SAFETY,
     encoded(safety=safety(door_closed=True, temperature_ok=True))),
    ("everything", "Readings and flags in one message, on either topic.", SAFETY,
     encoded(motor_currents=[1], vibration=vibration(), temperatures=[-1.5], safety=safety(emergency_stop=True))),
    ("unpacked", "Repeated numbers one by one, as proto2 and some small encoders write them.", DATA,
     HEAD + b"\x1d" + floats(5.2) + b"\x1d" + floats(5.3) + b"\x2d" + floats(45.5)),
    ("mixed", "Packed, then one by one.", DATA, HEAD + delimited(0x1A, floats(1, 2)) + b"\x1d" + floats(3)),
    ("any_order", "Fields in any order.", DATA, delimited(0x2A, floats(45.5)) + HEAD),
    ("unknown_fields", "Fields of later versions, of every type, in the message and within it.", DATA,
     b"\x78\x01" + b"\x82\x01\x03abc" + HEAD + b"\x99\x01" + b"\0" * 8
     + b"\xa5\x01" + b"\0" * 4 + delimited(0x22, b"\x0d" + floats(1) + b"\x28\x05" + delimited(0x32, b"xy"))),
    ("twice", "Of a field that comes twice the last one counts; messages are merged.", DATA,
     HEAD + delimited(0x12, b"b") + b"\x08\x05" + delimited(0x22, b"\x0d" + floats(1)) + delimited(
         0x22, b"\x15" + floats(2))),
    ("empty_vibration", "A message without fields is zeros: protobuf does not write them.", DATA,
     HEAD + delimited(0x22, b"")),
    ("not_a_number", "NaN is a sensor without a reading.", DATA, encoded(motor_currents=[float("nan"), 2])),
    ("unix_time", "Unix milliseconds, of which only differences are believed.", DATA,
     SensorData(timestamp=1763600000000, device_id="a", temperatures=[20]).SerializeToString()),
    ("long_varint", "A number in more bytes than it needs.", DATA, b"\x08\x85\x80\x80\x00" + encoded(
        temperatures=[1])[5:]),
]
BAD = [
    ("no_timestamp", "Required here, whatever proto3 says of zeros.", DATA, FULL[5:], "missing_field"),
    ("no_device", "Whose?", DATA, b"\x08\x05" + delimited(0x2A, floats(1)), "missing_field"),
    ("device_space", "A space in the id.", DATA, b"\x08\x05\x12\x03a b" + delimited(0x2A, floats(1)),
     "invalid_device_id"),
    ("no_readings", "Nothing measured.", DATA, HEAD, "no_readings"),
    ("negative_time", "-1 as int64.", DATA, b"\x08" + b"\xff" * 9 + b"\x01" + FULL[5:], "invalid_value"),
    ("infinite", "No sensor reads infinity.", DATA, encoded(motor_currents=[float("inf")]), "invalid_value"),
    ("many", "65 currents.", DATA, HEAD + b"".join(b"\x1d" + floats(n) for n in range(65)), "invalid_value"),
    ("wrong_type", "A current as a varint.", DATA, HEAD + b"\x18\x05", "wrong_type"),
    ("cut", "The last byte is missing.", DATA, FULL[:-1], "invalid_protobuf"),
    ("cut_number", "A packed field of five bytes.", DATA, HEAD + delimited(0x1A, floats(1) + b"\0"),
     "invalid_protobuf"),
    ("long_length", "A length that nothing could have.", DATA, HEAD + b"\x1a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
     "invalid_protobuf"),
    ("eleven_bytes", "A number of more than 64 bits.", DATA, b"\x08" + b"\xff" * 10 + b"\x01" + FULL[5:],
     "invalid_protobuf"),
    ("group", "A group, which proto3 does not have.", DATA, HEAD + b"\x7b\x7c", "invalid_protobuf"),
    ("field_zero", "There is no field 0.", DATA, HEAD + b"\x00\x01", "invalid_protobuf"),
    ("inner_cut", "A message within that ends too early.", DATA, HEAD + delimited(0x22, b"\x0d\0\0"),
     "invalid_protobuf"),
    ("text", "Text that is neither.", DATA, b"temperature=45.5", "invalid_protobuf"),
]


def main():
    vectors = []
    for name, meaning, topic, payload in GOOD:
        vectors.append(
            {"name": name, "meaning": meaning, "topic": topic, "payload_hex": payload.hex(),
             "samples": samples(payload)})
    for name, meaning, topic, payload, reason in BAD:
        vectors.append(
            {"name": name, "meaning": meaning, "topic": topic, "payload_hex": payload.hex(), "malformed": reason})
    about = "MODAX's SensorData in protobuf, payloads in hexadecimal. Made by make_modax_protobuf.py."
    path = pathlib.Path(__file__).with_name("modax_protobuf.json")
    path.write_text(json.dumps({"about": about, "vectors": vectors}, indent=1) + "\n")


main()
