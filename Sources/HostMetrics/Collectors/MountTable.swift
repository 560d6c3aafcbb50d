/// The mounts of /proc/1/mountinfo.
enum MountTable {
    struct Mount: Equatable {
        var number: UInt64
        /// The number of the mount that this one is on.
        var parent: UInt64
        /// The source as the kernel writes it, escapes and all.
        var device: String
        var mountPoint: String
        var type: String
        var major: String
        var minor: String
        var isReadOnly: Bool
    }

    /// Lines of `27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard` (proc(5)): number, parent's number,
    /// device, root, mount point, options, any number of optional fields, a hyphen, type, source, options of the
    /// filesystem itself.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> [Mount] {
        var mounts: [Mount] = []
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            mounts.append(try parseLine(&cursor))
            cursor.skipLine()
        }
        return mounts
    }

    private static func parseLine(_ cursor: inout ByteCursor) throws(DamagedText) -> Mount {
        let number = try cursor.unsigned()
        let parent = try cursor.unsigned()
        cursor.skipSpaces()
        let major = try cursor.digits()
        guard cursor.take(":") else { throw cursor.damage("a device's two numbers") }
        let minor = try cursor.unsigned()
        cursor.skipColumn()
        let mountPoint = cursor.column()
        let options = cursor.column()
        guard !options.isEmpty else { throw cursor.damage("a mount's options") }
        while true {
            let optional = cursor.column()
            if optional.isEmpty { throw cursor.damage("a hyphen before the filesystem's type") }
            if optional.count == 1, cursor.bytes[optional.lowerBound] == UInt8(ascii: "-") { break }
        }
        let type = cursor.column()
        let device = sourceColumn(&cursor)
        let superOptions = cursor.column()
        guard !superOptions.isEmpty else { throw cursor.damage("the filesystem's options") }
        let isReadOnly =
            hasOption("ro", in: options, cursor) || hasOption("ro", in: superOptions, cursor)
            || hasOption("emergency_ro", in: superOptions, cursor)
        return Mount(
            number: number, parent: parent, device: cursor.text(device), mountPoint: unescaped(mountPoint, cursor),
            type: cursor.text(type), major: String(major), minor: String(minor), isReadOnly: isReadOnly)
    }

    /// A mount may be without a source, and the kernel then writes two spaces.
    private static func sourceColumn(_ cursor: inout ByteCursor) -> Range<Int> {
        let start = cursor.offset
        var probe = cursor
        let column = probe.column()
        if column.lowerBound - start > 1, probe.isAtLineEnd { return start..<start }
        cursor = probe
        return column
    }

    private static func hasOption(_ option: StaticString, in range: Range<Int>, _ cursor: ByteCursor) -> Bool {
        var place = ByteCursor(cursor.bytes, from: range.lowerBound, to: range.upperBound)
        while true {
            if place.take(option), place.isAtEnd || place.take(",") { return true }
            if !place.skip(behind: UInt8(ascii: ",")) { return false }
        }
    }

    /// The kernel writes space, tab, line feed and backslash as a backslash and three octal digits.
    private static func unescaped(_ range: Range<Int>, _ cursor: ByteCursor) -> String {
        let bytes = UnsafeRawBufferPointer(rebasing: cursor.bytes[range])
        guard bytes.contains(UInt8(ascii: "\\")) else { return String(decoding: bytes, as: UTF8.self) }
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let digits = bytes[min(index + 1, bytes.count)..<min(index + 4, bytes.count)]
            if bytes[index] == UInt8(ascii: "\\"), digits.count == 3,
                digits.allSatisfy({ (0x30...0x37).contains($0) })
            {
                result.append(digits.reduce(0) { $0 &* 8 &+ ($1 - 0x30) })
                index += 4
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
