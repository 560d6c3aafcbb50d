/// One of the keys that a device authenticates its messages with.
package struct DeviceKey: Sendable, Equatable {
    /// What the device calls it: `key_id`.
    package let id: UInt8
    /// 16 to 64 bytes.
    package let bytes: [UInt8]

    package init(id: UInt8, bytes: [UInt8]) {
        self.id = id
        self.bytes = bytes
    }
}
