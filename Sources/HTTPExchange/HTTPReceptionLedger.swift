internal import NIOCore

/// What the bodies that are on their way take in memory, in all and each.
///
/// A value without locks; the server keeps it in its mutex. Where they pass the limit, those that have been arriving
/// longest are given up: a sender that stalls has the oldest, so it is its own body that it loses, and no one else's.
struct HTTPReceptionLedger {
    private struct Reception {
        /// Grows from one reception to the next.
        let number: UInt64
        let channel: any Channel
        var byteCount = 0
    }

    private let byteLimit: Int
    private var receptions: [ObjectIdentifier: Reception] = [:]
    private var lastNumber: UInt64 = 0
    private(set) var byteCount = 0

    init(byteLimit: Int) { self.byteLimit = byteLimit }

    /// Counts `count` more bytes of the body that arrives on `channel`, and answers whose bodies are to be given up,
    /// perhaps its own; those count no more.
    mutating func add(_ count: Int, on channel: any Channel) -> [any Channel] {
        let id = ObjectIdentifier(channel)
        var reception = receptions[id] ?? begin(on: channel)
        reception.byteCount += count
        receptions[id] = reception
        byteCount += count
        var givenUp: [any Channel] = []
        while byteCount > byteLimit, let oldest = receptions.values.min(by: { $0.number < $1.number }) {
            end(on: oldest.channel)
            givenUp.append(oldest.channel)
        }
        return givenUp
    }

    private mutating func begin(on channel: any Channel) -> Reception {
        lastNumber += 1
        return Reception(number: lastNumber, channel: channel)
    }

    /// Forgets a body that is whole, or that nobody waits for any more.
    mutating func end(on channel: any Channel) {
        guard let reception = receptions.removeValue(forKey: ObjectIdentifier(channel)) else { return }
        byteCount -= reception.byteCount
    }
}
