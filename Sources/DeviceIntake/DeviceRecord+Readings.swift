internal import MetricModel

extension DeviceRecord {
    /// Adds the readings of a taken message to `batch`; returns how many samples that made.
    mutating func take(
        _ message: DecodedMessage, measuredBootNanoseconds: Int64, measuredUnixMilliseconds: Int64,
        settings: DeviceIntakeSettings, scope: SeriesScope, families: inout ReadingFamilies,
        into batch: inout SampleBatch
    ) -> Int {
        var sampleCount = 0
        // Messages repeat their readings in the same order, so the next one is nearly always where it was.
        var cursor = 0
        for reading in message.readings {
            guard
                let index = find(reading, message, from: cursor)
                    ?? add(reading, message, settings, scope, &families)
            else {
                counts.refusedReadings += 1
                continue
            }
            cursor = index + 1
            let before = batch.samples.count
            record(reading.value, at: index, measuredBootNanoseconds, measuredUnixMilliseconds, into: &batch)
            sampleCount += batch.samples.count - before
        }
        return sampleCount
    }

    private mutating func record(
        _ value: Double?, at index: Int, _ measuredBoot: Int64, _ measuredUnix: Int64, into batch: inout SampleBatch
    ) {
        guard let value else {
            // The device says that its sensor has no reading: the series ends here, and goes on when there is one.
            // A late one says nothing of the newer value that the series has.
            if measuredBoot >= readings[index].measuredBootNanoseconds {
                readings[index].end(at: measuredUnix, into: &batch)
            }
            return
        }
        let stamp = readings[index].stamp(measuredUnix)
        if stamp != measuredUnix { counts.retimedSamples += 1 }
        let scaled = value * readings[index].unit.factor
        if measuredBoot >= readings[index].measuredBootNanoseconds {
            readings[index].value = scaled
            readings[index].measuredBootNanoseconds = measuredBoot
        }
        readings[index].isEnded = false
        newestStampUnixMilliseconds = max(newestStampUnixMilliseconds, stamp)
        batch.append(Sample(readings[index].series, unixMilliseconds: stamp, value: scaled))
    }

    private func find(_ reading: DecodedMessage.Reading, _ message: DecodedMessage, from cursor: Int) -> Int? {
        if cursor < readings.count, matches(cursor, reading, message) { return cursor }
        return readings.indices.first { matches($0, reading, message) }
    }

    private func matches(_ index: Int, _ reading: DecodedMessage.Reading, _ message: DecodedMessage) -> Bool {
        let key = readings[index].key
        guard key.count == reading.quantity.count + reading.channel.count + reading.unit.count + 2 else { return false }
        let afterQuantity = reading.quantity.count
        let afterChannel = afterQuantity + 1 + reading.channel.count
        guard key[afterQuantity] == 0, key[afterChannel] == 0 else { return false }
        return message.text.withUnsafeBufferPointer { text in
            key.withUnsafeBufferPointer { key in
                equal(key, 0, text, reading.quantity) && equal(key, afterQuantity + 1, text, reading.channel)
                    && equal(key, afterChannel + 1, text, reading.unit)
            }
        }
    }

    private func equal(
        _ key: UnsafeBufferPointer<UInt8>, _ start: Int, _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
    ) -> Bool {
        for offset in 0..<range.count where key[start + offset] != text[range.lowerBound + offset] { return false }
        return true
    }

    /// Makes the series of a reading that is new, or gives the one it is by another unit; nil where there are too many.
    private mutating func add(
        _ reading: DecodedMessage.Reading, _ message: DecodedMessage, _ settings: DeviceIntakeSettings,
        _ scope: SeriesScope, _ families: inout ReadingFamilies
    ) -> Int? {
        let key =
            message.text[reading.quantity] + [0] + message.text[reading.channel] + [0] + message.text[reading.unit]
        let unit = MeasuredUnit(symbol: message.string(reading.unit))
        // A device that has all its series makes no families either, which all devices share.
        let hasRoom = readings.count < settings.seriesPerDeviceLimit
        let quantity = message.string(reading.quantity)
        guard let family = families.family(quantity: quantity, unit: unit, mayBeNew: hasRoom) else { return nil }
        let labels = [id, message.string(reading.channel)]
        if let same = readings.firstIndex(where: { $0.series.family == family && $0.series.labelValues == labels }) {
            readings[same].key = Array(key)
            readings[same].unit = unit
            return same
        }
        guard hasRoom else { return nil }
        readings.append(
            ReadingState(
                key: Array(key), unit: unit, series: Series(family: family, scope: scope, labelValues: labels),
                lastStampUnixMilliseconds: stampFloorUnixMilliseconds))
        noteArrival(at: readings.count - 1)
        return readings.count - 1
    }
}
