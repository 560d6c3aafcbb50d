/// /proc/drbd: the devices of DRBD up to version 8; later ones have only their version there.
struct DRBDStatus {
    /// What a word `key:value` of a device can be, in the order of the values.
    private static let counters: [(key: StaticString, factor: Double)] = [
        // Amounts of data are in KiB; node_exporter takes what was received as bytes, and so does this.
        ("ns:", 1024), ("nr:", 1), ("dw:", 1024), ("dr:", 1024), ("al:", 1), ("bm:", 1), ("lo:", 1), ("pe:", 1),
        ("ua:", 1), ("ap:", 1), ("ep:", 1), ("oos:", 1024),
    ]
    static let valueCount = 17

    /// One device: the counters, whether it is connected, whether the local and the remote node are primary, whether the
    /// local and the remote disk are up to date.
    struct Device {
        let number: Range<Int>
        /// Nil for what the kernel does not say.
        fileprivate(set) var values: [17 of Double?] = .init(repeating: nil)
    }

    private(set) var devices: [Device] = []

    mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) {
        devices.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            let word = cursor.column()
            if word.isEmpty {
                cursor.skipLine()
            } else if let number = Self.deviceNumber(bytes, word) {
                devices.append(Device(number: number))
            } else if !devices.isEmpty {
                try Self.take(bytes, word, &devices[devices.count - 1])
            }
        }
    }

    /// The digits of `1:`.
    private static func deviceNumber(_ bytes: UnsafeRawBufferPointer, _ word: Range<Int>) -> Range<Int>? {
        let digits = word.lowerBound..<(word.upperBound - 1)
        guard !digits.isEmpty, bytes[digits.upperBound] == UInt8(ascii: ":"),
            bytes[digits].allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return digits
    }

    private static func take(
        _ bytes: UnsafeRawBufferPointer, _ word: Range<Int>, _ device: inout Device
    ) throws(DamagedText) {
        var cursor = ByteCursor(bytes, from: word.lowerBound, to: word.upperBound)
        for (index, counter) in counters.enumerated() where cursor.take(counter.key) {
            device.values[index] = Double(try cursor.unsigned()) * counter.factor
            return
        }
        if cursor.take("cs:") {
            device.values[12] = cursor.take("Connected") && cursor.isAtEnd ? 1 : 0
        } else if cursor.take("ro:") {
            takePair(&cursor, "Primary", &device, 13)
        } else if cursor.take("ds:") {
            takePair(&cursor, "UpToDate", &device, 15)
        }
    }

    /// `Primary/Secondary`: the local node and the other.
    private static func takePair(_ cursor: inout ByteCursor, _ good: StaticString, _ device: inout Device, _ index: Int)
    {
        var local = cursor
        device.values[index] = local.take(good) && local.take("/") ? 1 : 0
        guard cursor.skip(behind: UInt8(ascii: "/")) else { return }
        device.values[index + 1] = cursor.take(good) && cursor.isAtEnd ? 1 : 0
    }
}
