internal import DeviceProtocol
internal import JSONText

/// Decodes a payload by a mapping, in one pass over its text.
///
/// What the mapping does not name is passed over. What a value should not be makes the message malformed, but only once
/// it is known that the mapping's conditions hold: a message that is not meant is nobody's mistake.
struct MappedDecoder {
    /// A value that is neither object nor array.
    enum Scalar {
        case number(JSONNumber)
        case bool(Bool)
        case null
        case string(JSONString)
        /// The payload as it is, without the white space around it.
        case text(UnsafeRawBufferPointer)
    }

    /// What a path's star stands for.
    enum StarValue {
        case name(JSONString)
        case number(Int)
    }

    let compiled: CompiledMapping
    let topic: UnsafeRawBufferPointer
    let levels: [Range<Int>]
    var reader: JSONReader
    var stars: [8 of StarValue] = .init(repeating: .number(0))
    /// The first value that should have been another.
    private var fault: MalformedMessage?
    /// Which readings without stars have come.
    private var seenReadings: [2 of UInt64] = [0, 0]
    private var seenFields: UInt32 = 0
    private var seenConditions: UInt64 = 0
    private var metConditions: UInt64 = 0

    /// Whether the message is the mapping's. `levels` are those of the topic, which the mapping's matches.
    static func decode(
        _ payload: UnsafeRawBufferPointer, topic: UnsafeRawBufferPointer, levels: [Range<Int>],
        by compiled: CompiledMapping, byteLimit: Int, into message: inout DecodedMessage
    ) throws(MalformedMessage) -> Bool {
        // A payload of no bytes is how a retained message is taken back.
        guard !payload.isEmpty else { return false }
        var decoder = MappedDecoder(
            compiled: compiled, topic: topic, levels: levels,
            reader: JSONReader(
                payload, limits: JSONLimits(byteLimit: byteLimit, depthLimit: MappingLimits.depthLimit)))
        guard decoder.isTopicMeant() else { return false }
        // First, so that a malformed message is its device's.
        if case .text(let text) = compiled.mapping.deviceID { decoder.appendID(text, to: &message) }
        guard payload.count <= byteLimit else { throw decoder.malformed(.tooLarge, "a shorter message") }
        if compiled.mapping.isText {
            let text = MappedDecoder.trimmed(payload)
            decoder.apply(MappingTree.root, .text(text), into: &message)
        } else {
            try decoder.walk(MappingTree.root, try decoder.next(), depth: 0, into: &message)
            _ = try decoder.next()
        }
        guard decoder.isMeant else { return false }
        try decoder.finish(&message)
        return true
    }

    private init(
        compiled: CompiledMapping, topic: UnsafeRawBufferPointer, levels: [Range<Int>], reader: JSONReader
    ) {
        self.compiled = compiled
        self.topic = topic
        self.levels = levels
        self.reader = reader
    }

    private static func trimmed(_ payload: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var start = 0
        var end = payload.count
        while start < end, payload[start] <= 0x20 { start += 1 }
        while end > start, payload[end - 1] <= 0x20 { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: payload[start..<end])
    }

    func malformed(_ reason: MalformedReason, _ expected: String) -> MalformedMessage {
        MalformedMessage(reason, at: min(reader.byteOffset, reader.text.count), expected: expected)
    }

    // MARK: The pass

    private mutating func next() throws(MalformedMessage) -> JSONToken {
        do throws(JSONError) {
            return try reader.next()
        } catch {
            throw FieldReader.malformed(error)
        }
    }

    private mutating func skip() throws(MalformedMessage) {
        do throws(JSONError) {
            try reader.skipValue()
        } catch {
            throw FieldReader.malformed(error)
        }
    }

    /// Takes the value that begins with `token` and is at a node of the tree. It calls itself as deep as the tree is,
    /// and no deeper.
    private mutating func walk(
        _ node: Int, _ token: JSONToken, depth: Int, into message: inout DecodedMessage
    ) throws(MalformedMessage) {
        switch token {
        case .beginObject:
            while case .key(let key) = try next() {
                guard let child = child(of: node, key) else {
                    try skip()
                    continue
                }
                if depth < MappingLimits.stepLimit { stars[depth] = .name(key) }
                try walk(child, try next(), depth: depth + 1, into: &message)
            }
        case .beginArray:
            var index = 0
            while true {
                let element = try next()
                if case .endArray = element { return }
                if let child = compiled.tree.child(of: node, element: index) {
                    if depth < MappingLimits.stepLimit { stars[depth] = .number(index) }
                    try walk(child, element, depth: depth + 1, into: &message)
                } else {
                    try skip(behind: element)
                }
                index += 1
            }
        case .number(let number): apply(node, .number(number), into: &message)
        case .bool(let flag): apply(node, .bool(flag), into: &message)
        case .null: apply(node, .null, into: &message)
        case .string(let string): apply(node, .string(string), into: &message)
        case .endObject, .endArray, .key, .end: break
        }
    }

