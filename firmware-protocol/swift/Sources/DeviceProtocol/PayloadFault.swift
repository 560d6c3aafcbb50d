/// Why a payload is no message of this protocol.
public enum PayloadFault: UInt8, Sendable {
    /// Not JSON by RFC 8259, bad UTF-8 included.
    case invalidJSON
    /// Not CBOR by RFC 8949, bad UTF-8 in a known text included.
    case invalidCBOR
    /// Longer than the limit, nested too deep, or more text than the storage holds.
    case tooLarge
    /// A field that the message needs is absent.
    case missingField
    /// A field is of the wrong type.
    case wrongType
    /// A field's value is out of its range or breaks the rules for names.
    case invalidValue
    /// A known field appears twice.
    case duplicateField

    /// The word of the vectors and of a gateway's counters.
    public var name: StaticString {
        switch self {
        case .invalidJSON: "invalid_json"
        case .invalidCBOR: "invalid_cbor"
        case .tooLarge: "too_large"
        case .missingField: "missing_field"
        case .wrongType: "wrong_type"
        case .invalidValue: "invalid_value"
        case .duplicateField: "duplicate_field"
        }
    }
}
