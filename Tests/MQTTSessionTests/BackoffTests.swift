import Testing

@testable import MQTTSession

@Suite struct BackoffTests {
    @Test(arguments: [UInt64(1), 2, 3, 99])
    func stepsDoubleAndEachIsCutByLessThanHalf(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var backoff = MQTTBackoff(firstMilliseconds: 500, longestMilliseconds: 60_000)
        for round in 0..<2 {
            var step = 500
            for attempt in 0..<12 {
                let delay = backoff.next(using: &random)
                #expect((step / 2...step).contains(delay), "seed \(seed), round \(round), attempt \(attempt)")
                step = min(step * 2, 60_000)
            }
            backoff.reset()
        }
    }

    @Test func twoFleetMembersDoNotReturnInStep() {
        var first = SplitMix64(seed: 1)
        var second = SplitMix64(seed: 2)
        var backoff = MQTTBackoff(firstMilliseconds: 60_000, longestMilliseconds: 60_000)
        #expect(backoff.next(using: &first) != backoff.next(using: &second))
    }

    @Test func theGeneratorIsTheReference() {
        // The first outputs for seed 1234567 in the authors' C code.
        var random = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in random.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }

    @Test func aVersionAcceptedIsForgottenWithItsConnection() {
        var choice = MQTTProtocolChoice()
        choice.refused()
        #expect(choice.version == .v311)
        choice.accepted()
        #expect(choice.version == .v311)
        choice.ended()
        #expect(choice.version == .v5)
        // A refusal of the old version leads back as well.
        choice.refused()
        choice.refused()
        #expect(choice.version == .v5)
    }
}
