/// The messages taken since the last drain, by what knows them again.
///
/// Its bytes are stored in the record of the messages' own samples, so that both survive or neither. Layout, all
/// little-endian: version 1; then for each message the device's id and profile, and the fields of `MessageIdentity`
/// and `Arrival`.
struct IntakeJournal {
    static let version: UInt8 = 1

    private struct Entry {
        let device: Int
        let identity: MessageIdentity
        let arrival: Arrival
    }

    private var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }

    mutating func note(device: Int, _ identity: MessageIdentity, _ arrival: Arrival) {
        entries.append(Entry(device: device, identity: identity, arrival: arrival))
    }

    /// The journal's bytes; it is empty afterwards.
    mutating func drain(_ devices: [DeviceRecord]) -> [UInt8] {
        guard !entries.isEmpty else { return [] }
        var writer = StateWriter()
        writer.byte(IntakeJournal.version)
        for entry in entries {
            writer.text(devices[entry.device].id)
            writer.byte(devices[entry.device].profile.rawValue)
            writer.identity(entry.identity)
            writer.arrival(entry.arrival)
        }
        entries.removeAll(keepingCapacity: true)
        return writer.bytes
    }

    /// One message of a journal that is read back.
    struct Message {
        let deviceID: String
        let profile: DeviceProfile
        let identity: MessageIdentity
        let arrival: Arrival
    }

    static func messages(_ bytes: [UInt8]) throws(StateError) -> [Message] {
        guard !bytes.isEmpty else { return [] }
        var reader = StateReader(bytes)
        let version = try reader.byte()
        guard version == IntakeJournal.version else { throw .unknownVersion(version) }
        var messages: [Message] = []
        while !reader.isAtEnd {
            let id = try reader.text()
            guard let profile = DeviceProfile(rawValue: try reader.byte()) else { throw reader.damaged }
            messages.append(
                Message(
                    deviceID: id, profile: profile, identity: try reader.identity(), arrival: try reader.arrival()))
        }
        return messages
    }
}

extension StateWriter {
    mutating func identity(_ identity: MessageIdentity) {
        byte(identity.stream)
        optional(identity.boot) { writer, boot in
            writer.fixed(boot.bootID)
            writer.fixed(boot.sequence)
        }
        fixed(identity.uptimeMilliseconds)
        fixed(identity.hash)
        optional(identity.declaredLagMilliseconds) { $0.fixed($1) }
    }

    mutating func arrival(_ arrival: Arrival) {
        fixed(arrival.bootNanoseconds)
        fixed(arrival.unixMilliseconds)
        flag(arrival.isSynchronised)
    }
}

extension StateReader {
    mutating func identity() throws(StateError) -> MessageIdentity {
        let stream = try byte()
        guard stream < 4 else { throw damaged }
        let boot = try optional { (reader) throws(StateError) in
            MessageIdentity.Boot(bootID: try reader.fixed(), sequence: try reader.fixed())
        }
        // A MODAX message has one of two streams, and windows are found by it.
        guard boot != nil || stream < 2 else { throw damaged }
        return MessageIdentity(
            stream: stream, boot: boot, uptimeMilliseconds: try fixed(), hash: try fixed(),
            declaredLagMilliseconds: try optional { (reader) throws(StateError) in try reader.fixed() })
    }

    mutating func arrival() throws(StateError) -> Arrival {
        Arrival(bootNanoseconds: try fixed(), unixMilliseconds: try fixed(), isSynchronised: try flag())
    }
}
