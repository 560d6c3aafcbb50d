extension JSONError.Reason {
    /// What should have stood there, for a message to people.
    package var expected: StaticString {
        switch self {
        case .unexpectedEnd: "more of the message"
        case .unexpectedByte: "another byte by JSON's grammar"
        case .trailingBytes: "nothing after the message"
        case .invalidNumber: "a digit as JSON's numbers have it"
        case .controlCharacter: "control characters to be escaped"
        case .invalidEscape: "one of JSON's escapes"
        case .invalidUTF8: "UTF-8"
        case .tooDeep: "fewer levels of nesting"
        case .tooLong: "a shorter message"
        }
    }

    /// Whether the text is JSON as far as it was read, and only more than is allowed.
    package var isLimit: Bool { self == .tooDeep || self == .tooLong }
}
