/// A reading that a birth message says will come, and where it is once it has.
struct DeclaredReading {
    /// Quantity and channel as they come on the wire, a zero byte behind each: how a reading's key begins.
    let prefix: [UInt8]
    /// Index into `DeviceRecord.readings`; nil until it has come.
    var place: Int?

    func begins(_ key: [UInt8]) -> Bool { key.starts(with: prefix) }

    /// For people: `motor_current`, `motor_current 1`.
    var name: String {
        prefix.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }
}
