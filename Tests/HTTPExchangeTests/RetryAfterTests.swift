import HTTPExchange
import Testing

@Suite struct RetryAfterTests {
    @Test(arguments: [
        ("120", RetryAfter.seconds(120)), ("0", .seconds(0)), (" 7 ", .seconds(7)),
        ("99999999999999999999999", .seconds(.max)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", .date(unixSeconds: 784_111_777)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", .date(unixSeconds: 784_111_777)),
        ("Sun Nov  6 08:49:37 1994", .date(unixSeconds: 784_111_777)),
        ("Thu, 29 Feb 2024 23:59:60 GMT", .date(unixSeconds: 1_709_251_200)),
        ("Wed, 01 Jan 2070 00:00:00 GMT", .date(unixSeconds: 3_155_760_000)),
    ]) func bothFormsAreRead(text: String, expected: RetryAfter) {
        #expect(RetryAfter(text) == expected)
    }

    @Test(arguments: [
        "", " ", "-1", "1.5", "soon", "1 2", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Nov 99999 08:49:37 GMT", "Sun, 06-Nov-1994 08:49:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
    ]) func whatIsNeitherFormIsNil(text: String) {
        #expect(RetryAfter(text) == nil)
    }

    @Test func aDateCountsFromTheAnswersOwnDateWhereThereIsOne() {
        let date = RetryAfter.date(unixSeconds: 1_000_120)
        #expect(date.delaySeconds(nowUnixSeconds: 5, responseDateUnixSeconds: 1_000_000) == 120)
        #expect(date.delaySeconds(nowUnixSeconds: 1_000_100, responseDateUnixSeconds: nil) == 20)
        #expect(date.delaySeconds(nowUnixSeconds: 2_000_000, responseDateUnixSeconds: nil) == 0)
        #expect(RetryAfter.seconds(9).delaySeconds(nowUnixSeconds: 0, responseDateUnixSeconds: 4) == 9)
    }
}
