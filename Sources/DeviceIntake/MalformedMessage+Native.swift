internal import DeviceProtocol

extension MalformedMessage {
    init(_ payload: MalformedPayload) {
        let place = payload.field.utf8CodeUnitCount == 0 ? "" : " in \"\(payload.field)\""
        self.init(
            MalformedReason(payload.fault), at: payload.byteOffset, expected: "\(payload.expected)\(place)")
    }
}
