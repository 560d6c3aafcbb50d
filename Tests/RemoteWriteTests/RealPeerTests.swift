import Glibc
import MetricModel
import RemoteWrite
import Testing

/// Debian's Prometheus and VictoriaMetrics understand what is written here.
@Suite(.serialized) struct RealPeerTests {
    /// What a peer said: its status, whether it sent a Written header, and its answer to the query afterwards.
    private struct Answer {
        var status = ""
        var hasWrittenHeader = false
        var queried = ""
    }

    /// The peers come from Debian; where one is not installed its case is skipped.
    static let installed = ["prometheus", "victoria-metrics"].filter { access("/usr/bin/\($0)", X_OK) == 0 }

    private static let now = Int64(time(nil)) * 1000

    private static var columns: SampleColumns {
        var columns = SampleColumns([
            (
                ["__name__": "wayside_test_a", "instance": "gw-7", "job": "Gießerei"],
                [(now - 30_000, 1.5), (now - 15_000, 0.1), (now, 2.25)]
            ),
            (["__name__": "wayside_test_b", "instance": "gw-7"], [(now - 30_000, 0), (now, -7)]),
        ])
        columns.families = [.init(name: "wayside_test_a", type: .gauge, help: "A.", unit: "")]
        columns.rows[0].family = 0
        return columns
    }

    private func post(_ message: [UInt8], _ format: WireFormat, to peer: String) throws -> Answer {
        var body: [UInt8] = []
        try SnappyBlock.compress(message, into: &body)
        var template = Array("/tmp/wayside-peer-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { unlink(path) }
        let written = write(descriptor, body, body.count)
        close(descriptor)
        try #require(written == body.count)
        let script = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/post_to_peer.sh"
        let command =
            "\(script) \(peer) \(path) '\(format.contentType)' \(format.version) "
            + "'{__name__=~\"wayside_test_.*\"}[5m]' \(Self.now / 1000 + 1)"
        let pipe = try #require(popen(command, "r"))
        var output: [UInt8] = []
        while case let byte = fgetc(pipe), byte >= 0 { output.append(UInt8(byte)) }
        let status = pclose(pipe)
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n", maxSplits: 2)
        try #require(status == 0 && lines.count == 3, "\(lines)")
        return Answer(status: String(lines[0]), hasWrittenHeader: lines[1] != "0", queried: String(lines[2]))
    }

    /// A time as both peers print it in JSON.
    private static func text(_ unixMilliseconds: Int64) -> String { String(unixMilliseconds / 1000) }

    @Test(.enabled(if: !installed.isEmpty), arguments: installed, [MetadataDetail.none, .typeUnitHelp])
    func aRequestOf1IsStoredAsItWasWritten(peer: String, metadata: MetadataDetail) throws {
        var message: [UInt8] = []
        WriteRequest1.encode(Self.columns, metadata: metadata, into: &message)
        let answer = try post(message, .writeRequest1, to: peer)
        #expect(answer.status == "204")
        let times = [Self.now - 30_000, Self.now - 15_000, Self.now].map(Self.text)
        let first = #"[[\#(times[0]),"1.5"],[\#(times[1]),"0.1"],[\#(times[2]),"2.25"]]"#
        let second = #"[[\#(times[0]),"0"],[\#(times[2]),"-7"]]"#
        #expect(answer.queried.contains(#""values":\#(first)"#))
        #expect(answer.queried.contains(#""values":\#(second)"#))
        #expect(answer.queried.contains(#""job":"Gießerei""#))
    }

    /// Neither version in Debian 12 speaks 2.0; what they answer is what the fallback to 1.0 rests on.
    @Test(.enabled(if: !installed.isEmpty), arguments: installed)
    func aReceiverOf1GivesItselfAwayToARequestOf2(peer: String) throws {
        var message: [UInt8] = []
        WriteRequest2.encode(Self.columns, into: &message)
        let answer = try post(message, .writeRequest2, to: peer)
        #expect(!answer.hasWrittenHeader)
        // Both read an empty message of 1.0 and say that all went well.
        #expect(answer.status == "204")
        #expect(answer.queried.contains(#""result":[]"#))
    }
}
