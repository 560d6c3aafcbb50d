/// The keys of devices that authenticate their messages, by device id.
package struct DeviceKeys: Sendable, Equatable {
    private(set) var byDevice: [String: [DeviceKey]] = [:]

    /// No device has a key.
    package init() {}

    package var deviceCount: Int { byDevice.count }

    /// The keys of a device; nil where it has none.
    package subscript(deviceID: String) -> [DeviceKey]? { byDevice.isEmpty ? nil : byDevice[deviceID] }

    mutating func add(_ key: DeviceKey, for deviceID: String) { byDevice[deviceID, default: []].append(key) }

    /// Whether the device has a key with this id already.
    func holds(_ id: UInt8, for deviceID: String) -> Bool {
        byDevice[deviceID]?.contains { $0.id == id } ?? false
    }
}
