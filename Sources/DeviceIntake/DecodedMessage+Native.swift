internal import DeviceProtocol

extension DecodedMessage {
    /// Takes over a decoded native message.
    mutating func take(_ received: ReceivedMessage, _ storage: MessageStorage) {
        bootID = received.bootID
        sequence = received.sequence
        uptimeMilliseconds = received.uptimeMilliseconds
        unixMilliseconds = received.unixMilliseconds
        isSynchronised = received.isSynchronised
        intervalMilliseconds = received.intervalMilliseconds
        isOffline = received.state.map { $0 == .offline }
        firmware = append(received.firmware, storage)
        model = append(received.model, storage)
        if let reason = received.resetReason { resetReason = append(reason.name) }
        refusedReadingCount = received.refusedReadingCount
        self.received = received
        takeReadings(received, storage)
        takeDeclarations(received, storage)
    }

    private mutating func takeReadings(_ received: ReceivedMessage, _ storage: MessageStorage) {
        // The readings of one quantity follow each other and share their texts.
        var quantity = (wire: TextRange.none, own: 0..<0)
        var unit = (wire: TextRange.none, own: 0..<0)
        for index in 0..<received.readingCount {
            let reading = storage.readings[index]
            if reading.quantity != quantity.wire {
                quantity = (reading.quantity, append(reading.quantity, storage))
            }
            if reading.unit != unit.wire { unit = (reading.unit, append(reading.unit, storage)) }
            readings.append(
                Reading(
                    quantity: quantity.own, channel: append(reading.channel, storage), unit: unit.own,
                    value: reading.value))
        }
    }

    private mutating func takeDeclarations(_ received: ReceivedMessage, _ storage: MessageStorage) {
        for index in 0..<received.quantityCount {
            let declared = storage.quantities[index]
            quantities.append(
                Quantity(
                    quantity: append(declared.quantity, storage), channel: append(declared.channel, storage)))
        }
        for index in 0..<received.wearCount {
            let part = storage.wear[index]
            var parameters: [String: Double] = [:]
            for place in 0..<Int(part.parameterCount) {
                let parameter = storage.parameters[Int(part.firstParameter) + place]
                parameters[DecodedMessage.string(parameter.name, storage)] = parameter.value
            }
            wear.append(
                DeclaredWear(
                    component: DecodedMessage.string(part.component, storage),
                    model: DecodedMessage.string(part.model, storage),
                    quantity: DecodedMessage.string(part.quantity, storage),
                    channel: DecodedMessage.string(part.channel, storage), parameters: parameters))
        }
    }

    private mutating func append(_ text: TextRange, _ storage: MessageStorage) -> Range<Int> {
        guard !text.isEmpty else { return 0..<0 }
        let start = self.text.count
        self.text.append(contentsOf: storage.text[text.range])
        return start..<self.text.count
    }

    private static func string(_ text: TextRange, _ storage: MessageStorage) -> String {
        String(decoding: storage.text[text.range], as: UTF8.self)
    }
}
