/// What /proc/zoneinfo says: for each zone a heading, fields with one number each, and the zone's protections.
struct ZoneinfoText {
    struct Block: Equatable {
        /// The heading.
        let key: Range<Int>
        let node: Range<Int>
        let zone: Range<Int>
        /// Where the zone's fields and protections are in the lists of all.
        var fields: Range<Int>
        var protections: Range<Int>
    }

    struct Field: Equatable {
        let name: Range<Int>
        let value: Double
    }

    private(set) var blocks: [Block] = []
    private(set) var fields: [Field] = []
    private(set) var protections: [Double] = []

    /// Takes a new text in place of what is held.
    mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) {
        blocks.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        protections.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            try parseLine(&cursor)
            cursor.skipLine()
        }
    }

    private mutating func parseLine(_ cursor: inout ByteCursor) throws(DamagedText) {
        let start = cursor.offset
        let name = cursor.column()
        if name.isEmpty { return }
        if cursor.slice(name).elementsEqual("Node".utf8) {
            cursor = ByteCursor(cursor.bytes, from: start, to: cursor.bytes.count)
            let (node, zone) = try cursor.nodeAndZone()
            blocks.append(
                Block(
                    key: start..<zone.upperBound, node: node, zone: zone, fields: fields.count..<fields.count,
                    protections: protections.count..<protections.count))
        } else if !blocks.isEmpty, cursor.slice(name).elementsEqual("protection:".utf8) {
            try parseProtections(&cursor)
        } else if !blocks.isEmpty, isField(cursor.slice(name)), !cursor.isLineDone() {
            fields.append(Field(name: name, value: try cursor.number()))
            blocks[blocks.count - 1].fields = blocks[blocks.count - 1].fields.lowerBound..<fields.count
        }
    }

    /// `pages free 2949`, `vm stats threshold: 8` and `per-node stats` have words behind the first, and lines with a colon
    /// are about the processors' lists.
    private func isField(_ name: UnsafeRawBufferPointer) -> Bool {
        name[name.count - 1] != UInt8(ascii: ":") && !name.elementsEqual("pages".utf8)
            && !name.elementsEqual("vm".utf8) && !name.elementsEqual("per-node".utf8)
    }

    /// `(0, 2039, 31932)`.
    private mutating func parseProtections(_ cursor: inout ByteCursor) throws(DamagedText) {
        cursor.skipSpaces()
        guard cursor.take("(") else { throw cursor.damage("numbers in brackets") }
        repeat {
            cursor.skipSpaces()
            protections.append(Double(try cursor.digits()))
        } while cursor.take(",")
        guard cursor.take(")") else { throw cursor.damage("a comma or the closing bracket") }
        blocks[blocks.count - 1].protections = blocks[blocks.count - 1].protections.lowerBound..<protections.count
    }
}
