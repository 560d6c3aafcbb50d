/// The topics of a mapping: `energy/devices/{device_id}/data`. A level in braces has a name and may be any; `+` may be
/// any and has none.
package struct MappingTopic: Sendable, Equatable {
    enum Level: Sendable, Equatable {
        case text([UInt8])
        case any
    }

    /// As it was written.
    package let text: String
    let levels: [Level]
    /// The levels with names.
    let names: [(name: String, level: Int)]

    package static func == (left: MappingTopic, right: MappingTopic) -> Bool { left.text == right.text }

    /// What a broker is asked for.
    package var filter: String {
        levels.map { level in
            switch level {
            case .text(let bytes): String(decoding: bytes, as: UTF8.self)
            case .any: "+"
            }
        }.joined(separator: "/")
    }

    package init(_ text: String) throws(MappingError) {
        self.text = text
        var levels: [Level] = []
        var names: [(name: String, level: Int)] = []
        for level in text.split(separator: "/", omittingEmptySubsequences: false) {
            if level == "+" {
                levels.append(.any)
            } else if level.hasPrefix("{"), level.hasSuffix("}") {
                let name = String(level.dropFirst().dropLast())
                guard MappingTopic.isName(name), !names.contains(where: { $0.name == name }) else {
                    throw MappingError("expected a name of its own of letters and _ in braces; found \"\(level)\"")
                }
                names.append((name, levels.count))
                levels.append(.any)
            } else {
                guard !level.contains(where: { "+#{}".contains($0) }) else {
                    throw MappingError("+ and {name} stand for whole levels and # is not taken; found \"\(level)\"")
                }
                levels.append(.text(Array(level.utf8)))
            }
        }
        guard !text.isEmpty, levels.count <= MappingLimits.levelLimit else {
            throw MappingError("expected 1 to \(MappingLimits.levelLimit) levels")
        }
        // A + at the start does not stand for $SYS, and # is not there; so this is all that reaches the broker's own.
        guard !text.hasPrefix("$") else { throw MappingError("topics that begin with $ are the broker's own") }
        self.levels = levels
        self.names = names
    }

    /// Names are not numbers, which stand for a path's stars.
    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first < 0x30 || first > 0x39 else { return false }
        return name.utf8.allSatisfy { byte in
            (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x5f
        }
    }

    func level(named name: String) -> Int? { names.first { $0.name == name }?.level }

    /// Whether the topic, whose levels are `ranges`, is one of these.
    func matches(_ topic: UnsafeRawBufferPointer, _ ranges: [Range<Int>]) -> Bool {
        guard ranges.count == levels.count else { return false }
        for (level, range) in zip(levels, ranges) {
            guard case .text(let bytes) = level else { continue }
            guard bytes.count == range.count, topic[range].elementsEqual(bytes) else { return false }
        }
        return true
    }
}
