extension CBORMessageDecoder {
    /// The readings under one key: a map of quantities to values.
    mutating func decodeReadings(
        decimals: UInt32, into builder: inout MessageBuilder
    ) throws(MalformedPayload) {
        let head = try reader.head()
        guard head.major == 5 else { throw wrongType(head, "a map", in: "readings") }
        var quantities = try reader.container(head)
        while try reader.next(&quantities) {
            var quantity = try quantity(into: &builder)
            try decodeValues(of: &quantity, decimals, into: &builder)
        }
    }

    /// The key of a reading, or what a declaration names.
    mutating func quantity(into builder: inout MessageBuilder) throws(MalformedPayload) -> CBORQuantity {
        let head = try reader.head()
        var quantity = CBORQuantity()
        switch head.major {
        case 0:
            quantity.pending = QuantityCode(head.argument)
            quantity.isKnown = quantity.pending != nil
            quantity.hasAxes = quantity.pending?.hasAxes ?? false
        case 3:
            let limit = ProtocolLimits.quantityByteLimit + 1 + ProtocolLimits.unitByteLimit
            let text = try checkedText(head, "quantity", limit)
            var end = 0
            while end < text.count, text[end] != 0x3a { end += 1 }
            let name = UnsafeRawBufferPointer(rebasing: text[..<end])
            let unit = UnsafeRawBufferPointer(rebasing: text[min(end + 1, text.count)...])
            guard ProtocolLimits.isQuantity(name) else {
                throw invalid("lower-case letters, digits and _", in: "quantity")
            }
            guard unit.count <= ProtocolLimits.unitByteLimit else { throw invalid("a shorter text", in: "unit") }
            quantity.name = try builder.append(name, at: byteOffset)
            quantity.unit = try builder.append(unit, at: byteOffset)
            quantity.hasAxes = QuantityCode.hasAxes(name)
        default: throw wrongType(head, "a code or a name", in: "quantity")
        }
        return quantity
    }

    /// Takes the name and the unit of a code into the storage, if that has not been done.
    mutating func name(
        _ quantity: inout CBORQuantity, into builder: inout MessageBuilder
    ) throws(MalformedPayload) {
        guard let code = quantity.pending else { return }
        quantity.name = try builder.append(code.name, at: byteOffset)
        quantity.unit = try builder.append(code.unit, at: byteOffset)
        quantity.pending = nil
    }

    private mutating func decodeValues(
        of quantity: inout CBORQuantity, _ decimals: UInt32, into builder: inout MessageBuilder
    ) throws(MalformedPayload) {
        let head = try reader.head()
        switch head.major {
        case 4:
            var places = try reader.container(head)
            var place = 0
            while try reader.next(&places) {
                let channel = try placeName(place, quantity.hasAxes, into: &builder)
                try add(try value(try reader.head(), decimals), channel, &quantity, into: &builder)
                place += 1
            }
        case 5:
            var channels = try reader.container(head)
            while try reader.next(&channels) {
                let channel = try channel(into: &builder)
                try add(try value(try reader.head(), decimals), channel, &quantity, into: &builder)
            }
        default: try add(try value(head, decimals), .none, &quantity, into: &builder)
        }
    }

    private func placeName(
        _ place: Int, _ hasAxes: Bool, into builder: inout MessageBuilder
    ) throws(MalformedPayload) -> TextRange {
        guard hasAxes else {
            return try builder.append(digitsOf: UInt64(truncatingIfNeeded: place), at: byteOffset)
        }
        guard let axis = QuantityCode.axis(place) else { throw invalid("at most four axes", in: "readings") }
        return try builder.append(axis, at: byteOffset)
    }

    private mutating func add(
        _ value: Double?, _ channel: TextRange, _ quantity: inout CBORQuantity, into builder: inout MessageBuilder
    ) throws(MalformedPayload) {
        guard quantity.isKnown else { return try builder.refuseReading(at: byteOffset) }
        try name(&quantity, into: &builder)
        try builder.add(
            ReceivedReading(quantity: quantity.name, channel: channel, unit: quantity.unit, value: value),
            at: byteOffset)
    }

    /// A number, scaled where it is whole; a flag as 1 or 0; nil where there is no reading.
    private func value(_ head: CBORHead, _ decimals: UInt32) throws(MalformedPayload) -> Double? {
        switch head.major {
        case 0: return BinaryNumbers.double(head.argument) / scale(decimals)
        case 1: return (-1 - BinaryNumbers.double(head.argument)) / scale(decimals)
        case 7 where head.isFloat:
            let number = float(head)
            if number.isNaN { return nil }
            guard number.isFinite else { throw invalid("a finite number", in: "readings") }
            return number
        case 7 where head.argument == 20: return 0
        case 7 where head.argument == 21: return 1
        case 7 where head.argument == 22: return nil
        default: throw wrongType(head, "a number, true, false or null", in: "readings")
        }
    }

    /// The value of a float's head.
    func float(_ head: CBORHead) -> Double {
        switch head.information {
        case 25: BinaryNumbers.double(bits: head.argument, exponentBits: 5, fractionBits: 10)
        case 26: BinaryNumbers.double(bits: head.argument, exponentBits: 8, fractionBits: 23)
        default: Double(bitPattern: head.argument)
        }
    }

    /// Powers of ten that are exact, so that the quotient is the double nearest to the decimal number.
    private func scale(_ decimals: UInt32) -> Double {
        switch decimals {
        case 0: 1
        case 1: 10
        case 2: 100
        case 3: 1_000
        case 4: 10_000
        case 5: 100_000
        default: 1_000_000
        }
    }
}
