/// The answer to ListUnits: `a(ssssssouso)`.
enum UnitList {
    static let types: StaticString = "a(ssssssouso)"

    struct Entry {
        let name: UnsafeRawBufferPointer
        let isLoaded: Bool
        let state: UnsafeRawBufferPointer
        let path: UnsafeRawBufferPointer
    }

    /// Calls `body` for each unit. The error may be in the last one, so nothing is to be given before this returns.
    static func forEach(_ message: BusMessage, _ body: (Entry) throws(BusError) -> Void) throws(BusError) {
        try message.expect(types)
        var reader = message.body
        let end = try reader.beginArray(alignment: 8)
        while reader.offset < end {
            try reader.align(8)
            let name = try reader.string()
            _ = try reader.rawString()  // the description
            let load = try reader.string()
            let state = try reader.string()
            _ = try reader.rawString()  // the state in the unit's own words
            _ = try reader.rawString()  // the unit that it follows
            let path = try reader.objectPath()
            _ = try reader.uint32()  // the job that is queued for it: number, kind, path
            _ = try reader.rawString()
            _ = try reader.rawString()
            try body(
                Entry(
                    name: name, isLoaded: load.elementsEqual(loaded.rawBytes), state: state, path: path))
        }
        guard reader.offset == end, reader.isAtEnd else { throw reader.damage("the end of the list") }
    }

    private static let loaded: StaticString = "loaded"
}
