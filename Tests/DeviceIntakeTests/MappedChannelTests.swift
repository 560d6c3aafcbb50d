import Testing

@testable import DeviceIntake

/// A channel that a payload's member names becomes a label's value.
@Suite struct MappedChannelTests {
    @Test(arguments: [#"a\u001f"#, #"a\u007f"#, "a\u{7f}", #"\u0000"#])
    func `what is no text by the protocol's rule is no channel`(name: String) throws {
        let gateway = Mappings.gateway(try Mappings.make(readings: [("{1}", "$.*")]))
        #expect(gateway.reason("t/d", "{\"\(name)\":1}") == .invalidValue)
        #expect(gateway.values("t/d", #"{"a~":1}"#) == ["a~=1.0"])
    }
}
