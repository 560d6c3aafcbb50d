import HTTPExchange
import LinuxSystem
import Testing

/// curl as an independent peer; skipped where it is not installed.
@Suite(.timeLimit(.minutes(1)), .enabled(if: Files.exists("/usr/bin/curl"), "curl is not installed"))
struct CurlTests {
    @Test func gzipIsSentWhenAskedFor() async throws {
        let fixture = try await ServerFixture()
        let base = "http://127.0.0.1:\(fixture.port)"
        let head = try await shell("curl -s -D - -o /dev/null --compressed \(base)/large")
        #expect(head.contains("Content-Encoding: gzip\r\n"))
        #expect(head.contains("Vary: Accept-Encoding\r\n"))
        #expect(try await shell("curl -s --compressed \(base)/large | wc -c").contains("3000000"))
        #expect(try await shell("curl -s \(base)/large | wc -c").contains("3000000"))
        let streamed = try await shell("curl -s --compressed '\(base)/stream?count=20000'")
        #expect(streamed.hasPrefix("piece 19999\n"))
        #expect(streamed.components(of: "\n") == 20_000)
        let small = try await shell("curl -s -D - --compressed \(base)/hello")
        #expect(!small.contains("gzip"))
        #expect(small.hasSuffix("hello\n"))
        await fixture.stop()
    }

    @Test func formsAndUploadsArrive() async throws {
        let fixture = try await ServerFixture()
        let base = "http://127.0.0.1:\(fixture.port)"
        // curl asks with Expect: 100-continue before a large body.
        let length = try await shell(
            "head -c 2000000 /dev/zero | curl -s --data-binary @- -H 'Expect: 100-continue' \(base)/length")
        #expect(length == "2000000\n")
        let refused = try await shell(
            "head -c 2000000 /dev/zero | curl -s -o /dev/null -w '%{http_code}' --data-binary @- \(base)/echo")
        #expect(refused == "413")
        let reused = try await shell(
            "curl -s -o /dev/null -o /dev/null -w '%{num_connects} ' \(base)/hello \(base)/hello")
        #expect(reused == "1 0 ")
        #expect(try await shell("curl -s -I -0 \(base)/hello").contains("Content-Length: 6\r\n"))
        await fixture.stop()
    }
}
