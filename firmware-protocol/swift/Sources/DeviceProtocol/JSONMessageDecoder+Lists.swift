internal import JSONText

extension JSONMessageDecoder {
    /// Begins an array of objects, which `nextObject` goes through.
    private mutating func beginArray(_ field: StaticString) throws(MalformedPayload) {
        guard case .beginArray = try next() else { throw wrongType("an array", in: field) }
    }

    /// Whether the array of objects goes on.
    private mutating func nextObject(_ field: StaticString) throws(MalformedPayload) -> Bool {
        switch try next() {
        case .endArray: return false
        case .beginObject: return true
        default: throw wrongType("objects", in: field)
        }
    }

    mutating func decodeReadings(into builder: inout MessageBuilder) throws(MalformedPayload) {
        try beginArray("readings")
        while try nextObject("readings") { try decodeReading(into: &builder) }
    }

    private mutating func decodeReading(into builder: inout MessageBuilder) throws(MalformedPayload) {
        var names = NamedQuantity()
        var value: Double?
        var hasValue = false
        while let key = try nextKey() {
            if try decodeName(key, of: &names, into: &builder) { continue }
            guard matches(key, "value") else {
                try skip()
                continue
            }
            guard !hasValue else { throw twice() }
            hasValue = true
            value = try self.value()
        }
        try check(names, builder)
        guard hasValue else { throw missing("value") }
        try builder.add(
            ReceivedReading(quantity: names.quantity, channel: names.channel, unit: names.unit, value: value),
            at: byteOffset)
    }

    mutating func decodeQuantities(into builder: inout MessageBuilder) throws(MalformedPayload) {
        try beginArray("quantities")
        while try nextObject("quantities") {
            var names = NamedQuantity()
            while let key = try nextKey() {
                if try !decodeName(key, of: &names, into: &builder) { try skip() }
            }
            try check(names, builder)
            try builder.add(
                DeclaredQuantity(quantity: names.quantity, channel: names.channel, unit: names.unit), at: byteOffset)
        }
    }

    mutating func decodeWear(into builder: inout MessageBuilder) throws(MalformedPayload) {
        try beginArray("wear")
        while try nextObject("wear") {
            try builder.checkWearCount(at: byteOffset)
            try decodePart(into: &builder)
        }
    }

    private mutating func decodePart(into builder: inout MessageBuilder) throws(MalformedPayload) {
        var wear = builder.newWear()
        var names = NamedQuantity()
        var hasComponent = false
        var hasModel = false
        while let key = try nextKey() {
            if matches(key, "component") {
                guard !hasComponent else { throw twice() }
                hasComponent = true
                wear.component = try text("component", ProtocolLimits.wordByteLimit, into: &builder)
            } else if matches(key, "model") {
                guard !hasModel else { throw twice() }
                hasModel = true
                wear.model = try text("model", ProtocolLimits.wordByteLimit, into: &builder)
            } else if matches(key, "unit") {
                try decodeParameter(key, of: &wear, into: &builder)
            } else if try !decodeName(key, of: &names, into: &builder) {
                try decodeParameter(key, of: &wear, into: &builder)
            }
        }
        wear.quantity = names.quantity
        wear.channel = names.channel
        try builder.add(wear, at: byteOffset)
    }

    /// A member that is a parameter where its value is a number, else nothing of ours.
    private mutating func decodeParameter(
        _ key: JSONString, of wear: inout WearDeclaration, into builder: inout MessageBuilder
    ) throws(MalformedPayload) {
        switch try next() {
        case .number(let number):
            let name = try text(key, "wear", ProtocolLimits.wordByteLimit, into: &builder)
            try builder.add(parameter: name, reader.double(number), to: &wear, at: byteOffset)
        case .beginObject, .beginArray: try skipRest()
        default: break
        }
    }

    /// Takes a member that names a quantity; whether it is one.
    private mutating func decodeName(
        _ key: JSONString, of names: inout NamedQuantity, into builder: inout MessageBuilder
    ) throws(MalformedPayload) -> Bool {
        if matches(key, "quantity") {
            guard !names.hasQuantity else { throw twice() }
            names.hasQuantity = true
            names.quantity = try text("quantity", ProtocolLimits.quantityByteLimit, into: &builder)
        } else if matches(key, "channel") {
            guard !names.hasChannel else { throw twice() }
            names.hasChannel = true
            names.channel = try text("channel", ProtocolLimits.channelByteLimit, into: &builder)
        } else if matches(key, "unit") {
            guard !names.hasUnit else { throw twice() }
            names.hasUnit = true
            names.unit = try text("unit", ProtocolLimits.unitByteLimit, into: &builder)
        } else {
            return false
        }
        return true
    }

    private func check(_ names: NamedQuantity, _ builder: MessageBuilder) throws(MalformedPayload) {
        guard names.hasQuantity else { throw missing("quantity") }
        guard ProtocolLimits.isQuantity(builder.bytes(names.quantity)) else {
            throw invalid("lower-case letters, digits and _", in: "quantity")
        }
    }

    /// A number, a flag as 1 or 0; nil for null.
    private mutating func value() throws(MalformedPayload) -> Double? {
        switch try next() {
        case .number(let number):
            let value = reader.double(number)
            guard value.isFinite else { throw invalid("a number that fits a double", in: "value") }
            return value
        case .bool(let flag): return flag ? 1 : 0
        case .null: return nil
        default: throw wrongType("a number, true, false or null", in: "value")
        }
    }

    private func twice() -> MalformedPayload {
        MalformedPayload(.duplicateField, at: byteOffset, "each field once")
    }

    private func missing(_ field: StaticString) -> MalformedPayload {
        MalformedPayload(.missingField, at: byteOffset, "the field", in: field)
    }
}
