/// The messages that are acknowledged together, in the order they came, in one buffer that is used again.
package struct MQTTMessageBatch: ~Copyable {
    @usableFromInline
    struct Entry {
        @usableFromInline let start: Int
        @usableFromInline let topicByteCount: Int
        @usableFromInline let payloadByteCount: Int
        @usableFromInline let arrivalBootNanoseconds: Int64
        @usableFromInline let qos: UInt8
        @usableFromInline let isRetained: Bool

        @usableFromInline
        init(
            start: Int, topicByteCount: Int, payloadByteCount: Int, arrivalBootNanoseconds: Int64, qos: UInt8,
            isRetained: Bool
        ) {
            self.start = start
            self.topicByteCount = topicByteCount
            self.payloadByteCount = payloadByteCount
            self.arrivalBootNanoseconds = arrivalBootNanoseconds
            self.qos = qos
            self.isRetained = isRetained
        }
    }

    @usableFromInline var bytes: [UInt8] = []
    @usableFromInline var entries: [Entry] = []

    /// An empty batch. Tests of handlers make their own; a session reuses one.
    package init() {}

    @inlinable package var count: Int { entries.count }
    @inlinable package var isEmpty: Bool { entries.isEmpty }
    /// Bytes of topics and payloads.
    @inlinable package var byteCount: Int { bytes.count }

    /// Calls `body` for each message in order.
    @inlinable
    package borrowing func forEach<Failure: Error>(
        _ body: (MQTTMessage) throws(Failure) -> Void
    ) throws(Failure) {
        var failure: Failure?
        bytes.withUnsafeBytes { (buffer: UnsafeRawBufferPointer) in
            do throws(Failure) {
                for entry in entries {
                    let payloadStart = entry.start + entry.topicByteCount
                    let end = payloadStart + entry.payloadByteCount
                    try body(
                        MQTTMessage(
                            topic: UnsafeRawBufferPointer(rebasing: buffer[entry.start..<payloadStart]),
                            payload: UnsafeRawBufferPointer(rebasing: buffer[payloadStart..<end]),
                            qos: entry.qos, isRetained: entry.isRetained,
                            arrivalBootNanoseconds: entry.arrivalBootNanoseconds))
                }
            } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Adds a copy of a message.
    package mutating func append(
        topic: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer, qos: UInt8, isRetained: Bool,
        arrivalBootNanoseconds: Int64
    ) {
        let start = bytes.count
        bytes.append(contentsOf: topic)
        bytes.append(contentsOf: payload)
        entries.append(
            Entry(
                start: start, topicByteCount: topic.count, payloadByteCount: payload.count,
                arrivalBootNanoseconds: arrivalBootNanoseconds, qos: qos, isRetained: isRetained))
    }

    /// Empties it and keeps its memory.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }
}
