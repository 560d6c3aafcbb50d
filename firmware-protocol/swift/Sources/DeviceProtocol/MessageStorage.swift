/// The caller's memory for what a message holds beside its plain fields, so that decoding needs no heap.
///
/// One block of `byteCount` bytes takes any message there is; use it again for the next one. A device that receives
/// little may give less: `init(dividing:)` has the lists at their limits and the rest for texts.
public struct MessageStorage {
    /// The texts, UTF-8, escapes undone.
    public let text: UnsafeMutableRawBufferPointer
    /// The readings, in their order.
    public let readings: UnsafeMutableBufferPointer<ReceivedReading>
    /// Declared quantities.
    public let quantities: UnsafeMutableBufferPointer<DeclaredQuantity>
    /// Parts that wear.
    public let wear: UnsafeMutableBufferPointer<WearDeclaration>
    /// The parameters of all of them.
    public let parameters: UnsafeMutableBufferPointer<WearParameter>

    /// How many bytes of text a valid message has at most: what its payload holds, and the names and units of 64
    /// readings and 64 declarations that stand in it as codes.
    public static let textByteLimit = ProtocolLimits.payloadByteLimit + 2 * ProtocolLimits.readingLimit * 40

    /// The lists' bytes.
    private static var listByteCount: Int {
        ProtocolLimits.readingLimit * MemoryLayout<ReceivedReading>.stride
            + ProtocolLimits.quantityLimit * MemoryLayout<DeclaredQuantity>.stride
            + ProtocolLimits.wearLimit * MemoryLayout<WearDeclaration>.stride
            + ProtocolLimits.wearLimit * ProtocolLimits.parameterLimit * MemoryLayout<WearParameter>.stride
    }

    /// Bytes that are enough for every message.
    public static var byteCount: Int { listByteCount + textByteLimit }

    /// Divides `memory`, aligned to 8 bytes, which must live as long as the storage is in use; nil where it is too
    /// small for the lists.
    public init?(dividing memory: UnsafeMutableRawBufferPointer) {
        guard memory.count >= MessageStorage.listByteCount, let base = memory.baseAddress else { return nil }
        guard UInt(bitPattern: base) % 8 == 0 else { return nil }
        var offset = 0
        // The lists whose elements are aligned to 8 bytes come first.
        readings = MessageStorage.take(ProtocolLimits.readingLimit, memory, &offset)
        parameters = MessageStorage.take(ProtocolLimits.wearLimit * ProtocolLimits.parameterLimit, memory, &offset)
        wear = MessageStorage.take(ProtocolLimits.wearLimit, memory, &offset)
        quantities = MessageStorage.take(ProtocolLimits.quantityLimit, memory, &offset)
        let rest = min(memory.count - offset, Int(truncatingIfNeeded: UInt16.max))
        text = UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + rest])
    }

    private static func take<Element>(
        _ count: Int, _ memory: UnsafeMutableRawBufferPointer, _ offset: inout Int
    ) -> UnsafeMutableBufferPointer<Element> {
        let byteCount = count * MemoryLayout<Element>.stride
        let part = UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + byteCount])
        offset += byteCount
        return part.bindMemory(to: Element.self)
    }
}
