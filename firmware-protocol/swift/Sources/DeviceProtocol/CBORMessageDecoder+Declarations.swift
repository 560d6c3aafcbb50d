extension CBORMessageDecoder {
    mutating func decodeQuantities(into builder: inout MessageBuilder) throws(MalformedPayload) {
        let head = try reader.head()
        guard head.major == 4 else { throw wrongType(head, "an array", in: "quantities") }
        var declarations = try reader.container(head)
        while try reader.next(&declarations) {
            let inner = try reader.head()
            guard inner.major == 4 else { throw wrongType(inner, "arrays", in: "quantities") }
            try decodeQuantity(inner, into: &builder)
        }
    }

    private mutating func decodeQuantity(
        _ head: CBORHead, into builder: inout MessageBuilder
    ) throws(MalformedPayload) {
        var parts = try reader.container(head)
        guard try reader.next(&parts) else {
            throw MalformedPayload(.missingField, at: byteOffset, "a quantity", in: "quantities")
        }
        var quantity = try quantity(into: &builder)
        var channel = TextRange.none
        if try reader.next(&parts) { channel = try self.channel(into: &builder) }
        while try reader.next(&parts) { try reader.skip(depth: 3) }
        guard quantity.isKnown else { return }
        try name(&quantity, into: &builder)
        try builder.add(
            DeclaredQuantity(quantity: quantity.name, channel: channel, unit: quantity.unit), at: byteOffset)
    }

    mutating func decodeWear(into builder: inout MessageBuilder) throws(MalformedPayload) {
        let head = try reader.head()
        guard head.major == 4 else { throw wrongType(head, "an array", in: "wear") }
        var declarations = try reader.container(head)
        while try reader.next(&declarations) {
            try builder.checkWearCount(at: byteOffset)
            let inner = try reader.head()
            guard inner.major == 5 else { throw wrongType(inner, "maps", in: "wear") }
            try decodePart(inner, into: &builder)
        }
    }

    private mutating func decodePart(
        _ head: CBORHead, into builder: inout MessageBuilder
    ) throws(MalformedPayload) {
        var wear = builder.newWear()
        var seen: UInt8 = 0
        var members = try reader.container(head)
        while try reader.next(&members) {
            let key = try reader.head()
            if key.major == 3 {
                try decodeParameter(key, of: &wear, into: &builder)
                continue
            }
            guard key.major == 0, key.argument >= 1, key.argument <= 4 else {
                try reader.skip(key, depth: 3)
                try reader.skip(depth: 3)
                continue
            }
            let bit = UInt8(1) << UInt8(truncatingIfNeeded: key.argument)
            guard seen & bit == 0 else {
                throw MalformedPayload(.duplicateField, at: key.byteOffset, "each field once", in: "wear")
            }
            seen |= bit
            switch key.argument {
            case 1: wear.component = try text("component", ProtocolLimits.wordByteLimit, into: &builder)
            case 2: wear.model = try text("model", ProtocolLimits.wordByteLimit, into: &builder)
            case 3:
                var quantity = try quantity(into: &builder)
                try name(&quantity, into: &builder)
                wear.quantity = quantity.name
            default: wear.channel = try channel(into: &builder)
            }
        }
        try builder.add(wear, at: byteOffset)
    }

    /// A member with a name: a parameter where its value is a number, else nothing of ours.
    private mutating func decodeParameter(
        _ key: CBORHead, of wear: inout WearDeclaration, into builder: inout MessageBuilder
    ) throws(MalformedPayload) {
        let name = try reader.string(key)
        let head = try reader.head()
        let value: Double
        switch head.major {
        case 0: value = BinaryNumbers.double(head.argument)
        case 1: value = -1 - BinaryNumbers.double(head.argument)
        case 7 where head.isFloat: value = float(head)
        default: return try reader.skip(head, depth: 3)
        }
        guard name.count <= ProtocolLimits.wordByteLimit else { throw invalid("a shorter name", in: "wear") }
        try builder.add(parameter: try builder.append(name, at: byteOffset), value, to: &wear, at: byteOffset)
    }
}
