/// Where in a JSON text a value is: `$.ENERGY.Power`, `$.params['switch:0'].apower`, `$.sensors[*].t`.
///
/// A small part of RFC 9535: members by name, elements by number, and `*` for all of either. `*` may also end a name:
/// `$.params['temperature:*'].tC`. `$` alone is the whole payload; without it the first name may stand alone.
package struct MappingPath: Sendable, Equatable {
    enum Step: Sendable, Equatable {
        case member([UInt8])
        /// All members whose names begin so; what follows is what the star stands for.
        case members(prefix: [UInt8])
        case element(Int)
        case elements

        var isStar: Bool {
            switch self {
            case .member, .element: false
            case .members, .elements: true
            }
        }
    }

    /// As it was written.
    package let text: String
    let steps: [Step]

    /// How many stars there are, which a channel's `{1}`, `{2}`, … stand for.
    package var starCount: Int { steps.count(where: \.isStar) }

    /// The whole payload.
    package static let root = MappingPath(text: "$", steps: [])

    private init(text: String, steps: [Step]) {
        self.text = text
        self.steps = steps
    }

    package init(_ text: String) throws(MappingError) {
        var parser = MappingPathParser(text)
        self.init(text: text, steps: try parser.parse())
    }
}
