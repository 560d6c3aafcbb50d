import Testing

@testable import SampleStore

@Suite struct RequestIdentityTests {
    private let identity = RequestIdentity(
        agent: "gw-7", ringHigh: 0x0123_4567_89ab_cdef, ringLow: 0xfedc_ba98_7654_3210, first: 5, last: .max, part: 2,
        parts: 3, crc: 0xbeef)

    @Test func headerIsReadAsWritten() {
        #expect(
            identity.header
                == "ring=01234567-89ab-cdef-fedc-ba9876543210;first=5;last=18446744073709551615;part=2/3;crc=0000beef")
        #expect(RequestIdentity(header: identity.header, agent: "gw-7") == identity)
        #expect(
            RequestIdentity(
                header: " crc=BEEF; part=2/3; last=18446744073709551615; first=5; later=x; "
                    + "ring=0123456789abcdeffedcba9876543210", agent: "gw-7") == identity)
    }

    @Test(arguments: [
        "", "ring=1;first=1;last=2;part=1/1;crc=0", "first=1;last=2;part=1/1;crc=0",
        "ring=0123456789abcdeffedcba9876543210;first=3;last=2;part=1/1;crc=0",
        "ring=0123456789abcdeffedcba9876543210;first=1;last=2;part=2/1;crc=0",
        "ring=0123456789abcdeffedcba9876543210;first=1;last=2;part=0/1;crc=0",
        "ring=0123456789abcdeffedcba9876543210;first=1;last=2;part=1;crc=0",
        "ring=0123456789abcdeffedcba9876543210;first=1;first=1;last=2;part=1/1;crc=0",
        "ring=0123456789abcdeffedcba9876543210;first=-1;last=2;part=1/1;crc=0",
        "ring=0123456789abcdeffedcba9876543210;first=1;last=2;part=1/1;crc=100000000",
        "ring=0123456789abcdeffedcba98765432é0;first=1;last=2;part=1/1;crc=0",
    ])
    func malformedHeadersAreNone(header: String) {
        #expect(RequestIdentity(header: header, agent: "gw-7") == nil)
    }
}
