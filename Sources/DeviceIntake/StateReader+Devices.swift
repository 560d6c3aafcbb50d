internal import DeviceProtocol
internal import MetricModel

extension StateReader {
    /// A text that may be a device's id.
    mutating func deviceID() throws(StateError) -> String {
        let id = try text()
        guard Array(id.utf8).withUnsafeBytes(ProtocolLimits.isDeviceID) else { throw damaged }
        return id
    }

    /// Malformed messages by reason: a record of version 2 has the nine that there were, without their number.
    mutating func malformedCounters() throws(StateError) -> [UInt64] {
        guard version == 2 else { return try counters(MalformedReason.allCases.count) }
        var counters = [UInt64](repeating: 0, count: MalformedReason.allCases.count)
        for index in 0..<9 { counters[index] = try counter() }
        return counters
    }
}
