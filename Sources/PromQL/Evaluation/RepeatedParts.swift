/// Values of what a query says more than once: evaluated the first time, taken the other times.
///
/// Parts are the same where their printed texts are, byte for byte, and only shared over the same steps.
struct RepeatedParts {
    struct Part: Hashable {
        fileprivate let text: [UInt8]
        fileprivate let grid: StepGrid
    }

    /// Longer queries are not looked through: texts of all parts together may be as long as the square of it.
    static let textLimit = 4096

    /// How often each text is still to come.
    private var uses: [[UInt8]: Int] = [:]
    private var values: [Part: (value: EvaluatedValue, counted: SampleCounter?)] = [:]
    /// Samples that may be kept in all. They are counted here and not among those held.
    private var samplesLeft: Int

    /// Shares nothing.
    init() { samplesLeft = 0 }

    /// Keeps at most an eighth of `sampleLimit`.
    init(_ tree: Expression, textByteCount: Int, sampleLimit: Int) {
        samplesLeft = sampleLimit / 8
        guard textByteCount <= Self.textLimit else { return }
        count(tree)
        uses = uses.filter { $0.value > 1 }
    }

    private static func text(of node: Expression) -> [UInt8] { Array(node.description.utf8) }

    /// What is evaluated to the values of series, where doing so costs more than to look it up.
    private static func isWorthwhile(_ node: Expression) -> Bool {
        switch node {
        case .selector, .call, .aggregation, .binary: node.type == .vector
        case .number, .string, .range, .subquery, .unary, .parenthesised: false
        }
    }

    /// What is within a part that was seen before is not evaluated again, so it does not count.
    private mutating func count(_ node: Expression) {
        if Self.isWorthwhile(node) {
            let text = Self.text(of: node)
            uses[text, default: 0] += 1
            if uses[text] != 1 { return }
        }
        for child in node.children { count(child) }
    }

    /// The node as a part that is shared, nil where it is not.
    func part(_ node: Expression, _ grid: StepGrid) -> Part? {
        guard !uses.isEmpty, Self.isWorthwhile(node) else { return nil }
        let text = Self.text(of: node)
        return uses[text] == nil ? nil : Part(text: text, grid: grid)
    }

    /// The part's value where it is known, with the samples that count for it each time it is used. After the last use
    /// it is forgotten.
    mutating func take(_ part: Part) -> (value: EvaluatedValue, counted: SampleCounter?)? {
        let usesLeft = uses[part.text, default: 1] - 1
        uses[part.text] = usesLeft > 0 ? usesLeft : nil
        guard let known = values[part] else { return nil }
        if usesLeft == 0 {
            values[part] = nil
            samplesLeft += known.value.sampleCount
        }
        return known
    }

    mutating func keep(_ value: EvaluatedValue, _ counted: SampleCounter?, for part: Part) {
        guard uses[part.text] != nil, value.sampleCount <= samplesLeft else { return }
        samplesLeft -= value.sampleCount
        values[part] = (value, counted)
    }
}
