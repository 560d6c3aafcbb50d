internal import DeviceProtocol
internal import MetricModel

extension StateReader {
    /// A text that may be a device's id.
    mutating func deviceID() throws(StateError) -> String {
        let id = try text()
        guard Array(id.utf8).withUnsafeBytes(ProtocolLimits.isDeviceID) else { throw damaged }
        return id
    }
}
