import Daemon
import HTTPExchange
import JSONText
import LinuxSystem
import TLSTransport
import TestPeers

/// HTTP from the tests to the programs.
struct Web: Sendable {
    static let shared = Web()

    private let client: HTTPClient

    /// `tls` is for `https`.
    init(tls: ReloadingTLSContext? = nil) {
        client = HTTPClient(
            loops: HTTPEventLoops(), userAgent: "wayside-tests",
            limits: HTTPClientLimits(replyByteLimit: 64 << 20, connectionLimit: 64), tls: tls)
    }

    func get(_ url: String, headers: HTTPHeaders = [:]) async throws -> HTTPReply {
        try await client.get(HTTPURL(url), headers: headers)
    }

    func post(_ url: String, headers: HTTPHeaders, body: [UInt8]) async throws -> HTTPReply {
        try await client.post(HTTPURL(url), headers: headers, body: body)
    }

    func post(_ url: HTTPURL, body: [UInt8]) async throws(HTTPClientError) -> HTTPReply {
        try await client.post(url, body: body)
    }

    /// A request without a body.
    func send(_ method: HTTPMethod, _ url: String, headers: HTTPHeaders = [:]) async throws -> HTTPReply {
        try await client.send(method, HTTPURL(url), headers: headers, body: [])
    }

    /// The body as text; anything but 200 is an error that shows it.
    func text(_ url: String, headers: HTTPHeaders = [:]) async throws -> String {
        let reply = try await get(url, headers: headers)
        let text = String(decoding: reply.body, as: UTF8.self)
        guard reply.status.code == 200 else { throw PeerError("\(url) answered \(reply.status.code): \(text)") }
        return text
    }

    func json(_ url: String, headers: HTTPHeaders = [:]) async throws -> JSONValue {
        let text = try await text(url, headers: headers)
        return try JSONValue(Array(text.utf8), limits: JSONLimits(byteLimit: 64 << 20, depthLimit: 32))
    }

    /// Asks again until `holds` answers true; a failing request counts as false. The limit only ends a test that has
    /// failed already.
    func wait(for what: String, seconds: Int = 120, until holds: () async throws -> Bool) async throws {
        var last = ""
        for _ in 0..<(seconds * 20) {
            do {
                if try await holds() { return }
            } catch {
                last = "; last: \(error)"
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw PeerError("waited \(seconds) s in vain for \(what)\(last)")
    }
}
