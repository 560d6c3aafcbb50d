import Testing

@testable import SampleStore

@Suite struct ColumnCacheTests {
    private typealias Key = ColumnCache<Int64>.Key

    @Test func keepsNoMoreThanItsBytes() {
        let cache = ColumnCache<Int64>(byteLimit: 10_000)
        for number in Int64(0)..<200 {
            cache.insert(Array(repeating: number, count: 50), for: Key(file: 1, column: number))
            #expect(cache.figures.byteCount <= 10_000)
        }
        let found = (Int64(0)..<200).filter { cache.column(Key(file: 1, column: $0)) != nil }
        // 528 bytes each. What is left is of all ages: a query over more than fits finds some of it again.
        #expect(found.count == 18 && found.contains { $0 < 170 })
        #expect(found.allSatisfy { cache.column(Key(file: 1, column: $0)) == Array(repeating: $0, count: 50) })
    }

    @Test func aLargeColumnDrivesOutNothing() {
        let cache = ColumnCache<Int64>(byteLimit: 10_000)
        cache.insert([1, 2], for: Key(file: 1, column: 1))
        cache.insert(Array(repeating: 0, count: 400), for: Key(file: 1, column: 2))
        #expect(cache.column(Key(file: 1, column: 2)) == nil && cache.column(Key(file: 1, column: 1)) == [1, 2])
    }

    @Test func forgetsAFile() {
        let cache = ColumnCache<Int64>(byteLimit: 100_000)
        for number in Int64(0)..<40 { cache.insert([number], for: Key(file: UInt64(number % 3), column: number)) }
        cache.remove(file: 1)
        for number in Int64(0)..<40 {
            #expect(cache.column(Key(file: UInt64(number % 3), column: number)) == (number % 3 == 1 ? nil : [number]))
        }
        cache.remove(file: 0)
        cache.remove(file: 2)
        #expect(cache.figures.byteCount == 0)
    }
}
