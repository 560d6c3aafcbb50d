internal import MetricModel

extension DeviceRecord {
    /// Takes what a birth message declares in place of what was declared before.
    mutating func declare(_ message: DecodedMessage) {
        declared = message.quantities.map { quantity in
            DeclaredReading(prefix: message.text[quantity.quantity] + [0] + message.text[quantity.channel] + [0])
        }
        for index in declared.indices {
            declared[index].place = readings.firstIndex { [declared] in declared[index].begins($0.key) }
        }
        if !declared.isEmpty { hasDeclared = true }
    }

    /// Takes note of a new reading, which may be one that was declared.
    mutating func noteArrival(at place: Int) {
        for index in declared.indices where declared[index].place == nil && declared[index].begins(readings[place].key)
        {
            declared[index].place = place
        }
    }

    /// Declared readings without a value now: none has come, or it has ended.
    var missing: [DeclaredReading] {
        declared.filter { reading in reading.place.map { readings[$0].isEnded } ?? true }
    }
}
