import HostMetrics
import Testing

/// Where a text is damaged, in a form for tables of tests.
struct Damage: Equatable, Sendable {
    let offset: Int
    let expected: String

    init(_ offset: Int, _ expected: String) {
        self.offset = offset
        self.expected = expected
    }
}

/// What a parser says of a text; nil where it takes it.
func damage(_ text: String, _ parse: (UnsafeRawBufferPointer) throws -> Void) -> Damage? {
    damage(Array(text.utf8), parse)
}

func damage(_ bytes: [UInt8], _ parse: (UnsafeRawBufferPointer) throws -> Void) -> Damage? {
    do {
        try bytes.withUnsafeBytes { try parse($0) }
        return nil
    } catch let error as DamagedText {
        return Damage(error.byteOffset, error.expected)
    } catch {
        Issue.record("\(error)")
        return nil
    }
}
