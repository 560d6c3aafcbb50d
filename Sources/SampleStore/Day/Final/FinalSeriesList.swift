/// The series of a row of `metrics` ↔ its bytes: a list of numbers (`NumberList`), of which the first is the place in the
/// stream where the row's values begin. Then three for each part of a series:
///
/// | | | |
/// |---|---|---|
/// | a new series | its set less that of the series before (0 at first) | its column of times | bytes of values |
/// | a further part of it | 0 | its column of times | bytes of values |
/// | the values of the part before are not here | 0 | 0 | so many bytes before this place |
///
/// The values of parts lie one behind the other, but for those that another series has too.
struct FinalSeriesList {
    private(set) var bytes: [UInt8] = []
    private(set) var seriesCount = 0
    private var lastSet: UInt32 = 0
    /// Where the next part's values are, unless said otherwise.
    private var place: Int

    init(place: Int) {
        self.place = place
        NumberList.append(place, to: &bytes)
    }

    /// Sets ascend.
    mutating func append(_ series: FinalSeries) {
        precondition(series.labelSet > lastSet, "set \(series.labelSet) after \(lastSet)")
        append(series.first, difference: Int(series.labelSet - lastSet))
        for part in series.others { append(part, difference: 0) }
        lastSet = series.labelSet
        seriesCount += 1
    }

    private mutating func append(_ part: FinalPart, difference: Int) {
        for number in [difference, part.times, part.byteCount] { NumberList.append(number, to: &bytes) }
        if part.place == place {
            place += part.byteCount
        } else {
            for number in [0, 0, place - part.place] { NumberList.append(number, to: &bytes) }
        }
    }

    /// Nil where the bytes are no such list, name a set above `setCount`, or go beyond the stream.
    static func decode(_ bytes: UnsafeRawBufferPointer, setCount: Int, streamByteCount: Int) -> [FinalSeries]? {
        guard let numbers = NumberList.decode(bytes), numbers.count % 3 == 1, numbers.count > 1, numbers[1] > 0,
            numbers[2] > 0, numbers[0] <= streamByteCount
        else { return nil }
        var all: [FinalSeries] = []
        all.reserveCapacity(numbers.count / 3)
        var (set, place) = (0, numbers[0])
        for index in stride(from: 1, to: numbers.count, by: 3) {
            let (difference, times, count) = (numbers[index], numbers[index + 1], numbers[index + 2])
            if times == 0 {
                let byteCount = all[all.count - 1].last.byteCount
                guard difference == 0, count > 0, count <= place, byteCount <= streamByteCount - (place - count)
                else { return nil }
                all[all.count - 1].last.place = place - count
                continue
            }
            let part = FinalPart(times: times, place: place, byteCount: count)
            // Of values that are elsewhere nothing is here, and behind the stream's last there may be nothing at all.
            let isElsewhere = index + 4 < numbers.count && numbers[index + 4] == 0
            if !isElsewhere {
                guard count <= streamByteCount - place else { return nil }
                place += count
            }
            if difference == 0 {
                all[all.count - 1].others.append(part)
            } else {
                set += difference
                guard set <= setCount else { return nil }
                all.append(FinalSeries(labelSet: UInt32(set), first: part))
            }
        }
        return all
    }
}
