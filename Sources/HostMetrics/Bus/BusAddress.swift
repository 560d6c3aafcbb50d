internal import LinuxSystem

/// Where a bus listens, as `DBUS_SYSTEM_BUS_ADDRESS` says it: `unix:path=/run/dbus/system_bus_socket;unix:abstract=x`.
enum BusAddress {
    static let system = "unix:path=/run/dbus/system_bus_socket"
    /// systemd's own socket, where only root is served and no bus is needed.
    static let privateSystemd = "unix:path=/run/systemd/private"

    /// The Unix sockets of a list of addresses, in its order; other transports are left out. No place at all is an error.
    static func places(_ text: String) throws(BusError) -> [UnixSocket.Place] {
        var places: [UnixSocket.Place] = []
        for address in text.utf8.split(separator: UInt8(ascii: ";")).prefix(BusLimits.addressCount) {
            guard let place = place(address) else { continue }
            places.append(place)
        }
        guard !places.isEmpty else { throw .address(String(text.prefix(200))) }
        return places
    }

    private static func place(_ address: Substring.UTF8View) -> UnixSocket.Place? {
        let transport = address.prefix { $0 != UInt8(ascii: ":") }
        guard transport.elementsEqual("unix".utf8), transport.endIndex < address.endIndex else { return nil }
        for pair in address[address.index(after: transport.endIndex)...].split(separator: UInt8(ascii: ",")) {
            let key = pair.prefix { $0 != UInt8(ascii: "=") }
            guard key.endIndex < pair.endIndex, let value = unescape(pair[pair.index(after: key.endIndex)...]),
                !value.isEmpty
            else { continue }
            if key.elementsEqual("path".utf8) { return .path(value) }
            if key.elementsEqual("abstract".utf8) { return .abstract(value) }
        }
        return nil
    }

    /// `%2c` stands for a byte that has a meaning in addresses.
    private static func unescape(_ value: Substring.UTF8View) -> String? {
        var bytes: [UInt8] = []
        var rest = value
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(ByteCursor.hexadecimalDigit),
                let low = rest.popFirst().flatMap(ByteCursor.hexadecimalDigit)
            else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        // A zero byte ends a path, so what comes after it would be another file than the one that is meant.
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
