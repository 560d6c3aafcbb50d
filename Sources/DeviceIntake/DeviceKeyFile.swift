internal import DeviceProtocol

/// The file of device keys: a line a key, `device_id key_id key`, the key in hexadecimal, separated by spaces or tabs.
/// Empty lines and those that begin with `#` mean nothing.
package enum DeviceKeyFile {
    /// The keys of `bytes`. What is wrong is told with its line; no error shows any of a key.
    package static func parse(_ bytes: [UInt8]) throws(DeviceKeyFileError) -> DeviceKeys {
        var keys = DeviceKeys()
        var number = 0
        for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: false) {
            number += 1
            let parts = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
            guard let first = parts.first, first.first != 0x23 else { continue }
            guard parts.count == 3 else { throw .parts(line: number) }
            guard Array(first).withUnsafeBytes(ProtocolLimits.isDeviceID) else { throw .deviceID(line: number) }
            let id = String(decoding: first, as: UTF8.self)
            guard let keyID = UInt8(String(decoding: parts[1], as: UTF8.self)) else { throw .keyID(line: number) }
            guard let key = key(parts[2]) else { throw .key(line: number) }
            guard !keys.holds(keyID, for: id) else { throw .repeated(line: number, deviceID: id, keyID: keyID) }
            keys.add(DeviceKey(id: keyID, bytes: key), for: id)
        }
        return keys
    }

    private static func key(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count % 2 == 0 else { return nil }
        let byteCount = text.count / 2
        guard byteCount >= ProtocolLimits.keyByteMinimum, byteCount <= ProtocolLimits.keyByteLimit else { return nil }
        var key: [UInt8] = []
        var high: UInt8?
        for byte in text {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            if let first = high {
                key.append(first << 4 | UInt8(digit))
                high = nil
            } else {
                high = UInt8(digit)
            }
        }
        return key
    }
}