    /// Passes over the rest of a value whose first token has been taken.
    private mutating func skip(behind token: JSONToken) throws(MalformedMessage) {
        switch token {
        case .beginObject, .beginArray:
            do throws(JSONError) {
                try reader.skipRest()
            } catch {
                throw FieldReader.malformed(error)
            }
        default: break
        }
    }

    private func child(of node: Int, _ key: JSONString) -> Int? {
        guard !compiled.tree.nodes[node].edges.isEmpty else { return nil }
        if let plain = reader.plainBytes(key) { return compiled.tree.child(of: node, member: plain) }
        return unescaped(key).withUnsafeBytes { compiled.tree.child(of: node, member: $0) }
    }

    /// A string's bytes where it has escapes: rare enough to allocate for.
    func unescaped(_ string: JSONString) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: string.range.count)
        let count = bytes.withUnsafeMutableBytes { reader.copy(string, into: $0) } ?? 0
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    // MARK: Values

    private mutating func apply(_ node: Int, _ scalar: Scalar, into message: inout DecodedMessage) {
        for index in compiled.tree.nodes[node].targets {
            do throws(MalformedMessage) {
                try apply(compiled.tree.targets[index], scalar, into: &message)
            } catch {
                if fault == nil { fault = error }
            }
        }
    }

    private mutating func apply(
        _ target: MappingTree.Target, _ scalar: Scalar, into message: inout DecodedMessage
    ) throws(MalformedMessage) {
        switch target.action {
        case .reading(let index):
            if !compiled.readings[index].hasStars { try noteReading(index) }
            try takeReading(index, target, scalar, into: &message)
        case .condition(let index):
            let bit = UInt64(1) << UInt64(index)
            guard seenConditions & bit == 0 else { return }
            seenConditions |= bit
            if isWord(scalar, among: compiled.conditionWords[index]) != compiled.mapping.conditions[index].isNegated {
                metConditions |= bit
            }
        case .time:
            try note(0)
            try takeTime(scalar, into: &message)
        case .uptime:
            try note(1)
            try takeUptime(scalar, into: &message)
        case .bootID:
            try note(2)
            try takeBootID(scalar, into: &message)
        case .sequence:
            try note(3)
            try takeSequence(scalar, into: &message)
        case .interval:
            try note(4)
            try takeInterval(scalar, into: &message)
        case .status:
            try note(5)
            takeStatus(scalar, into: &message)
        case .deviceID:
            try note(6)
            takeDeviceID(scalar, into: &message)
        }
    }

    private mutating func note(_ field: UInt32) throws(MalformedMessage) {
        guard seenFields & 1 << field == 0 else { throw malformed(.duplicateField, "each field once") }
        seenFields |= 1 << field
    }

    private mutating func noteReading(_ index: Int) throws(MalformedMessage) {
        let bit = UInt64(1) << UInt64(index % 64)
        guard seenReadings[index / 64] & bit == 0 else { throw malformed(.duplicateField, "each field once") }
        seenReadings[index / 64] |= bit
    }

    // MARK: Conditions

    /// Whether the conditions that are about the topic hold.
    private mutating func isTopicMeant() -> Bool {
        for (index, condition) in compiled.mapping.conditions.enumerated() {
            guard case .text(let text) = condition.subject else { continue }
            var word: [UInt8] = []
            appendTopic(text, to: &word)
            guard compiled.conditionWords[index].contains(word) != condition.isNegated else { return false }
            metConditions |= 1 << UInt64(index)
        }
        return true
    }

    /// Whether all conditions hold. Where the message does not have what a condition is about, it is none of the words.
    private var isMeant: Bool {
        for (index, condition) in compiled.mapping.conditions.enumerated() {
            let bit = UInt64(1) << UInt64(index)
            if metConditions & bit != 0 || (condition.isNegated && seenConditions & bit == 0) { continue }
            return false
        }
        return true
    }

    private func finish(_ message: inout DecodedMessage) throws(MalformedMessage) {
        if let fault { throw fault }
        guard message.text[message.deviceID].withUnsafeBytes(ProtocolLimits.isDeviceID) else {
            throw malformed(
                .invalidDeviceID, "a device id of 1 to \(ProtocolLimits.deviceIDByteLimit) letters, digits and _-.:")
        }
        if message.bootID == nil || message.sequence == nil {
            message.bootID = nil
            message.sequence = nil
        }
        if message.intervalMilliseconds == nil { message.intervalMilliseconds = compiled.mapping.intervalMilliseconds }
        if message.isOffline == true {
            // What a device that is off is said to measure is no measurement.
            message.readings.removeAll(keepingCapacity: true)
        } else if message.readings.isEmpty, message.isOffline == nil, !compiled.readings.isEmpty,
            !compiled.mapping.mayBeEmpty
        {
            throw malformed(.noReadings, "one of the readings of the mapping of \(compiled.mapping.topic.text)")
        }
    }
}
