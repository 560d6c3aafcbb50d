"""Decodes chunks as Sources/SampleCodec/DESIGN.md describes them: a second implementation, for the tests.

Reads one chunk a line in hexadecimal; prints its times, a semicolon, and the bit patterns of its values.
"""
import struct
import sys

MASK = (1 << 64) - 1


def signed(number):
    number &= MASK
    return number - (1 << 64) if number >> 63 else number


def zigzag(number):
    return (number >> 1) ^ -(number & 1)


class Bit:
    def __init__(self):
        self.probability, self.count = 1 << 15, 0

    def share(self):
        return min(max(self.probability >> 4, 1), 4095)

    def learn(self, decision):
        shift = (self.count + 2).bit_length() - 1
        if decision:
            self.probability -= self.probability >> shift
        else:
            self.probability += (65536 - self.probability) >> shift
        self.count = min(self.count + 1, 62)


class Code:
    def __init__(self, data):
        self.data, self.offset, self.code, self.range = data, 0, 0, 0xFFFFFFFF
        for _ in range(4):
            self.code = self.code << 8 | self.byte()

    def byte(self):
        self.offset += 1
        return self.data[self.offset - 1] if self.offset <= len(self.data) else 0

    def normalise(self):
        while self.range < 1 << 24:
            self.range <<= 8
            self.code = (self.code << 8 | self.byte()) & 0xFFFFFFFF

    def decide(self, bit):
        bound = (self.range >> 12) * bit.share()
        decision = self.code >= bound
        if decision:
            self.code -= bound
            self.range -= bound
        else:
            self.range = bound
        bit.learn(decision)
        self.normalise()
        return int(decision)

    def plain(self, count):
        value = 0
        while count:
            taken = min(count, 16)
            count -= taken
            self.range >>= taken
            digits = min(self.code // self.range, (1 << taken) - 1)
            self.code -= digits * self.range
            value = value << taken | digits
            self.normalise()
        return value


class Differences:
    def __init__(self):
        self.zero = [Bit() for _ in range(16)]
        self.sign = [Bit() for _ in range(3)]
        self.again = [Bit() for _ in range(2)]
        self.tree = [[Bit() for _ in range(64)] for _ in range(3)]
        self.top = [[Bit() for _ in range(3)] for _ in range(64)]
        self.history, self.last, self.negative, self.size = 0, 0, 0, 0

    def next(self, code):
        changed = code.decide(self.zero[self.history])
        self.history = (self.history << 1 | changed) & 15
        if not changed:
            return 0
        negative = code.decide(self.sign[2 if self.last == 0 else self.negative])
        if self.last == 0 or not code.decide(self.again[self.history >> 1 & 1]):
            node = 1
            for _ in range(6):
                node = node << 1 | code.decide(self.tree[self.size][node])
            rest = below = node - 64
            value = 1
            for step in range(min(rest, 2)):
                below -= 1
                value = value << 1 | code.decide(self.top[rest][0 if step == 0 else 1 + (value & 1)])
            self.last = value << below | code.plain(below)
        self.negative = negative
        length = self.last.bit_length()
        self.size = 0 if length < 4 else 1 if length < 10 else 2
        return -self.last if negative else self.last


def decode(data):
    assert data[0] == 0x10, "version 1, floats"
    encoding, offset = data[1], 2

    def number():
        nonlocal offset
        value = shift = 0
        while True:
            byte = data[offset]
            offset += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    form, exceptional, irregular = encoding & 3, encoding & 4, encoding & 16
    count, first, duration = number(), zigzag(number()), number()
    typical = number() if irregular else 0
    exponent = 0
    if form != 2:
        exponent = data[offset]
        offset += 1
    integer, divisor = zigzag(number()), number()
    code = Code(data[offset:])
    times = [first]
    model = Differences()
    for index in range(1, count):
        step = model.next(code) + typical if irregular else duration // (count - 1)
        times.append(signed(times[-1] + step))
    assert times[-1] == signed(first + duration), "the last time is the header's"
    model, exception, difference, values = Differences(), Bit(), 0, []
    for index in range(count):
        if exceptional and code.decide(exception):
            values.append(code.plain(64))
            continue
        if index > 0 and divisor:
            residual = model.next(code)
            difference = signed(difference + residual if form == 1 else residual)
            integer = signed(integer + difference * divisor)
        if form == 2:
            pattern = integer & MASK
            values.append(pattern ^ (MASK >> 1) if pattern >> 63 else pattern)
        else:
            values.append(struct.unpack("<Q", struct.pack("<d", float(integer) / 10.0**exponent))[0])
    return times, values


for line in sys.stdin:
    chunk_times, chunk_values = decode(bytes.fromhex(line))
    print(*chunk_times, ";", *chunk_values)
