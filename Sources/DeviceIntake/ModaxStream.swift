internal import DeviceProtocol

/// The two topics of the MODAX firmware.
enum ModaxStream: UInt8 {
    case data = 0
    case safety = 1

    var topic: StaticString {
        switch self {
        case .data: ModaxEncoder.dataTopic
        case .safety: ModaxEncoder.safetyTopic
        }
    }
}
