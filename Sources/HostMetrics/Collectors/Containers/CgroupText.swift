/// The texts of a cgroup's files.
enum CgroupText {
    /// Lines of a key and a number (`cpu.stat`, `memory.stat`): the values of `keys`, in their order; NaN for keys that are
    /// not there. Keys are looked for in the order of the file, which is nearly always theirs.
    static func parseKeyed(
        _ bytes: UnsafeRawBufferPointer, _ keys: [StaticString], into values: inout [Double]
    ) throws(DamagedText) {
        values.removeAll(keepingCapacity: true)
        for _ in keys { values.append(.nan) }
        var cursor = ByteCursor(bytes)
        var next = 0
        while !cursor.isAtEnd {
            let key = cursor.column()
            guard !key.isEmpty else { throw cursor.damage("a key and a number") }
            if let index = find(UnsafeRawBufferPointer(rebasing: bytes[key]), keys, from: next) {
                values[index] = Double(try cursor.unsigned())
                next = index + 1
            }
            cursor.skipLine()
        }
    }

    /// A number, or `max`, which is infinite.
    static func parseLimit(_ cursor: inout ByteCursor) throws(DamagedText) -> Double {
        cursor.skipSpaces()
        if cursor.take("max") {
            guard cursor.isAtLineEnd || cursor.bytes[cursor.offset] == 0x20 else {
                throw cursor.damage("the word's end")
            }
            return .infinity
        }
        return try cursor.number()
    }

    /// A file of one number or `max`.
    static func parseLimit(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> Double {
        var cursor = ByteCursor(bytes)
        let value = try parseLimit(&cursor)
        cursor.skipSpaces()
        guard cursor.isAtLineEnd else { throw cursor.damage("the line's end") }
        return value
    }

    /// Numbers parted by spaces, as in `cpuacct.usage_percpu`, at most `limit` of them.
    static func parseNumbers(
        _ bytes: UnsafeRawBufferPointer, limit: Int, into values: inout [Double]
    ) throws(DamagedText) {
        values.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while true {
            cursor.skipSpaces()
            if cursor.isAtLineEnd || values.count == limit { return }
            values.append(Double(try cursor.unsigned()))
        }
    }

    /// `cgroup.procs`: how many processes there are, and the numbers of the first `limit`. One of another PID namespace
    /// is 0.
    static func parseProcesses(
        _ bytes: UnsafeRawBufferPointer, limit: Int
    ) throws(DamagedText) -> (count: Int, first: [Int]) {
        var cursor = ByteCursor(bytes)
        var count = 0
        var first: [Int] = []
        while !cursor.isAtEnd {
            let start = cursor.offset
            let number = try cursor.unsigned()
            guard number <= UInt64(Int32.max) else {
                throw DamagedText(byteOffset: start, expected: "a process's number")
            }
            if first.count < limit { first.append(Int(number)) }
            count += 1
            cursor.skipLine()
        }
        return (count, first)
    }

    /// The `total=` microseconds of a pressure file's two lines; NaN for one that is not there.
    static func parsePressure(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> (some: Double, full: Double) {
        var cursor = ByteCursor(bytes)
        var result = (some: Double.nan, full: Double.nan)
        while !cursor.isAtEnd {
            let isSome = cursor.take("some ")
            guard isSome || cursor.take("full ") else { throw cursor.damage("some or full") }
            for _ in 0..<3 { cursor.skipColumn() }
            cursor.skipSpaces()
            guard cursor.take("total=") else { throw cursor.damage("total=") }
            let total = Double(try cursor.unsigned())
            if isSome { result.some = total } else { result.full = total }
            cursor.skipLine()
        }
        return result
    }

    private static func find(_ key: UnsafeRawBufferPointer, _ keys: [StaticString], from next: Int) -> Int? {
        for step in 0..<keys.count {
            let index = (next + step) % keys.count
            let candidate = keys[index]
            guard candidate.utf8CodeUnitCount == key.count else { continue }
            if UnsafeRawBufferPointer(start: candidate.utf8Start, count: key.count).isEqual(to: key) { return index }
        }
        return nil
    }
}
