internal import DeviceProtocol

/// Why a message could not be taken; raw values are the label values of `device_messages_malformed_total{reason}`.
package enum MalformedReason: String, Sendable, CaseIterable {
    /// Not JSON by RFC 8259, bad UTF-8 included.
    case invalidJSON = "invalid_json"
    /// Longer than `payloadByteLimit`, or nested too deep.
    case tooLarge = "too_large"
    /// A field that the message needs is absent.
    case missingField = "missing_field"
    /// A field is of the wrong type.
    case wrongType = "wrong_type"
    /// A field's value is out of its range or breaks the rules for names.
    case invalidValue = "invalid_value"
    /// A known field appears twice.
    case duplicateField = "duplicate_field"
    /// A MODAX or mapped message holds no reading that is known; it would only make a device look alive.
    case noReadings = "no_readings"
    /// The device id of a payload breaks the rules.
    case invalidDeviceID = "invalid_device_id"
    /// The device id is known already by another profile.
    case wrongProfile = "wrong_profile"
    /// Not a protobuf message.
    case invalidProtobuf = "invalid_protobuf"
    /// Not CBOR by RFC 8949, bad UTF-8 in a text that is known included.
    case invalidCBOR = "invalid_cbor"
    /// A device that has a key, and no right MAC; or a boot older than one it has shown already.
    case unauthenticated = "unauthenticated"
}

extension MalformedReason {
    init(_ fault: PayloadFault) {
        self =
            switch fault {
            case .invalidJSON: .invalidJSON
            case .invalidCBOR: .invalidCBOR
            case .tooLarge: .tooLarge
            case .missingField: .missingField
            case .wrongType: .wrongType
            case .invalidValue: .invalidValue
            case .duplicateField: .duplicateField
            }
    }
}
