internal import MetricModel
internal import RemoteWrite

/// The requests that each sender's ring has lately got: what tells one that is sent again, because its answer was lost,
/// from a new one.
///
/// An agent's requests are told by the records they hold, others by all their bytes: two bodies that are alike hold the
/// same samples at the same times, so the second says nothing new. Of a sender the last `keysPerSender` are kept, of
/// senders the `senderLimit` that were heard last.
struct RelayLedger: Sendable {
    /// 128 bits of Swift's hash, whose seed is the process's own: nobody outside can make two requests meet. It is
    /// never stored; opening a ring computes it anew.
    struct Key: Hashable, Sendable {
        let high: Int
        let low: Int

        /// For a request whose body is at hand as bytes of a record.
        init(_ request: RelayedRequest, body: UnsafeRawBufferPointer) {
            high = Key.hash(request, body, 0)
            low = Key.hash(request, body, 1)
        }

        init(_ request: RelayedRequest) {
            self = request.body.withUnsafeBytes { Key(request, body: $0) }
        }

        private static func hash(_ request: RelayedRequest, _ body: UnsafeRawBufferPointer, _ seed: UInt8) -> Int {
            var hasher = Hasher()
            hasher.combine(seed)
            if let origin = request.origin {
                hasher.combine(ExactText(origin.sender))
                hasher.combine(origin.records)
            } else {
                hasher.combine(request.format)
                hasher.combine(body.count)
                hasher.combine(bytes: body)
            }
            return hasher.finalize()
        }
    }

    private struct Sender: Sendable {
        var keys: [Key] = []
        /// Where the next goes, once there are as many as may be.
        var next = 0
        var lastUse: UInt64 = 0
    }

    private let keysPerSender: Int
    private let senderLimit: Int
    private var senders: [ExactText: Sender] = [:]
    private var useCount: UInt64 = 0

    init(keysPerSender: Int = 128, senderLimit: Int = 10_000) {
        self.keysPerSender = max(1, keysPerSender)
        self.senderLimit = max(1, senderLimit)
    }

    func contains(_ key: Key, of sender: String) -> Bool { senders[ExactText(sender)]?.keys.contains(key) ?? false }

    mutating func remember(_ key: Key, of sender: String) {
        useCount += 1
        let name = ExactText(sender)
        if senders[name] == nil, senders.count >= senderLimit { forgetOldest() }
        var sender = senders.removeValue(forKey: name) ?? Sender()
        sender.lastUse = useCount
        if sender.keys.count < keysPerSender {
            sender.keys.append(key)
        } else {
            sender.keys[sender.next] = key
            sender.next = (sender.next + 1) % keysPerSender
        }
        senders[name] = sender
    }

    /// What is sent again is taken as new from here on: for when records were lost that nobody has acknowledged.
    mutating func removeAll() { senders = [:] }

    /// A sixteenth of the senders at once, so that many new ones do not cost a search each.
    private mutating func forgetOldest() {
        let uses = senders.values.map(\.lastUse).sorted()
        let limit = uses[min(uses.count - 1, senderLimit / 16)]
        senders = senders.filter { $0.value.lastUse > limit }
    }
}
