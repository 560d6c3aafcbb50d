/// /proc/<pid>/stat.
struct ProcessText: Equatable {
    /// Clock ticks, of which all kernels tell programs 100 a second.
    static let ticksPerSecond = 100.0

    var name: Range<Int>
    var userTicks: UInt64
    var systemTicks: UInt64
    var threadCount: UInt64
    /// Since the start of the machine.
    var startTicks: UInt64
    var virtualBytes: UInt64
    var residentPages: UInt64

    /// `812 (name) S 1 …`; the name may hold spaces and parentheses, so it ends at the last one.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> ProcessText {
        guard let open = bytes.firstIndex(of: UInt8(ascii: "(")),
            let close = bytes.lastIndex(of: UInt8(ascii: ")")), close > open
        else { throw DamagedText(byteOffset: 0, expected: "a process's number and name") }
        var cursor = ByteCursor(bytes, from: close + 1, to: bytes.count)
        // The columns are numbered as proc(5) does: the state behind the name is the third.
        func skip(_ count: Int) {
            for _ in 0..<count { cursor.skipColumn() }
        }
        skip(11)
        let userTicks = try cursor.unsigned()
        let systemTicks = try cursor.unsigned()
        skip(4)
        let threadCount = try cursor.unsigned()
        skip(1)
        let startTicks = try cursor.unsigned()
        let virtualBytes = try cursor.unsigned()
        return ProcessText(
            name: open + 1..<close, userTicks: userTicks, systemTicks: systemTicks, threadCount: threadCount,
            startTicks: startTicks, virtualBytes: virtualBytes, residentPages: try cursor.unsigned())
    }
}
