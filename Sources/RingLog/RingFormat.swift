/// The numbers of the format; DESIGN.md has the layout.
package enum RingFormat {
    /// The unit that is never rewritten once it holds committed bytes.
    package static let pageByteCount = 4096
    /// The bytes before each record's own.
    package static let recordHeaderByteCount = 24
    /// Records begin at multiples of this.
    package static let alignment = 8
    static let version: UInt16 = 1
    static let cursorPageCount = 4
    static let cursorFileName = "cursor"
    /// How many cursors fit into a page with names of the greatest length.
    static let destinationLimit = 31
    /// The most bytes a destination's name may have.
    package static let destinationNameByteLimit = 96

    static func alignedUp(_ count: Int, to unit: Int) -> Int { (count + unit - 1) / unit * unit }

    /// How many bytes a record of `payloadByteCount` takes in a segment.
    package static func recordByteCount(_ payloadByteCount: Int) -> Int {
        recordHeaderByteCount + alignedUp(payloadByteCount, to: alignment)
    }
}
