/// The texts of /sys/fs/bcachefs (fs/bcachefs/sysfs.c), taken apart.
enum BcachefsTexts {
    /// A line: a name and what is told of it.
    struct Row: Equatable {
        let name: Range<Int>
        let first: Double
        var second = 0.0
    }

    /// How the lines of a file look.
    enum Form {
        /// A heading, then `lz4  48.9G  71.2G  62.5k`: compressed, uncompressed.
        case compression
        /// A heading, then `initial:  3298401  100k`: count, average size.
        case writes
        /// `bset_bad_csum  2  1767112063`: count, when last.
        case errors
    }

    static func parse(
        _ bytes: UnsafeRawBufferPointer, _ form: Form, into rows: inout [Row]
    ) throws(DamagedText) {
        rows.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        if form != .errors { cursor.skipLine() }
        while !cursor.isAtEnd {
            let name = nameWithoutColon(&cursor)
            cursor.skipSpaces()
            if !name.isEmpty, !cursor.isAtLineEnd {
                switch form {
                case .compression:
                    rows.append(
                        Row(name: name, first: try cursor.binaryNumber(), second: try cursor.binaryNumber()))
                case .writes:
                    rows.append(
                        Row(name: name, first: Double(try cursor.unsigned()), second: try cursor.binaryNumber()))
                case .errors: rows.append(Row(name: name, first: Double(try cursor.unsigned())))
                }
            }
            cursor.skipLine()
        }
    }

    /// A device's `io_done`: `read:` or `write:`, then lines of `btree  : 8912896` in bytes.
    static func parseDone(
        _ bytes: UnsafeRawBufferPointer, reads: inout [Row], writes: inout [Row]
    ) throws(DamagedText) {
        reads.removeAll(keepingCapacity: true)
        writes.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        var isWrite = false
        while !cursor.isAtEnd {
            if cursor.take("read:") {
                isWrite = false
            } else if cursor.take("write:") {
                isWrite = true
            } else if let row = try named(&cursor) {
                if isWrite { writes.append(row) } else { reads.append(row) }
            }
            cursor.skipLine()
        }
    }

    /// A device's `io_errors`: lines of `read:  18828` since the filesystem was made, then the same since a reset.
    static func parseErrors(_ bytes: UnsafeRawBufferPointer, into rows: inout [Row]) throws(DamagedText) {
        rows.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        var isSinceCreation = false
        while !cursor.isAtEnd {
            if cursor.take("IO errors since ") {
                isSinceCreation = cursor.take("filesystem creation")
            } else if isSinceCreation, let row = try named(&cursor) {
                rows.append(row)
            }
            cursor.skipLine()
        }
    }

    /// A counter: two lines, `since mount:` and `since filesystem creation:`; the second is told.
    static func parseCounter(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> Double {
        var cursor = ByteCursor(bytes)
        var value: Double?
        var isCounter = false
        while !cursor.isAtEnd {
            if cursor.take("since filesystem creation:") {
                value = try cursor.binaryNumber()
            } else if cursor.take("since mount:") {
                isCounter = true
            }
            cursor.skipLine()
        }
        guard value != nil || isCounter else { throw DamagedText(byteOffset: 0, expected: "since filesystem creation") }
        return value ?? 0
    }

    /// `user  :610019098624`, `checksum:5`; nil for an empty line.
    private static func named(_ cursor: inout ByteCursor) throws(DamagedText) -> Row? {
        cursor.skipSpaces()
        let rest = cursor.restOfLine
        if rest.isEmpty { return nil }
        guard let colon = cursor.bytes[rest].firstIndex(of: UInt8(ascii: ":")) else {
            throw cursor.damage("a name and a colon")
        }
        var name = rest.lowerBound..<colon
        while let last = cursor.bytes[name].last, last == 0x20 || last == 0x09 { name = name.dropLast() }
        guard cursor.skip(behind: UInt8(ascii: ":")) else { return nil }
        return Row(name: name, first: Double(try cursor.unsigned()))
    }

    private static func nameWithoutColon(_ cursor: inout ByteCursor) -> Range<Int> {
        let column = cursor.column()
        return cursor.bytes[column].last == UInt8(ascii: ":") ? column.dropLast() : column
    }
}
