internal import DeviceProtocol

/// Takes what `DeviceProtocol` decodes of a native message into the form that all profiles share.
enum NativeDecoder {
    /// A hundred years: more than any device runs, and small enough to count in nanoseconds.
    static let uptimeLimitMilliseconds = ProtocolLimits.uptimeLimitMilliseconds

    static func decode(
        _ payload: UnsafeRawBufferPointer, kind: MessageKind, byteLimit: Int, into message: inout DecodedMessage
    ) throws(MalformedMessage) {
        // The memory is the call's own, so that copies of an intake share none; the heap has a block of it at hand.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: MessageStorage.byteCount, alignment: 8)
        defer { memory.deallocate() }
        guard let storage = MessageStorage(dividing: memory) else {
            preconditionFailure("the storage is as large and as aligned as it says it must be")
        }
        do throws(MalformedPayload) {
            let received = try MessageDecoder.decode(payload, kind: kind, byteLimit: byteLimit, into: storage)
            message.take(received, storage)
        } catch {
            throw MalformedMessage(error)
        }
    }
}
