import Testing

@testable import SampleStore

@Suite struct ColumnCacheTests {
    private func key(file: UInt64, _ column: Int64) -> ColumnKey { ColumnKey(file: file, times: Int(column)) }

    @Test func keepsNoMoreThanItsBytes() {
        let cache = ColumnCache<Int64>(byteLimit: 10_000)
        for number in Int64(0)..<200 {
            cache.insert(Array(repeating: number, count: 50), for: key(file: 1, number))
            #expect(cache.figures.byteCount <= 10_000)
        }
        let found = (Int64(0)..<200).filter { cache.column(key(file: 1, $0)) != nil }
        // 528 bytes each. What is left is of all ages: a query over more than fits finds some of it again.
        #expect(found.count == 18 && found.contains { $0 < 170 })
        #expect(found.allSatisfy { cache.column(key(file: 1, $0)) == Array(repeating: $0, count: 50) })
    }

    @Test func aLargeColumnDrivesOutNothing() {
        let cache = ColumnCache<Int64>(byteLimit: 10_000)
        cache.insert([1, 2], for: key(file: 1, 1))
        cache.insert(Array(repeating: 0, count: 400), for: key(file: 1, 2))
        #expect(cache.column(key(file: 1, 2)) == nil && cache.column(key(file: 1, 1)) == [1, 2])
    }

    @Test func forgetsAFile() {
        let cache = ColumnCache<Int64>(byteLimit: 100_000)
        for number in Int64(0)..<40 { cache.insert([number], for: key(file: UInt64(number % 3), number)) }
        cache.remove(file: 1)
        for number in Int64(0)..<40 {
            #expect(cache.column(key(file: UInt64(number % 3), number)) == (number % 3 == 1 ? nil : [number]))
        }
        cache.remove(file: 0)
        cache.remove(file: 2)
        #expect(cache.figures.byteCount == 0)
    }

    /// Equal values of several series may lie at one place, seen with another count of times.
    @Test func onePlaceReadInSeveralWaysIsSeveralColumns() {
        let part = FinalPart(times: 1, place: 7, byteCount: 30)
        let longer = FinalPart(times: 1, place: 7, byteCount: 31)
        let keys = [
            ColumnKey(file: 1, values: part, count: 5), ColumnKey(file: 1, values: part, count: 6),
            ColumnKey(file: 1, values: longer, count: 5), ColumnKey(file: 2, values: part, count: 5),
            ColumnKey(file: 1, times: 7),
        ]
        #expect(Set(keys).count == keys.count)
        #expect(ColumnKey(file: 1, values: FinalPart(times: 2, place: 7, byteCount: 30), count: 5) == keys[0])
    }
}
