import DeviceProtocol
import TestValues
import Testing

/// Whatever the bytes, decoding ends, and writes in its storage alone.
@Suite struct HostileBytesTests {
    private struct Message {
        let kind: MessageKind
        var payload: [UInt8]
    }

    private static let messages: [Message] = NamedVector.text.withUnsafeBytes { bytes in
        var offset = 0
        var found: [Message] = []
        while let vector = MessageVector.next(in: bytes, at: &offset) {
            let digits = vector.text("payload").map { $0 <= 0x39 ? $0 - 0x30 : $0 - 0x57 }
            guard digits.count > 1, digits.count < 800 else { continue }
            guard let topic = DeviceTopic(parsing: vector.text("topic")) else { continue }
            let payload = stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
            found.append(Message(kind: topic.kind, payload: payload))
        }
        return found
    }

    /// Whether the bytes are a message; a broken limit is recorded.
    private func decode(_ message: Message, textByteCount: Int? = nil) -> Bool {
        let payload = message.payload
        let size =
            textByteCount.map { MessageStorage.byteCount - MessageStorage.textByteLimit + $0 }
            ?? MessageStorage.byteCount
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size + 64, alignment: 8)
        defer { memory.deallocate() }
        for index in size..<memory.count { memory[index] = 0xa5 }
        // Behind the payload nothing may be read: it is in a block of just its size.
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: payload.count, alignment: 1)
        defer { bytes.deallocate() }
        bytes.copyBytes(from: payload)
        var isTaken = false
        if let storage = MessageStorage(dividing: UnsafeMutableRawBufferPointer(rebasing: memory[..<size])) {
            do throws(MalformedPayload) {
                let decoded = try MessageDecoder.decode(
                    UnsafeRawBufferPointer(bytes), kind: message.kind, into: storage)
                isTaken = true
                for reading in storage.readings[..<decoded.readingCount] {
                    let isSound =
                        reading.quantity.range.upperBound <= storage.text.count && reading.value?.isFinite ?? true
                    if !isSound { Issue.record("a reading of \(payload)") }
                }
            } catch {
                if error.byteOffset < 0 || error.byteOffset > payload.count { Issue.record("\(error.byteOffset)") }
            }
        } else {
            Issue.record("no storage")
        }
        for index in size..<memory.count where memory[index] != 0xa5 { Issue.record("byte \(index) was written") }
        return isTaken
    }

    @Test func `every cut of every vector is refused`() {
        // White space at the end can be cut off without harm.
        for message in Self.messages where decode(message) && message.payload.last != 0x0a {
            for count in 0..<message.payload.count {
                #expect(!decode(Message(kind: message.kind, payload: Array(message.payload[..<count]))))
            }
        }
    }

    @Test func `bytes changed at random`() {
        var random = SeededRandom(seed: 20_261_126)
        var takenCount = 0
        for _ in 0..<5_000 {
            guard var message = Self.messages.randomElement(using: &random) else { return }
            for _ in 0..<Int.random(in: 1...3, using: &random) where !message.payload.isEmpty {
                let place = Int.random(in: message.payload.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: message.payload[place] = UInt8.random(in: 0...255, using: &random)
                case 1: message.payload.insert(UInt8.random(in: 0...255, using: &random), at: place)
                default: message.payload.remove(at: place)
                }
            }
            if decode(message) { takenCount += 1 }
        }
        // Neither all nor none: the mutations reach deep.
        #expect(takenCount > 50 && takenCount < 3_000, "\(takenCount)")
    }

    @Test func `a storage with little room for texts refuses what does not fit`() {
        let all = Self.messages.filter { decode($0) }
        #expect(all.count > 80)
        let taken = all.filter { decode($0, textByteCount: 24) }
        #expect(taken.count > 20 && taken.count < all.count - 20)
    }
}
