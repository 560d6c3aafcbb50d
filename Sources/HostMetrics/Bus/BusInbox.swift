/// The bytes that came from a bus, taken apart into messages. It grows to what the longest message needed that was kept;
/// messages that are no answers and longer than the limit go through without being kept.
final class BusInbox {
    private static let firstByteCount = 4 << 10
    private var storage: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    /// How many bytes of a message that is read over are still to come.
    private var skipByteCount = 0
    /// How many bytes have to be there before a message is whole.
    private var wantedByteCount = 0

    init() {
        storage = .allocate(byteCount: Self.firstByteCount, alignment: 16)
    }

    deinit { storage.deallocate() }

    /// The memory held now.
    var byteCount: Int { storage.count }

    /// What has come and was not taken.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[start..<end]) }

    /// Memory for the next bytes, at least one; ends what `next` gave.
    func room() -> UnsafeMutableRawBufferPointer {
        if start == end {
            start = 0
            end = 0
        } else if start > 0, storage.count - start < wantedByteCount || end == storage.count {
            storage.copyMemory(from: bytes)
            end -= start
            start = 0
        }
        if end == storage.count || storage.count < wantedByteCount { grow(max(wantedByteCount, 2 * storage.count)) }
        return UnsafeMutableRawBufferPointer(rebasing: storage[end...])
    }

    /// Says how many bytes of the room have been filled.
    func received(_ byteCount: Int) {
        precondition(byteCount <= storage.count - end)
        end += byteCount
        dropSkipped()
    }

    /// Takes `byteCount` bytes that are no message.
    func drop(_ byteCount: Int) { start = min(start + byteCount, end) }

    /// Forgets all that has come, for a new connection.
    func removeAll() {
        start = 0
        end = 0
        skipByteCount = 0
        wantedByteCount = 0
    }

    /// The next message, valid until `room` is called; nil where more bytes have to come first.
    func next() throws(BusError) -> BusMessage? {
        while true {
            wantedByteCount = BusMessage.Prefix.byteCount
            guard bytes.count >= wantedByteCount else { return nil }
            let prefix = try BusMessage.prefix(bytes)
            let byteCount = prefix.messageByteCount
            if byteCount > BusLimits.messageByteCount || prefix.fieldsByteCount > BusLimits.headerByteCount {
                guard !prefix.isReply else {
                    throw .tooLong(byteCount: byteCount, limit: BusLimits.messageByteCount)
                }
                skipByteCount = byteCount
                dropSkipped()
                continue
            }
            wantedByteCount = byteCount
            guard bytes.count >= byteCount else { return nil }
            let message = UnsafeRawBufferPointer(rebasing: bytes[..<byteCount])
            start += byteCount
            return try BusMessage(message, prefix)
        }
    }

    private func dropSkipped() {
        let byteCount = min(skipByteCount, end - start)
        start += byteCount
        skipByteCount -= byteCount
    }

    private func grow(_ byteCount: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(byteCount, BusLimits.messageByteCount), alignment: 16)
        larger.copyMemory(from: bytes)
        end -= start
        start = 0
        storage.deallocate()
        storage = larger
    }
}
