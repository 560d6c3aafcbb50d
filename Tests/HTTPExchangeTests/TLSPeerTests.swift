import Glibc
import HTTPExchange
import LinuxSystem
import TLSTransport
import Testing

/// Python's ssl module as an independent server.
@Suite(.timeLimit(.minutes(2)), .enabled(if: Files.exists("/usr/bin/python3"), "python3 is not installed"))
struct TLSPeerTests {
    /// A Python server that accepts one connection, reads a request and runs `ending` on the socket.
    final class PythonServer: @unchecked Sendable {
        // Used by one blocking call at a time.
        private let pipe: UnsafeMutablePointer<FILE>
        let port: Int

        init(directory: String, answer: String, ending: String) throws {
            let script = """
                import socket, ssl
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain("\(directory)/server.pem", "\(directory)/server.key")
                listener = socket.create_server(("127.0.0.1", 0))
                print(listener.getsockname()[1], flush=True)
                tls = context.wrap_socket(listener.accept()[0], server_side=True)
                received = b""
                while b"\\r\\n\\r\\n" not in received: received += tls.recv(65536)
                tls.sendall(b"\(answer)")
                \(ending)
                """
            let path = directory + "/server.py"
            try Files.replace(path, with: Array(script.utf8))
            guard let pipe = popen("python3 \(path) 2>&1", "r") else {
                throw RawPeer.Failure(call: "popen", errorNumber: errno)
            }
            self.pipe = pipe
            var line: [UInt8] = []
            while case let byte = fgetc(pipe), byte != EOF, byte != 10 { line.append(UInt8(truncatingIfNeeded: byte)) }
            port = Int(String(decoding: line, as: UTF8.self)) ?? 0
        }

        deinit { pclose(pipe) }
    }

    func get(answer: String, ending: String) async throws -> Result<HTTPReply, HTTPClientError> {
        let files = try await Certificates()
        let loops = HTTPEventLoops()
        let settings = TLSClientSettings(authorityFile: files["good.pem"])
        let client = HTTPClient(loops: loops, userAgent: "t", tls: try ReloadingTLSContext(client: settings))
        let server = try await blocking { [path = files.directory.path] in
            try PythonServer(directory: path, answer: answer, ending: ending)
        }
        let url = try HTTPURL("https://127.0.0.1:\(server.port)/")
        let result: Result<HTTPReply, HTTPClientError>
        do throws(HTTPClientError) {
            result = .success(try await client.get(url))
        } catch {
            result = .failure(error)
        }
        await client.shutdown()
        try await blocking { _ = server }
        await loops.shutdown()
        return result
    }

    @Test func aBodyThatEndsWithTheConnectionNeedsTheClosingMessage() async throws {
        let answer = "HTTP/1.1 200 OK\\r\\n\\r\\nall of it"
        // unwrap sends the closing message; close alone does not.
        let whole = try await get(answer: answer, ending: "tls.unwrap()")
        #expect(try whole.get().body == Array("all of it".utf8))
        let cut = try await get(answer: answer, ending: "tls.close()")
        guard case .failure(.closed) = cut else {
            Issue.record("\(cut)")
            return
        }
    }

    @Test func aBodyOfKnownLengthDoesNot() async throws {
        let answer = "HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nabc"
        #expect(try await get(answer: answer, ending: "tls.close()").get().body == Array("abc".utf8))
    }
}
