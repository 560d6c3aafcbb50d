/// A payload that could not be decoded: why, where, and what should have been there.
public struct MalformedPayload: Error {
    /// Why.
    public let fault: PayloadFault
    /// Offset into the payload at which reading ended.
    public let byteOffset: Int
    /// What was expected, for example `a whole number of 32 bits`.
    public let expected: StaticString
    /// The field it was expected in; empty where it was none.
    public let field: StaticString

    init(_ fault: PayloadFault, at byteOffset: Int, _ expected: StaticString, in field: StaticString = "") {
        self.fault = fault
        self.byteOffset = byteOffset
        self.expected = expected
        self.field = field
    }
}
