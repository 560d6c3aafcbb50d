internal import MetricModel

/// A samples record being built (DESIGN.md, "Samples record").
struct SamplesPayload {
    static let version: UInt8 = 1
    static let floatKind: UInt8 = 0
    /// More than what stands before the columns can take: 2 + 10 + 16 + 8 + 8 + 1 + 10, and a value's 9 bytes and runs.
    static let headByteLimit = 128

    private var times: [UInt8] = []
    private var series: [UInt8] = []
    private var values = ValueWriter()
    private var time: Int64 = 0
    private var timeDelta: Int64 = 0
    private var timeRun: UInt64 = 0
    private var expectedIndex = 0
    private var indexStep: Int64 = 0
    private var indexRun: UInt64 = 0

    var count: Int { values.count }
    /// An upper bound of the bytes it takes now.
    var byteCountBound: Int { times.count + series.count + values.byteCount + Self.headByteLimit }

    mutating func begin(clock: ClockReading) {
        times.removeAll(keepingCapacity: true)
        series.removeAll(keepingCapacity: true)
        values.removeAll()
        time = clock.unixMilliseconds
        timeRun = 0
        expectedIndex = 0
        indexRun = 0
    }

    mutating func append(index: Int, unixMilliseconds: Int64, value: Double, hint: inout Int) {
        if timeRun > 0 && unixMilliseconds == time {
            timeRun += 1
        } else {
            endTimeRun()
            timeDelta = unixMilliseconds &- time
            time = unixMilliseconds
            timeRun = 1
        }
        if indexRun > 0 && index == expectedIndex {
            indexRun += 1
        } else {
            endIndexRun()
            indexStep = Int64(index - expectedIndex)
            indexRun = 1
        }
        expectedIndex = index + 1
        values.append(value, hint: &hint)
    }

    private mutating func endTimeRun() {
        guard timeRun > 0 else { return }
        times.appendZigzag(timeDelta)
        times.appendVarint(timeRun)
        timeRun = 0
    }

    private mutating func endIndexRun() {
        guard indexRun > 0 else { return }
        series.appendZigzag(indexStep)
        series.appendVarint(indexRun)
        indexRun = 0
    }

    /// Appends the whole record to `bytes`.
    mutating func finish(clock: ClockReading, dictionaryID: UInt64, into bytes: inout [UInt8]) {
        endTimeRun()
        endIndexRun()
        bytes.append(Self.version)
        bytes.append(Self.floatKind)
        bytes.appendVarint(dictionaryID)
        bytes.appendFixed(clock.bootID.high)
        bytes.appendFixed(clock.bootID.low)
        bytes.appendFixed(clock.bootNanoseconds)
        bytes.appendFixed(clock.unixMilliseconds)
        bytes.append(clock.isSynchronised ? 1 : 0)
        bytes.appendVarint(UInt64(values.count))
        bytes.append(contentsOf: times)
        bytes.append(contentsOf: series)
        bytes.append(contentsOf: values.classes)
        bytes.append(contentsOf: values.bytes)
    }
}
