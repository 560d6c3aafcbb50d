/// /proc/mdstat: the software RAID arrays.
struct MDStatus {
    enum State {
        case active
        case inactive
        case recovering
        case resync
        case check
        /// `broken`, or an array that takes another shape.
        case other
    }

    /// One array. Blocks are of 1 KiB.
    struct Array {
        var name: Range<Int>
        var state = State.other
        /// How many disks it has when it is whole.
        var requiredDisks: UInt64 = 0
        var activeDisks: UInt64 = 0
        var failedDisks: UInt64 = 0
        var spareDisks: UInt64 = 0
        var blocks: UInt64 = 0
        var syncedBlocks: UInt64 = 0
    }

    private(set) var arrays: [Array] = []

    /// An array is a line of `md0 : active raid1 sdb1[1] sda1[0](F)`, one of `248896 blocks [2/1] [U_]`, and where it is
    /// being rebuilt one of `[=>...] recovery = 8.5% (16775552/195310144) finish=…`, with a `bitmap:` line behind it or
    /// before it. The first line of the file is `Personalities :`, the last `unused devices:`.
    mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) {
        arrays.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            let line = cursor.restOfLine
            if Self.isArray(cursor, line) { arrays.append(try Self.array(&cursor)) } else { cursor.skipLine() }
        }
    }

    private static func isArray(_ cursor: ByteCursor, _ line: Range<Int>) -> Bool {
        guard let first = line.first, cursor.bytes[first] > 0x20 else { return false }
        var start = cursor
        return !start.take("Personalities") && !start.take("unused")
    }

    private static func array(_ cursor: inout ByteCursor) throws(DamagedText) -> Array {
        let line = cursor.restOfLine
        var array = Array(name: cursor.column())
        guard cursor.text(cursor.column()) == ":" else { throw cursor.damage("a colon behind the array's name") }
        array.state = state(&cursor)
        array.failedDisks = UInt64(cursor.count(of: "(F)", in: line))
        array.spareDisks = UInt64(cursor.count(of: "(S)", in: line))
        cursor.skipLine()
        let statusStart = cursor.offset
        array.blocks = try cursor.unsigned()
        array.syncedBlocks = array.blocks
        if cursor.contains("raid0", in: line) || cursor.contains("linear", in: line) {
            // These have no disk to spare, so each one named is there.
            array.requiredDisks = UInt64(cursor.count(of: "[", in: line))
            array.activeDisks = array.requiredDisks
        } else if !cursor.contains("inactive", in: line) {
            guard let disks = diskCounts(cursor) else {
                throw DamagedText(byteOffset: statusStart, expected: "the counts of the array's disks")
            }
            array.requiredDisks = disks.required
            array.activeDisks = disks.active
        }
        cursor.skipLine()
        if cursor.contains("bitmap", in: cursor.restOfLine) { cursor.skipLine() }
        try takeProgress(cursor, &array)
        return array
    }

    private static func state(_ cursor: inout ByteCursor) -> State {
        cursor.skipSpaces()
        if cursor.take("active") { return .active }
        return cursor.take("inactive") ? .inactive : .other
    }

    /// The last `[2/1] [U_]` of the line.
    private static func diskCounts(_ cursor: ByteCursor) -> (required: UInt64, active: UInt64)? {
        var found: (required: UInt64, active: UInt64)?
        let line = cursor.restOfLine
        for start in line where cursor.bytes[start] == UInt8(ascii: "[") {
            var part = ByteCursor(cursor.bytes, from: start + 1, to: line.upperBound)
            do throws(DamagedText) {
                let required = try part.digits()
                guard part.take("/") else { continue }
                let active = try part.digits()
                guard part.take("] ["), part.take("U") || part.take("_") else { continue }
                found = (required, active)
            } catch { continue }
        }
        return found
    }

    private static func takeProgress(_ cursor: ByteCursor, _ array: inout Array) throws(DamagedText) {
        let line = cursor.restOfLine
        guard let first = line.first, cursor.bytes[first] <= 0x20 else { return }
        if cursor.contains("recovery", in: line) {
            array.state = .recovering
        } else if cursor.contains("reshape", in: line) {
            array.state = .other
        } else if cursor.contains("check", in: line) {
            array.state = .check
        } else if cursor.contains("resync", in: line) {
            array.state = .resync
        } else {
            return
        }
        // It waits for another array or another machine.
        if cursor.contains("PENDING", in: line) || cursor.contains("DELAYED", in: line)
            || cursor.contains("REMOTE", in: line)
        {
            array.syncedBlocks = 0
            return
        }
        guard let open = cursor.firstIndex(of: "(", in: line) else {
            throw cursor.damage("how far the array is rebuilt")
        }
        var part = ByteCursor(cursor.bytes, from: open + 1, to: line.upperBound)
        array.syncedBlocks = try part.digits()
        guard part.take("/") else { throw part.damage("a slash") }
    }
}
