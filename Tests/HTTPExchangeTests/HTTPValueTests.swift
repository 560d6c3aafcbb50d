import HTTPExchange
import TestValues
import Testing

@Suite struct HTTPValueTests {
    @Test(arguments: [
        ("http://hub", "tcp(host: \"hub\", port: 80)", "/", "hub"),
        ("HTTP://hub:9661/api/v1/write?a=b#c", "tcp(host: \"hub\", port: 9661)", "/api/v1/write?a=b", "hub:9661"),
        ("https://[::1]/x", "tcp(host: \"::1\", port: 443)", "/x", "[::1]"),
        ("https://[::1]:444?x", "tcp(host: \"::1\", port: 444)", "/?x", "[::1]:444"),
        ("http://h:/", "tcp(host: \"h\", port: 80)", "/", "h"),
    ])
    func urls(text: String, destination: String, target: String, authority: String) throws {
        let url = try HTTPURL(text)
        #expect("\(url.destination)" == destination)
        #expect(url.target == target)
        #expect(url.authority == authority)
        #expect(try HTTPURL(url.description) == url)
    }

    @Test(arguments: [
        ("hub:9661", HTTPURL.Failure.malformed), ("http:/h", .malformed), ("http://", .malformed),
        ("http://h:0", .malformed), ("http://h:65536", .malformed), ("http://h:1x", .malformed),
        ("http://[::1", .malformed), ("http://[h]", .malformed), ("http://h /", .malformed), ("http://hö/", .malformed),
        ("http://::1/", .malformed), ("http://h:+1/", .malformed),
        ("ftp://h", .unknownScheme("ftp")), ("http://u:p@h/", .hasUserInfo),
    ])
    func badURLs(text: String, failure: HTTPURL.Failure) {
        #expect(throws: failure) { try HTTPURL(text) }
    }

    @Test(arguments: [
        ("127.0.0.1:9660", HTTPAddress.tcp(host: "127.0.0.1", port: 9660)), ("[::1]:1", .tcp(host: "::1", port: 1)),
        (":9660", .tcp(host: "::", port: 9660)), ("host.name:0", .tcp(host: "host.name", port: 0)),
        ("unix:/run/x.sock", .unix(path: "/run/x.sock")),
    ])
    func addresses(text: String, address: HTTPAddress) {
        #expect(HTTPAddress(text) == address)
    }

    @Test(arguments: [
        "", "9660", "host", "::1:80", "h:65536", "h:-1", "h:", "unix:x", "http://h:1",
        "unix:/" + String(repeating: "x", count: 107), "[, 06]:9661", "[h]:1", "[]:1", "a b:1", "h\u{0}:1",
        String(repeating: "h", count: 256) + ":1",
    ])
    func badAddresses(text: String) {
        #expect(HTTPAddress(text) == nil)
    }

