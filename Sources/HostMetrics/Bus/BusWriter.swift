/// Writes calls as the bytes of messages, little-endian whatever the machine.
struct BusWriter {
    private enum Field: UInt8 {
        case path = 1
        case interface = 2
        case member = 3
        case destination = 6
        case signature = 8
    }

    /// Do not start the service for this call: what is not running is not to be started by asking for its metrics.
    private static let noAutoStart: UInt8 = 0x2
    private static let methodCall: UInt8 = 1
    private static let version: UInt8 = 1
    /// Where the lengths and the serial number stand in a message.
    private static let bodyLengthOffset = 4
    private static let fieldsLengthOffset = 12

    private(set) var bytes: [UInt8] = []
    private var start = 0

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Adds a call. `destination` is the service's name, empty where the peer is the service itself.
    mutating func append(_ call: BusCall, serial: UInt32, destination: StaticString) {
        switch call {
        case .hello:
            begin(serial, "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello", "org.freedesktop.DBus")
            endFields()
        case .method(let path, let interface, let member):
            path.withUnsafeBytes { begin(serial, $0, interface, member, destination) }
            endFields()
        case .property(let path, let interface, let name):
            path.withUnsafeBytes {
                begin(serial, $0, BusCall.propertiesInterface, "Get", destination, signature: "ss")
            }
            endFields()
            let body = bytes.count
            string(interface.rawBytes)
            string(name.rawBytes)
            patch(UInt32(bytes.count - body), at: start + Self.bodyLengthOffset)
        }
    }

    private mutating func begin(
        _ serial: UInt32, _ path: StaticString, _ interface: StaticString, _ member: StaticString,
        _ destination: StaticString
    ) {
        begin(serial, path.rawBytes, interface, member, destination)
    }

    private mutating func begin(
        _ serial: UInt32, _ path: UnsafeRawBufferPointer, _ interface: StaticString, _ member: StaticString,
        _ destination: StaticString, signature types: StaticString = ""
    ) {
        // Each message is aligned by its own start, and one may follow another that ended anywhere.
        start = bytes.count
        bytes.append(UInt8(ascii: "l"))
        bytes.append(Self.methodCall)
        bytes.append(Self.noAutoStart)
        bytes.append(Self.version)
        number(0)
        number(serial)
        number(0)
        field(.path, type: UInt8(ascii: "o"))
        string(path)
        field(.interface, type: UInt8(ascii: "s"))
        string(interface.rawBytes)
        if destination.utf8CodeUnitCount > 0 {
            field(.destination, type: UInt8(ascii: "s"))
            string(destination.rawBytes)
        }
        if types.utf8CodeUnitCount > 0 {
            field(.signature, type: UInt8(ascii: "g"))
            signature(types)
        }
        field(.member, type: UInt8(ascii: "s"))
        string(member.rawBytes)
    }

    private mutating func endFields() {
        let fields = start + Self.fieldsLengthOffset + 4
        patch(UInt32(bytes.count - fields), at: start + Self.fieldsLengthOffset)
        align(8)
    }

    private mutating func field(_ field: Field, type: UInt8) {
        align(8)
        bytes.append(field.rawValue)
        bytes.append(1)
        bytes.append(type)
        bytes.append(0)
    }

    private mutating func signature(_ text: StaticString) {
        bytes.append(UInt8(text.utf8CodeUnitCount))
        bytes.append(contentsOf: text.rawBytes)
        bytes.append(0)
    }

    private mutating func string(_ text: UnsafeRawBufferPointer) {
        align(4)
        number(UInt32(text.count))
        bytes.append(contentsOf: text)
        bytes.append(0)
    }

    private mutating func number(_ value: UInt32) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func patch(_ value: UInt32, at offset: Int) {
        for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(index))) }
    }

    private mutating func align(_ byteCount: Int) {
        while (bytes.count - start) % byteCount != 0 { bytes.append(0) }
    }
}

extension StaticString {
    var rawBytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
