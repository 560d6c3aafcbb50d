internal import TestValues

/// What becomes of requests on the way to a receiver and of answers on the way back, driven by a seed.
///
/// It knows no protocol: it says when a request arrives, how often, and whether the sender hears the receiver's own
/// answer, somebody else's, or none.
package struct SimulatedNetwork: Sendable {
    /// How a link behaves for a while.
    package enum Weather: CaseIterable, Sendable {
        case fair
        /// Requests and answers are lost, late or doubled.
        case lossy
        /// 500, 503, 429, with and without Retry-After.
        case overloaded
        /// Somebody on the way refuses requests for good.
        case refusing
        /// An operator's mistake: 401, 403, 404.
        case forbidden
        /// Nothing arrives.
        case out
    }

    package enum Answer: Hashable, Sendable {
        /// What the receiver answers to the first arrival.
        case receivers
        case status(Int, retryAfterSeconds: Int64?)
        /// The connection ends without one.
        case none
    }

    package struct Fate: Sendable {
        /// How long after it was sent the request arrives, for each time that it does.
        package var arrivalsMilliseconds: [Int64] = []
        package var answer = Answer.receivers
        /// How long after it was sent the sender has the answer or gives up.
        package var answerMilliseconds: Int64 = 0
    }

    /// After so long without an answer the sender gives up; a request may arrive later all the same.
    package static let timeoutMilliseconds: Int64 = 30_000

    package var weather = Weather.fair
    private var random: SeededRandom

    package init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// What becomes of the next request.
    package mutating func fate() -> Fate {
        switch weather {
        case .fair: return Fate(arrivalsMilliseconds: [0], answerMilliseconds: random.oneIn(4) ? delay(800) : 0)
        case .lossy: return lossyFate()
        case .overloaded: return overloadedFate()
        case .refusing: return refusingFate()
        case .forbidden:
            let status = [401, 403, 404].randomElement(using: &random) ?? 401
            return Fate(answer: .status(status, retryAfterSeconds: nil), answerMilliseconds: delay(100))
        case .out: return Fate(answer: .none, answerMilliseconds: random.oneIn(3) ? Self.timeoutMilliseconds : 0)
        }
    }

    private mutating func delay(_ limit: Int64) -> Int64 { Int64.random(in: 0...limit, using: &random) }

    private mutating func lossyFate() -> Fate {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return Fate(answer: .none, answerMilliseconds: delay(500))
        case 1:
            // Reset after delivery.
            return Fate(arrivalsMilliseconds: [0], answer: .none, answerMilliseconds: delay(500))
        case 2:
            // Held up somewhere: it arrives after the sender has given up, and perhaps after its next try.
            let arrival = Self.timeoutMilliseconds + delay(40_000)
            return Fate(
                arrivalsMilliseconds: [arrival], answer: .none, answerMilliseconds: Self.timeoutMilliseconds)
        case 3:
            let arrival = delay(5000)
            return Fate(
                arrivalsMilliseconds: [arrival, arrival + delay(20_000)], answerMilliseconds: arrival + delay(2000))
        case 4:
            return Fate(
                arrivalsMilliseconds: [0], answer: .status(502, retryAfterSeconds: nil),
                answerMilliseconds: delay(1000))
        default:
            let arrival = delay(2000)
            return Fate(arrivalsMilliseconds: [arrival], answerMilliseconds: arrival + delay(2000))
        }
    }

    private mutating func overloadedFate() -> Fate {
        guard !random.oneIn(3) else { return Fate(arrivalsMilliseconds: [0]) }
        let status = [500, 503, 429, 408].randomElement(using: &random) ?? 503
        let isTaken = status != 429 && random.oneIn(4)
        return Fate(
            arrivalsMilliseconds: isTaken ? [0] : [],
            answer: .status(
                status, retryAfterSeconds: random.oneIn(2) ? Int64.random(in: 0...20, using: &random) : nil),
            answerMilliseconds: delay(200))
    }

    private mutating func refusingFate() -> Fate {
        guard random.oneIn(2) else { return Fate(arrivalsMilliseconds: [0]) }
        let status = [400, 413, 415, 422].randomElement(using: &random) ?? 400
        return Fate(answer: .status(status, retryAfterSeconds: nil), answerMilliseconds: delay(200))
    }
}