    /// Against `date -u -d @N` of GNU coreutils.
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
    ])
    func dates(second: Int64, text: String) {
        #expect(HTTPDate.format(unixSeconds: second) == text)
        #expect(HTTPDate.unixSeconds(text) == second)
    }

    @Test func datesComeBack() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<2000 {
            let second = Int64.random(in: -62_135_596_800...253_402_300_799, using: &random)
            #expect(HTTPDate.unixSeconds(HTTPDate.format(unixSeconds: second)) == second)
        }
        for text in [
            "", "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37", "Sun, 32 Nov 1994 08:49:37 GMT",
        ] {
            #expect(HTTPDate.unixSeconds(text) == nil)
        }
    }

    @Test(arguments: [
        ("a%20b", "a b"), ("a+b", "a b"), ("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("%C3%B6", "ö"),
        ("%ff", "\u{FFFD}"),
        ("", ""),
    ])
    func percentDecoding(text: String, decoded: String) {
        #expect(PercentCoding.decode(text, plusIsSpace: true) == decoded)
        #expect(PercentCoding.decode(PercentCoding.encode(decoded)) == decoded)
    }

    @Test func fieldsRepeat() {
        let fields = HTTPFields(decoding: "query=up%7Ba%3D%22b%22%7D&match[]=a&match%5B%5D=b&&flag&=x")
        #expect(fields?["query"] == #"up{a="b"}"#)
        #expect(fields?.values("match[]") == ["a", "b"])
        #expect(fields?["flag"] == "")
        #expect(fields?[""] == "x")
        #expect(fields.flatMap { HTTPFields(decoding: $0.encoded[...]) } == fields)
        #expect(HTTPFields(decoding: "a&b&c", fieldLimit: 2) == nil)
    }

    @Test func formsComeBeforeTheQuery() {
        let request = HTTPRequest(
            method: .post, target: "/q?a=1&b=2",
            headers: ["content-type": "Application/X-WWW-Form-Urlencoded; charset=utf-8"],
            body: Array("a=3".utf8))
        #expect(request.formFields()?.values("a") == ["3", "1"])
        #expect(request.formFields()?["b"] == "2")
        #expect(request.formFields(fieldLimit: 0) == nil)
        #expect(HTTPRequest(method: .get, target: "/q?a=1").formFields()?["a"] == "1")
        // A form in a GET is nobody's parameter.
        for method in [HTTPMethod.get, .head] {
            var asked = request
            asked.method = method
            #expect(asked.formFields()?.values("a") == ["1"])
        }
    }

    @Test func headersIgnoreCase() {
        var headers: HTTPHeaders = ["Accept": "a", "ACCEPT": "b", "Connection": "Keep-Alive, Upgrade"]
        #expect(headers["accept"] == "a")
        #expect(headers.values("Accept") == ["a", "b"])
        #expect(headers.hasElement("upgrade", in: "connection"))
        #expect(!headers.hasElement("close", in: "connection"))
        headers.set("accept", "c")
        #expect(headers.values("Accept") == ["c"])
        headers.add("authorization", "Bearer hunter2")
        #expect(!"\(headers) \(headers.fields)".contains("hunter2"))
        // Only letters have a case: these differ in the same bit.
        headers.set("X[", "1")
        #expect(headers["X{"] == nil)
    }

    @Test func gzipComesBack() throws {
        var random = SeededRandom(seed: 3)
        for count in [0, 1, 100, 70_000, 1_000_000] {
            let bytes = (0..<count).map { _ in UInt8.random(in: 60...70, using: &random) }
            let packed = Gzip.compress(bytes)
            #expect(try Gzip.decompress(packed, byteLimit: count) == bytes)
            #expect(try Gzip.decompress(packed + packed, byteLimit: 2 * count) == bytes + bytes)
            if count > 0 {
                #expect(throws: Gzip.Failure.tooLarge(byteLimit: count - 1)) {
                    try Gzip.decompress(packed, byteLimit: count - 1)
                }
            }
            #expect(throws: Gzip.Failure.malformed) {
                try Gzip.decompress(Array(packed.dropLast()), byteLimit: count + 1)
            }
        }
        for _ in 0..<500 {
            var packed = Gzip.compress(Array("some text that is some text".utf8))
            packed[Int.random(in: 0..<packed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            // Damage is an error or, in fields that carry no data, unseen; it never crashes.
            _ = try? Gzip.decompress(packed, byteLimit: 1000)
        }
        #expect(throws: Gzip.Failure.malformed) { try Gzip.decompress([], byteLimit: 10) }
    }

    @Test func repliesShowTheirFirstLine() {
        let reply = HTTPReply(status: .badRequest, body: Array("out of \u{1B}[31morder\u{9B}2J\nsecond".utf8))
        #expect(reply.firstLine() == "out of  [31morder 2J")
        #expect(
            HTTPReply(status: .ok, body: [UInt8](repeating: 0xFF, count: 5000)).firstLine(characterLimit: 10).count
                == 10)
    }
}
