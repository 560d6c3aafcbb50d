"""Decodes chunks as Sources/SampleCodec/DESIGN.md describes them: a second implementation, for the tests.

Reads one chunk a line in hexadecimal; prints its times, a semicolon, and the bit patterns of its values.
"""
import struct
import sys

MASK = (1 << 64) - 1
STALE_MARKER = 0x7FF0000000000002
CONSTANT, LINE, LEVELS, DIFFERENCES, STEPS, SECOND_DIFFERENCES, TICKS = range(7)


def signed(number):
    number &= MASK
    return number - (1 << 64) if number >> 63 else number


def zigzag(number):
    return (number >> 1) ^ -(number & 1)


class Bit:
    """A decision: two probabilities of "no" in 1/65536."""

    def __init__(self):
        self.quick = self.slow = 1 << 15
        self.count = 0

    def learn(self, decision):
        rate = 65536 // (self.count + 2)
        self.quick = self.moved(self.quick, max(rate, 2048), decision)
        self.slow = self.moved(self.slow, max(rate, 512), decision)
        self.count = min(self.count + 1, 126)

    @staticmethod
    def moved(share, rate, decision):
        return share + (((0 if decision else 65536) - share) * rate >> 16)


def bits(count):
    return [Bit() for _ in range(count)]


class Code:
    def __init__(self, data):
        self.data, self.offset, self.code, self.range = data, 0, 0, MASK
        for _ in range(8):
            self.code = self.code << 8 | self.byte()

    def byte(self):
        self.offset += 1
        return self.data[self.offset - 1] if self.offset <= len(self.data) else 0

    def normalise(self):
        if self.range < 1 << 32:
            self.range <<= 32
            for _ in range(4):
                self.code = (self.code << 8 | self.byte()) & MASK

    def decide(self, bit):
        bound = (self.range >> 17) * (bit.quick + bit.slow + 1)
        decision = int(self.code >= bound)
        if decision:
            self.code -= bound
            self.range -= bound
        else:
            self.range = bound
        bit.learn(decision)
        self.normalise()
        return decision

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


class Magnitudes:
    def __init__(self, lengths, contexts):
        self.least, self.depth = lengths >> 3, lengths & 7
        self.trees = [bits(1 << self.depth) for _ in range(contexts)]
        self.digits = [bits(16) for _ in range(1 << self.depth)]

    def next(self, code, context):
        node = 1
        for _ in range(self.depth):
            node = node << 1 | code.decide(self.trees[context][node])
        index = node - (1 << self.depth)
        length = min(self.least + index, 64)
        if length <= 1:
            return length
        value = 1
        for _ in range(min(length - 1, 4)):
            value = value << 1 | code.decide(self.digits[index][value])
        rest = max(length - 5, 0)
        return value << rest | code.plain(rest)


class Levels:
    def __init__(self, lengths, has_context):
        self.magnitudes = Magnitudes(lengths, 16 if has_context else 1)
        self.least, self.has_context, self.context = lengths >> 3, has_context, 0

    def next(self, code):
        value = self.magnitudes.next(code, self.context)
        if self.has_context:
            self.context = min(max(value.bit_length() - self.least, 0), 15)
        return value


class Differences:
    def __init__(self, lengths):
        self.zero, self.sign, self.magnitudes = bits(64), bits(3), Magnitudes(lengths, 12)
        self.history = self.last_sign = self.mean = 0

    def next(self, code):
        changed = code.decide(self.zero[self.history])
        self.history = (self.history << 1 | changed) & 63
        if not changed:
            return 0
        negative = code.decide(self.sign[self.last_sign])
        value = self.magnitudes.next(code, min(self.mean >> 5, 11))
        self.last_sign = 2 if negative else 1
        self.mean = (self.mean + 16 * value.bit_length()) >> 1
        return -value if negative else value


class Ticks:
    def __init__(self, lengths, has_context, tick):
        self.levels, self.tick = Levels(lengths, has_context), tick
        self.off, self.rounding = bits(16), bits(16)

    def next(self, code):
        product = self.levels.next(code) * self.tick & MASK
        whole, sixteenths = product >> 32, product >> 28 & 15
        if not code.decide(self.off[sixteenths]):
            return whole + code.decide(self.rounding[sixteenths])
        return whole + zigzag(code.plain(min(code.plain(7), 64)))


class Reader:
    def __init__(self, data):
        self.data, self.offset = data, 0

    def byte(self):
        self.offset += 1
        return self.data[self.offset - 1]

    def number(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value


def integers(reader, flags, count):
    """The integers of a column, which takes all the bytes that are left."""
    shape, has_context = flags & 7, bool(flags & 8)
    first = zigzag(reader.number()) if shape != TICKS else 0
    step = zigzag(reader.number()) if shape in (LINE, STEPS, SECOND_DIFFERENCES) else 0
    if shape == CONSTANT:
        return [first] * count
    if shape == LINE:
        return [signed(first + step * index) for index in range(count)]
    divisor, lengths = reader.number(), reader.number()
    code = Code(reader.data[reader.offset:])
    if shape == TICKS:
        model = Ticks(lengths, has_context, divisor)
        return [signed(model.next(code)) for _ in range(count)]
    if shape == LEVELS:
        model = Levels(lengths, has_context)
        return [signed(first + model.next(code) * divisor) for _ in range(count)]
    model = Levels(lengths, has_context) if shape == STEPS else Differences(lengths)
    result, difference = [first], step
    for index in range(1, count):
        if shape == SECOND_DIFFERENCES:
            if index > 1:
                difference += model.next(code) * divisor
        else:
            difference = step + model.next(code) * divisor
        result.append(signed(result[-1] + difference))
    return result


def value_pattern(integer, scaling, exponent):
    if scaling == 4:
        pattern = integer & MASK
        return pattern ^ (MASK >> 1) if pattern >> 63 else pattern
    number = float(integer)
    if scaling == 1:
        number /= 10.0**exponent
    elif scaling == 2:
        number *= float(f"1e-{exponent}")
    elif scaling == 3:
        number = number / 1000 / 1000
    return struct.unpack("<Q", struct.pack("<d", number))[0]


def decode(data):
    assert data[0] == 0x20, "version 2, floats"
    reader = Reader(data)
    reader.byte()
    count, first, duration, length = reader.number(), zigzag(reader.number()), reader.number(), reader.number()
    if length == 0:
        times = [signed(first + (duration // max(count - 1, 1)) * index) for index in range(count)]
    else:
        contents = Reader(data[reader.offset:reader.offset + length])
        reader.offset += length
        times = [signed(first + integer) for integer in integers(contents, contents.byte(), count)]
    assert times[-1] == signed(first + duration), "the last time is the header's"

    flags = reader.byte()
    scaling, exponent, exceptions = flags >> 4 & 7, 0, []
    if scaling in (1, 2):
        exponent = reader.byte()
    if flags & 0x80:
        pattern = STALE_MARKER
        for _ in range(reader.number()):
            start, more = reader.number(), reader.number()
            if not start & 1:
                pattern = int.from_bytes(bytes(reader.byte() for _ in range(8)), "little")
            exceptions.append((start >> 1, more + 1, pattern))
    rest = integers(reader, flags & 15, count - sum(length for _, length, _ in exceptions))
    values = [value_pattern(integer, scaling, exponent) for integer in rest]
    merged, used = [], 0
    for gap, length, pattern in exceptions:
        merged += values[used:used + gap] + [pattern] * length
        used += gap
    return times, merged + values[used:]


for line in sys.stdin:
    chunk_times, chunk_values = decode(bytes.fromhex(line))
    print(*chunk_times, ";", *chunk_values)
