import TestValues

@testable import DeviceIntake

/// A device whose clock drifts, a network that delays, and a clock fit that must find out when each message was
/// measured. All times are in seconds of the gateway's clock.
struct ClockSimulation {
    var partsPerMillion = 0.0
    var hours = 4.0
    var interval = 1.0
    var leastDelay = 0.004
    var meanDelay = 0.020
    /// The share of messages that take up to five seconds longer.
    var burstShare = 0.02
    /// When the network is down; what was measured then comes at once after it.
    var outage: Range<Double>?
    /// How much faster than at once a backlog comes than it was measured; nil for all at once.
    var flushPace: Double?
    /// The share of messages that come again some time later.
    var duplicateShare = 0.0
    /// Parts per million by which the drift swings, once in four hours.
    var swing = 0.0

    private struct Message {
        var measured: Double
        var uptimeMilliseconds: Int64
        var arrival: Double
    }

    /// The errors of a run in milliseconds, one for each message in the order of arrival.
    struct Result {
        var errors: [Double] = []
        var clock: UptimeClock?
        /// The most points that the fit ever held.
        var pointCount = 0

        /// The error that this share of the messages after so many does not exceed.
        func error(share: Double, after count: Int = 0) -> Double {
            let sorted = errors.dropFirst(count).sorted()
            return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
        }

        var description: String {
            [0.5, 0.99, 1].map { share in
                let value = error(share: share, after: 600)
                return "\((value * 100).rounded() / 100)"
            }.joined(separator: " / ")
        }
    }

    func run(seed: UInt64) -> Result {
        var random = SeededRandom(seed: seed)
        var result = Result()
        for message in messages(&random) {
            let arrival = Int64(message.arrival * 1e9) + 50_000_000_000
            let uptime = message.uptimeMilliseconds * 1_000_000
            var clock = result.clock ?? UptimeClock(arrivalNanoseconds: arrival, uptimeNanoseconds: uptime)
            let lag = clock.lag(arrivalNanoseconds: arrival, uptimeNanoseconds: uptime)
            result.clock = clock
            result.pointCount = max(result.pointCount, clock.points.count)
            result.errors.append(abs(message.arrival - Double(lag) / 1e9 - message.measured) * 1000)
        }
        return result
    }

    private func messages(_ random: inout SeededRandom) -> [Message] {
        var messages: [Message] = []
        for number in 0..<Int(hours * 3600 / interval) {
            let time = Double(number) * interval
            var delay = leastDelay - meanDelay * logarithm(Double.random(in: 0.000001...1, using: &random))
            if Double.random(in: 0..<1, using: &random) < burstShare {
                delay += Double.random(in: 0..<5, using: &random)
            }
            var arrival = time + delay
            if let outage, outage.contains(time) {
                arrival = outage.upperBound + delay * 0.01
            }
            if let outage, let flushPace, time >= outage.lowerBound {
                arrival = max(arrival, outage.upperBound + (time - outage.lowerBound) / flushPace)
            }
            // A device sends one after the other.
            arrival = max(arrival, (messages.last?.arrival ?? 0) + 0.00001)
            let uptime = 100 + time * (1 + partsPerMillion * 1e-6) + swing * 1e-6 * 3600 * wave(time / 14_400)
            messages.append(
                Message(measured: time, uptimeMilliseconds: Int64(uptime * 1000), arrival: arrival))
        }
        let copies = messages.filter { _ in Double.random(in: 0..<1, using: &random) < duplicateShare }
        for var copy in copies {
            copy.arrival += Double.random(in: 0..<60, using: &random)
            messages.append(copy)
        }
        return messages.sorted { $0.arrival < $1.arrival }
    }

    /// The natural logarithm by halving to near 1 and its series: good to eight digits, which delays do not need.
    private func logarithm(_ value: Double) -> Double {
        let mantissa = value.significand / 1.5
        let ratio = (mantissa - 1) / (mantissa + 1)
        let square = ratio * ratio
        let series = 2 * ratio * (1 + square / 3 + square * square / 5 + square * square * square / 7)
        return Double(value.exponent) * 0.693147180559945 + 0.405465108108164 + series
    }

    /// A parabola's approximation of a sine of one turn, with the slope of 2π/period at 0.
    private func wave(_ turns: Double) -> Double {
        let phase = turns - turns.rounded(.down)
        let half = phase < 0.5 ? phase : phase - 0.5
        let arch = 16 * half * (0.5 - half) * 0.63
        return phase < 0.5 ? arch : -arch
    }
}
