internal import ArgumentParser
internal import DeviceProtocol

/// How simulated native devices write their messages.
enum SimulatedEncoding: String, ExpressibleByArgument, CaseIterable {
    case json
    case cbor

    var encoding: MessageEncoding { self == .json ? .json : .cbor }
}
