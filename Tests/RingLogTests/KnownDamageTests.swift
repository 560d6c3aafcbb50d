import Testing

@testable import RingLog

/// Which damaged records are counted, and that each is counted once.
@Suite struct KnownDamageTests {
    @Test func eachNumberIsNewOnce() {
        var damage = KnownDamage()
        #expect(damage.note(5...7) == 3)
        #expect(damage.note(5...7) == 0 && damage.note(6...6) == 0)
        #expect(damage.note(1...2) == 2 && damage.note(10...12) == 3)
        #expect(damage.note(2...11) == 4)
        #expect(damage.stretches == [1...12])
        damage.forget(before: 12)
        #expect(damage.stretches == [1...12])
        damage.forget(before: 13)
        #expect(damage.stretches.isEmpty)
    }

    @Test func veryMuchDamageTakesLittleMemoryAndIsCountedOnce() {
        var damage = KnownDamage()
        let numbers = (1...RecordNumber(4 * KnownDamage.stretchLimit)).map { 3 * $0 }
        var count: UInt64 = 0
        for _ in 0..<2 { for number in numbers { count += damage.note(number...number) } }
        #expect(count == UInt64(numbers.count))
        #expect(damage.stretches.count == KnownDamage.stretchLimit)
        for (before, after) in zip(damage.stretches, damage.stretches.dropFirst()) {
            #expect(before.upperBound < after.lowerBound)
        }
    }
}
