/// A text made of what a message says: `{device_id}` is a level of its topic, `{1}` what the first star of a path
/// stands for.
package struct MappingText: Sendable, Equatable {
    enum Part: Sendable, Equatable {
        case text([UInt8])
        /// By its place among the topic's levels.
        case level(Int)
        /// From 0.
        case star(Int)
    }

    let parts: [Part]

    private init(parts: [Part]) {
        self.parts = parts
    }

    package static let empty = MappingText(parts: [])

    package init(_ text: String, of topic: MappingTopic, starCount: Int = 0) throws(MappingError) {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { parts.append(.text(Array(rest[..<open].utf8))) }
            guard let close = rest[open...].firstIndex(of: "}") else {
                throw MappingError("the brace in \"\(text)\" does not end")
            }
            let name = String(rest[rest.index(after: open)..<close])
            if let number = Int(name) {
                guard number >= 1, number <= starCount else {
                    throw MappingError("{\(name)} stands for a * of the path, which has \(starCount)")
                }
                parts.append(.star(number - 1))
            } else if let level = topic.level(named: name) {
                parts.append(.level(level))
            } else {
                throw MappingError("the topic \(topic.text) has no level {\(name)}")
            }
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.text(Array(rest.utf8))) }
        self.init(parts: parts)
    }

    /// Whether all of so many stars are part of it.
    package func namesStars(_ count: Int) -> Bool {
        (0..<count).allSatisfy { parts.contains(.star($0)) }
    }
}
