/// What both decoders fill: the message, and the caller's storage. Here are the rules that do not depend on encoding.
struct MessageBuilder {
    var message = ReceivedMessage()
    private let storage: MessageStorage
    private var seen: UInt32 = 0
    private var textCount = 0

    init(_ storage: MessageStorage) {
        self.storage = storage
    }

    // MARK: Fields

    /// Takes note of a field; a second one is an error.
    mutating func note(_ field: MessageField, at byteOffset: Int) throws(MalformedPayload) {
        try note(bit: field.rawValue, at: byteOffset)
    }

    /// The same for a scale of CBOR's readings, each of which has a key of its own.
    mutating func note(bit: UInt32, at byteOffset: Int) throws(MalformedPayload) {
        guard seen & 1 << bit == 0 else {
            throw MalformedPayload(.duplicateField, at: byteOffset, "each field once")
        }
        seen |= 1 << bit
    }

    mutating func take(_ number: UInt64, for field: MessageField, at byteOffset: Int) throws(MalformedPayload) {
        switch field {
        case .bootID: message.bootID = try number32(number, field, byteOffset)
        case .sequence: message.sequence = try number32(number, field, byteOffset)
        case .uptime:
            guard number <= ProtocolLimits.uptimeLimitMilliseconds else {
                throw MalformedPayload(.invalidValue, at: byteOffset, "at most a hundred years", in: field.name)
            }
            message.uptimeMilliseconds = number
        case .unixTime:
            guard number <= ProtocolLimits.unixLimitMilliseconds else {
                throw MalformedPayload(.invalidValue, at: byteOffset, "at most 2^53", in: field.name)
            }
            message.unixMilliseconds = number
        case .interval:
            let interval = try number32(number, field, byteOffset)
            guard interval > 0 else {
                throw MalformedPayload(.invalidValue, at: byteOffset, "a number above 0", in: field.name)
            }
            message.intervalMilliseconds = interval
        case .keyID:
            guard number <= 255 else {
                throw MalformedPayload(.invalidValue, at: byteOffset, "a number from 0 to 255", in: field.name)
            }
            message.keyID = UInt8(truncatingIfNeeded: number)
        default: preconditionFailure("this field is no number")
        }
    }

    /// Takes the text of a field into the storage and keeps where it is.
    mutating func take(_ text: TextRange, for field: MessageField, at byteOffset: Int) throws(MalformedPayload) {
        switch field {
        case .event:
            guard ProtocolLimits.isWord(bytes(text)) else {
                throw MalformedPayload(
                    .invalidValue, at: byteOffset, "lower-case letters, digits and _", in: field.name)
            }
            message.event = text
        case .firmware: message.firmware = text
        case .model: message.model = text
        default: preconditionFailure("this field is no text")
        }
    }

    private func number32(
        _ number: UInt64, _ field: MessageField, _ byteOffset: Int
    ) throws(MalformedPayload) -> UInt32 {
        guard number <= 0xffff_ffff else {
            throw MalformedPayload(.invalidValue, at: byteOffset, "a whole number of 32 bits", in: field.name)
        }
        return UInt32(truncatingIfNeeded: number)
    }

    // MARK: Texts

    /// Room for a text of at most `byteCount` bytes, to be `commit`ted once it is written.
    func room(_ byteCount: Int, at byteOffset: Int) throws(MalformedPayload) -> UnsafeMutableRawBufferPointer {
        guard storage.text.count - textCount >= byteCount else {
            throw MalformedPayload(.tooLarge, at: byteOffset, "less text than the storage holds")
        }
        return UnsafeMutableRawBufferPointer(rebasing: storage.text[textCount..<textCount + byteCount])
    }

    /// Keeps the first `byteCount` bytes of the room that was given.
    mutating func commit(_ byteCount: Int) -> TextRange {
        let range = TextRange(
            offset: UInt16(truncatingIfNeeded: textCount), byteCount: UInt16(truncatingIfNeeded: byteCount))
        textCount += byteCount
        return range
    }

    mutating func append(
        _ text: UnsafeRawBufferPointer, at byteOffset: Int
    ) throws(MalformedPayload) -> TextRange {
        let room = try room(text.count, at: byteOffset)
        for index in 0..<text.count { room[index] = text[index] }
        return commit(text.count)
    }

