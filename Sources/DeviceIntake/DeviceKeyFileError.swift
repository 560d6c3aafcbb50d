/// What is wrong with a file of device keys, and in which line.
package enum DeviceKeyFileError: Error, Equatable, CustomStringConvertible {
    case parts(line: Int)
    case deviceID(line: Int)
    case keyID(line: Int)
    case key(line: Int)
    case repeated(line: Int, deviceID: String, keyID: UInt8)

    /// Says what a line must have; never what the key is.
    package var description: String {
        switch self {
        case .parts(let line): "line \(line): expected three parts, \"device_id key_id key\""
        case .deviceID(let line):
            "line \(line): expected a device id of 1 to 64 letters, digits and _ - . : in the first part"
        case .keyID(let line): "line \(line): expected a key id from 0 to 255 in the second part"
        case .key(let line):
            "line \(line): expected a key of 32 to 128 hexadecimal digits (`openssl rand -hex 32` makes one) "
                + "in the third part"
        case .repeated(let line, let deviceID, let keyID):
            "line \(line): key \(keyID) of \(deviceID) is there already; give the new one another id"
        }
    }
}
