/// Something that reads bytes from outside, with what must hold whatever the bytes are.
protocol FuzzTarget: SendableMetatype, Sendable {
    /// What `FUZZ_TARGET` names it by.
    static var name: String { get }
    /// Words of the language it reads, which mutations put in; empty for binary formats.
    static var dictionary: [String] { get }
    /// Inputs to begin from, made by the real encoders.
    static func seeds() -> [[UInt8]]

    init()
    /// Ends the process where something does not hold.
    func run(_ bytes: [UInt8])
}

extension FuzzTarget {
    static var dictionary: [String] { [] }
}
