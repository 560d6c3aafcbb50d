internal import JSONText

/// Fields other than readings. `null` is as if the field were not there.
extension MappedDecoder {
    /// RFC 8428, section 4.5.3: what is below is no time since 1970 but one since something else.
    private static let relativeLimitMilliseconds = 268_435_456_000.0
    private static let unixLimitMilliseconds = 9_007_199_254_740_992.0

    mutating func takeTime(_ scalar: Scalar, into message: inout DecodedMessage) throws(MalformedMessage) {
        guard let time = compiled.mapping.time else { return }
        if case .null = scalar { return }
        message.isNamed = true
        switch time.format {
        case .rfc3339, .rfc3339OrUTC:
            let parsed = withText(scalar) { text in
                InternetTime.unixMilliseconds(text, isUTCWithoutOffset: time.format == .rfc3339OrUTC)
            }
            guard let parsed else { throw malformed(.invalidValue, "a time such as 2026-11-20T12:00:00Z") }
            message.unixMilliseconds = parsed
            message.isSynchronised = time.isSynchronised
        case .unixSeconds, .unixMilliseconds, .senml:
            guard let number = number(scalar) else { throw malformed(.wrongType, "a number for the time") }
            let value = number.double * (time.format == .unixMilliseconds ? 1 : 1000)
            guard value.magnitude < MappedDecoder.unixLimitMilliseconds else {
                throw malformed(.invalidValue, "a time that could be")
            }
            takeUnix(value.rounded(), time, into: &message)
        }
    }

    private func takeUnix(_ milliseconds: Double, _ time: DeviceMapping.Time, into message: inout DecodedMessage) {
        if milliseconds >= MappedDecoder.relativeLimitMilliseconds {
            message.unixMilliseconds = UInt64(milliseconds)
            message.isSynchronised = time.isSynchronised
        } else if time.format == .senml {
            message.relativeMilliseconds = Int64(milliseconds)
        } else if milliseconds >= 0, compiled.mapping.uptime == nil {
            // A clock that was never set counts from the start of the device.
            message.uptimeMilliseconds = UInt64(milliseconds)
        }
    }

    mutating func takeUptime(_ scalar: Scalar, into message: inout DecodedMessage) throws(MalformedMessage) {
        guard let uptime = compiled.mapping.uptime else { return }
        guard let value = try span(scalar, uptime) else { return }
        guard value <= Double(NativeDecoder.uptimeLimitMilliseconds) else {
            throw malformed(.invalidValue, "an uptime of at most a hundred years")
        }
        message.isNamed = true
        message.uptimeMilliseconds = UInt64(value)
    }

    mutating func takeInterval(_ scalar: Scalar, into message: inout DecodedMessage) throws(MalformedMessage) {
        guard let interval = compiled.mapping.interval else { return }
        guard let value = try span(scalar, interval) else { return }
        guard value >= 1, value <= Double(UInt32.max) else {
            throw malformed(.invalidValue, "an interval of 1 ms to 49 days")
        }
        message.intervalMilliseconds = UInt32(value)
    }

    /// A number of milliseconds that is not negative.
    private func span(_ scalar: Scalar, _ span: DeviceMapping.Span) throws(MalformedMessage) -> Double? {
        if case .null = scalar { return nil }
        guard let number = number(scalar) else { throw malformed(.wrongType, "a number at \(span.path.text)") }
        let value = number.double * span.millisecondsPerUnit
        guard value >= 0 else { throw malformed(.invalidValue, "a number of at least 0 at \(span.path.text)") }
        return value
    }

    /// A number of 32 bits, or a text, of which a hash is taken.
    mutating func takeBootID(_ scalar: Scalar, into message: inout DecodedMessage) throws(MalformedMessage) {
        switch scalar {
        case .null: return
        case .number(let number):
            guard let value = number.unsigned, let id = UInt32(exactly: value) else {
                throw malformed(.invalidValue, "a whole number of 32 bits for the boot")
            }
            message.bootID = id
        default: message.bootID = withText(scalar) { text in ContentHash.fnv32(text) }
        }
    }

    mutating func takeSequence(_ scalar: Scalar, into message: inout DecodedMessage) throws(MalformedMessage) {
        if case .null = scalar { return }
        guard let value = number(scalar)?.number.unsigned else {
            throw malformed(.invalidValue, "a whole number for the sequence")
        }
        message.isNamed = true
        guard compiled.mapping.bootID != nil else { return }
        guard let sequence = UInt32(exactly: value) else {
            throw malformed(.invalidValue, "a sequence number of 32 bits")
        }
        message.sequence = sequence
    }

    mutating func takeStatus(_ scalar: Scalar, into message: inout DecodedMessage) {
        if isWord(scalar, among: compiled.offlineWords) {
            message.isOffline = true
        } else if compiled.onlineWords.isEmpty || isWord(scalar, among: compiled.onlineWords) {
            message.isOffline = false
        }
    }

    mutating func takeDeviceID(_ scalar: Scalar, into message: inout DecodedMessage) {
        withText(scalar) { text in setID(text, of: &message) }
    }
}
