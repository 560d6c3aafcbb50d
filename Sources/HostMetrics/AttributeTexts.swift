internal import LinuxSystem
internal import MetricModel

/// The texts of some files of a device, for labels; read in each run, and made into strings when one of them has changed.
final class AttributeTexts {
    /// node_exporter reads that much of an attribute, so longer texts are cut as they are there.
    static let byteLimit = 128

    private let limit: Int
    /// Nil for a file that the device does not have.
    private let files: [KeptFile?]
    /// Nil for a file that is not there or cannot be read.
    private var bytes: [[UInt8]?]
    private(set) var texts: [String?]
    private var isRead = false

    init(_ paths: [String], byteLimit: Int = AttributeTexts.byteLimit) {
        limit = byteLimit
        files = paths.map { Files.exists($0) ? KeptFile($0, endsAtShortRead: true) : nil }
        bytes = Array(repeating: nil, count: paths.count)
        texts = Array(repeating: nil, count: paths.count)
    }

    /// Reads the files again; whether something has changed, as it has the first time.
    func refresh(_ output: borrowing CollectorOutput) -> Bool {
        var hasChanged = !isRead
        isRead = true
        for (index, file) in files.enumerated() {
            guard let file else { continue }
            var now: UnsafeRawBufferPointer?
            // What cannot be read now has no text: a link that is down has no duplex mode.
            do throws(SystemError) { now = Self.trimmed(try file.read(into: output.buffer), limit) } catch { now = nil }
            guard !Self.isEqual(bytes[index], now) else { continue }
            hasChanged = true
            bytes[index] = now.map { Array($0) }
            texts[index] = now.map { String(decoding: $0, as: UTF8.self) }
        }
        return hasChanged
    }

    /// Closes the files until they are read again.
    func close() {
        for file in files { file?.close() }
    }

    /// Without white space at its ends, and not longer than `byteLimit` with it.
    static func trimmed(
        _ bytes: UnsafeRawBufferPointer, _ byteLimit: Int = AttributeTexts.byteLimit
    ) -> UnsafeRawBufferPointer {
        var part = bytes.prefix(byteLimit)
        while let first = part.first, isSpace(first) { part = part.dropFirst() }
        while let last = part.last, isSpace(last) { part = part.dropLast() }
        return UnsafeRawBufferPointer(rebasing: part)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    private static func isEqual(_ known: [UInt8]?, _ now: UnsafeRawBufferPointer?) -> Bool {
        guard let known, let now else { return known == nil && now == nil }
        return now.isEqual(to: known)
    }
}