    mutating func append(_ text: StaticString, at byteOffset: Int) throws(MalformedPayload) -> TextRange {
        try append(
            UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), at: byteOffset)
    }

    /// The decimal digits of a channel that came as a number.
    mutating func append(digitsOf number: UInt64, at byteOffset: Int) throws(MalformedPayload) -> TextRange {
        var digitCount = 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            digitCount += 1
        }
        let room = try room(digitCount, at: byteOffset)
        rest = number
        for index in 1...digitCount {
            room[digitCount - index] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        return commit(digitCount)
    }

    func bytes(_ text: TextRange) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: storage.text[text.range])
    }

    // MARK: Lists

    mutating func add(_ reading: ReceivedReading, at byteOffset: Int) throws(MalformedPayload) {
        guard message.readingCount + message.refusedReadingCount < ProtocolLimits.readingLimit,
            message.readingCount < storage.readings.count
        else { throw tooManyReadings(byteOffset) }
        storage.readings.initializeElement(at: message.readingCount, to: reading)
        message.readingCount += 1
    }

    /// Counts a reading of a quantity that is not known.
    mutating func refuseReading(at byteOffset: Int) throws(MalformedPayload) {
        guard message.readingCount + message.refusedReadingCount < ProtocolLimits.readingLimit else {
            throw tooManyReadings(byteOffset)
        }
        message.refusedReadingCount += 1
    }

    private func tooManyReadings(_ byteOffset: Int) -> MalformedPayload {
        MalformedPayload(.invalidValue, at: byteOffset, "at most 64 readings", in: "readings")
    }

    mutating func add(_ quantity: DeclaredQuantity, at byteOffset: Int) throws(MalformedPayload) {
        guard message.quantityCount < storage.quantities.count else {
            throw MalformedPayload(.invalidValue, at: byteOffset, "at most 64 quantities", in: "quantities")
        }
        storage.quantities.initializeElement(at: message.quantityCount, to: quantity)
        message.quantityCount += 1
    }

    /// A declaration whose parameters will be the next ones.
    func newWear() -> WearDeclaration {
        var wear = WearDeclaration()
        wear.firstParameter = UInt8(truncatingIfNeeded: message.parameterCount)
        return wear
    }

    /// Checks that another part may be declared.
    func checkWearCount(at byteOffset: Int) throws(MalformedPayload) {
        guard message.wearCount < storage.wear.count else {
            throw MalformedPayload(.invalidValue, at: byteOffset, "at most 8 parts", in: "wear")
        }
    }

    mutating func add(_ wear: WearDeclaration, at byteOffset: Int) throws(MalformedPayload) {
        try checkWearCount(at: byteOffset)
        guard !wear.component.isEmpty else {
            throw MalformedPayload(.missingField, at: byteOffset, "a part's name", in: "component")
        }
        guard !wear.model.isEmpty else {
            throw MalformedPayload(.missingField, at: byteOffset, "a wear model", in: "model")
        }
        guard ProtocolLimits.isComponent(bytes(wear.component)) else {
            throw MalformedPayload(.invalidValue, at: byteOffset, "letters, digits and _ - . :", in: "component")
        }
        guard ProtocolLimits.isWord(bytes(wear.model)) else {
            throw MalformedPayload(.invalidValue, at: byteOffset, "lower-case letters, digits and _", in: "model")
        }
        guard wear.quantity.isEmpty || ProtocolLimits.isQuantity(bytes(wear.quantity)) else {
            throw MalformedPayload(.invalidValue, at: byteOffset, "lower-case letters, digits and _", in: "quantity")
        }
        storage.wear.initializeElement(at: message.wearCount, to: wear)
        message.wearCount += 1
    }

    mutating func add(
        parameter name: TextRange, _ value: Double, to wear: inout WearDeclaration, at byteOffset: Int
    ) throws(MalformedPayload) {
        guard ProtocolLimits.isWord(bytes(name)) else {
            throw MalformedPayload(.invalidValue, at: byteOffset, "parameters named in lower case", in: "wear")
        }
        guard value.isFinite else {
            throw MalformedPayload(.invalidValue, at: byteOffset, "a number that fits a double", in: "wear")
        }
        guard Int(truncatingIfNeeded: wear.parameterCount) < ProtocolLimits.parameterLimit,
            message.parameterCount < storage.parameters.count
        else { throw MalformedPayload(.invalidValue, at: byteOffset, "at most 16 parameters", in: "wear") }
        let first = Int(truncatingIfNeeded: wear.firstParameter)
        for index in first..<message.parameterCount where equal(storage.parameters[index].name, name) {
            throw MalformedPayload(.duplicateField, at: byteOffset, "each parameter once", in: "wear")
        }
        storage.parameters.initializeElement(
            at: message.parameterCount, to: WearParameter(name: name, value: value))
        message.parameterCount += 1
        wear.parameterCount += 1
    }

    private func equal(_ left: TextRange, _ right: TextRange) -> Bool {
        guard left.byteCount == right.byteCount else { return false }
        let one = bytes(left)
        let other = bytes(right)
        for index in 0..<one.count where one[index] != other[index] { return false }
        return true
    }

    // MARK: The end

    /// Checks that a message of `kind` has what it must have.
    func check(_ kind: MessageKind, at byteOffset: Int) throws(MalformedPayload) {
        try need(.bootID, unless: kind == .state, byteOffset)
        switch kind {
        case .telemetry, .event:
            try need(.sequence, byteOffset)
            try need(.uptime, byteOffset)
            guard seen >> MessageField.readings.rawValue != 0 else { throw missing(.readings, byteOffset) }
            try need(.event, unless: kind == .telemetry, byteOffset)
        case .birth: try need(.uptime, byteOffset)
        case .state: try need(.state, byteOffset)
        }
    }

    private func need(
        _ field: MessageField, unless isOptional: Bool = false, _ byteOffset: Int
    ) throws(MalformedPayload) {
        guard isOptional || seen & 1 << field.rawValue != 0 else { throw missing(field, byteOffset) }
    }

    private func missing(_ field: MessageField, _ byteOffset: Int) -> MalformedPayload {
        MalformedPayload(.missingField, at: byteOffset, "the field", in: field.name)
    }
}
