/// The fields of a message; raw values are their keys in CBOR, with all scales of readings as one.
enum MessageField: UInt32 {
    case bootID = 1
    case sequence = 2
    case uptime = 3
    case unixTime = 4
    case synchronised = 5
    case interval = 6
    case event = 7
    case state = 8
    case firmware = 9
    case model = 10
    case resetReason = 11
    case quantities = 12
    case wear = 13
    case keyID = 14
    case mac = 15
    case readings = 16

    /// The name in JSON, and in errors.
    var name: StaticString {
        switch self {
        case .bootID: "boot_id"
        case .sequence: "seq"
        case .uptime: "uptime_ms"
        case .unixTime: "unix_ms"
        case .synchronised: "synchronised"
        case .interval: "interval_ms"
        case .event: "event"
        case .state: "state"
        case .firmware: "firmware"
        case .model: "model"
        case .resetReason: "reset_reason"
        case .quantities: "quantities"
        case .wear: "wear"
        case .keyID: "key_id"
        case .mac: "mac"
        case .readings: "readings"
        }
    }
}
