import HTTPExchange
import LabelMatching
import MetricModel
import RemoteWrite
import SampleStore
import Testing

@testable import WaysideHub

/// What the specifications of remote write 1.0 and 2.0 ask of a receiver, sentence by sentence, at the endpoint itself.
@Suite(.timeLimit(.minutes(1))) struct ReceiverRuleTests {
    private static let up = [("__name__", "up"), ("job", "a")]

    /// A 2.0 request of one series `up` with what is given.
    private static func up2(_ content: [UInt8]) -> [UInt8] {
        WriteMessage.request2(["__name__", "up"], [WriteMessage.references([1, 2]) + content])
    }

    @Test("Receivers MUST answer 415 to a content type or encoding that they do not support") func unsupported()
        async throws
    {
        let rig = try WriteRig()
        for (type, encoding) in [
            ("application/json", "snappy"), ("application/x-protobuf;proto=io.prometheus.write.v3.Request", "snappy"),
            ("application/x-protobuf", "gzip"), ("application/x-protobuf", "zstd"),
        ] {
            let answer = try await rig.post([], contentType: type, encoding: encoding)
            #expect(answer.code == 415, "\(type) \(encoding)")
            #expect(!answer.text.isEmpty)
        }
    }

    @Test("Receivers MUST choose the message by the content type, and 1.0 where it names none") func chosen()
        async throws
    {
        let rig = try WriteRig()
        let one = WriteMessage.series1(Self.up, [(rig.now, 1)])
        for type in [nil, "application/x-protobuf", "application/x-protobuf;proto=prometheus.WriteRequest"] {
            #expect(try await rig.post(one, contentType: type).code == 204)
        }
        // To a reader of 2.0 the same bytes hold no series, as the reserved field numbers are meant to make it.
        #expect(try await rig.post2(one).written == [0, 0, 0])
        #expect(try rig.samples("up").count == 1)
    }

    @Test("Receivers MUST answer 400 to what is not Snappy's block format or not the message", arguments: [1, 2])
    func malformed(version: Int) async throws {
        let rig = try WriteRig()
        let type = version == 1 ? WireFormat.writeRequest1.contentType : WireFormat.writeRequest2.contentType
        // The framed format begins with a chunk of its own.
        let framed: [UInt8] = [0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]
        for (bytes, raw) in [(framed, true), ([UInt8](repeating: 0x0a, count: 3), false), ([1, 2, 3], true)] {
            let answer = try await rig.post(bytes, contentType: type, raw: raw)
            #expect(answer.code == 400, "\(bytes)")
            #expect(answer.written == (version == 2 ? [0, 0, 0] : [nil, nil, nil]))
        }
    }

    @Test("Receivers MUST return 2xx only where everything was written, with the exact counts (2.0)") func everything()
        async throws
    {
        let rig = try WriteRig()
        let message = Self.up2(
            WriteMessage.sample2(rig.now - 1, 1) + WriteMessage.sample2(rig.now, 2)
                + WriteMessage.bytes(4, WriteMessage.double(2, 0) + WriteMessage.number(3, rig.now)))
        let answer = try await rig.post2(message)
        #expect(answer.code == 204 && answer.text.isEmpty)
        #expect(answer.written == [2, 0, 1])
        // Sent again it is there already: the same answer, because it is written.
        #expect(try await rig.post2(message).written == [2, 0, 1])
        #expect(try rig.samples("up").count == 2)
    }

    @Test("Receivers MUST NOT return 2xx for a partial write, and SHOULD say how much was not written and why")
    func partial() async throws {
        let rig = try WriteRig()
        let day: Int64 = 86_400_000
        let message = WriteMessage.request2(
            ["__name__", "old", "new", "far", "bad", ""],
            [
                WriteMessage.references([1, 2]) + WriteMessage.sample2(rig.now - 91 * day, 1),
                WriteMessage.references([1, 3]) + WriteMessage.sample2(rig.now, 2),
                WriteMessage.references([1, 4]) + WriteMessage.sample2(rig.now + day, 3),
                WriteMessage.references([1, 5, 9, 9]) + WriteMessage.sample2(rig.now, 4),
            ])
        let answer = try await rig.post2(message)
        #expect(answer.code == 400)
        #expect(answer.written == [1, 0, 0])
        for part in [
            "1 samples older than the retention, among them of old", "1 samples more than 10 minutes ahead",
            "among them of far", "series 3 has a reference to a symbol that is not there",
        ] { #expect(answer.text.contains(part), "\(answer.text)") }
        #expect(try rig.samples("new").count == 1)
        #expect(try rig.samples("bad").isEmpty)
    }

    @Test(
        "Label names MUST be sorted, unique and not empty; names of 1.0 follow the classic grammar",
        arguments: [
            ([("__name__", "a"), ("job", "b"), ("job", "c")], 400), ([("__name__", "a"), ("", "b")], 400),
            ([("job", "b")], 400), ([("__name__", "a-b")], 400), ([("__name__", "a"), ("0job", "b")], 400),
            ([("__name__", "a"), ("jöb", "b")], 400), ([("__name__", "a"), ("job", "jöb ☃")], 204),
            ([("__name__", "a:b")], 204), ([("__name__", "a"), ("a:b", "c")], 400),
            // Sorted and left out here, as Prometheus's own receiver does.
            ([("job", "b"), ("__name__", "a")], 204), ([("__name__", "a"), ("job", "")], 204),
        ])
    func labels1(labels: [(String, String)], code: Int) async throws {
        let rig = try WriteRig()
        let answer = try await rig.post1(WriteMessage.series1(labels, [(rig.now, 1)]))
        #expect(answer.code == code, "\(answer.text)")
        #expect(answer.text.isEmpty == (code == 204))
        #expect(rig.store.statistics().stored == (code == 204 ? 1 : 0))
    }

    @Test("Names and values of 2.0 are any UTF-8") func labels2() async throws {
        let rig = try WriteRig()
        let name = "temperature.ü in °C"
        let message = WriteMessage.request2(
            ["__name__", name, "größe-1", "a\nb"],
            [WriteMessage.references([1, 2, 3, 4]) + WriteMessage.sample2(rig.now, 1)])
        #expect(try await rig.post2(message).code == 204)
        #expect(try rig.samples(name).count == 1)
    }

    @Test("A 1.0 receiver MUST answer 400 where a sample is invalid, and MAY keep the valid ones") func partial1()
        async throws
    {
        let rig = try WriteRig()
        let answer = try await rig.post1(
            WriteMessage.series1([("__name__", "bad name")], [(rig.now, 1)])
                + WriteMessage.series1(Self.up, [(rig.now, 2)]))
        #expect(answer.code == 400)
        #expect(answer.written == [nil, nil, nil])
        #expect(try rig.samples("up").count == 1)
    }

    @Test("Stale markers, NaN and infinities are kept bit by bit", arguments: [1, 2]) func bits(version: Int)
        async throws
    {
        let rig = try WriteRig()
        let values: [UInt64] = [
            StaleMarker.bitPattern, 0x7ff8_0000_0000_0001, 0xfff8_0000_0000_0000, 0x7ff0_0000_0000_0000,
            0xfff0_0000_0000_0000, 0x8000_0000_0000_0000, 0, 1, 0x7fef_ffff_ffff_ffff,
        ]
        let samples = values.enumerated().map { (time: rig.now - 100 + Int64($0), value: Double(bitPattern: $1)) }
        let answer =
            version == 1
            ? try await rig.post1(WriteMessage.series1(Self.up, samples))
            : try await rig.post2(Self.up2(samples.flatMap { WriteMessage.sample2($0.time, $0.value) }))
        #expect(answer.code == 204)
        #expect(try rig.samples("up").map(\.1) == values)
        try rig.reopen()
        #expect(try rig.samples("up").map(\.1) == values)
    }

    @Test("A series has samples or histograms, one of them and not both (2.0)") func content() async throws {
        let rig = try WriteRig()
        let histogram = WriteMessage.bytes(3, WriteMessage.number(15, rig.now))
        for content in [[], WriteMessage.sample2(rig.now, 1) + histogram] {
            let answer = try await rig.post2(Self.up2(content))
            #expect(answer.code == 400 && answer.written == [0, 0, 0])
        }
    }

    @Test("Native histograms are refused with their count, never dropped in silence", arguments: [1, 2])
    func histograms(version: Int) async throws {
        let rig = try WriteRig()
        let histogram = WriteMessage.number(15, rig.now)
        let answer =
            version == 1
            ? try await rig.post1(
                WriteMessage.series1([("__name__", "h")], [], WriteMessage.bytes(4, histogram))
                    + WriteMessage.series1(Self.up, [(rig.now, 1)]))
            : try await rig.post2(
                WriteMessage.request2(
                    ["__name__", "up", "h"],
                    [
                        WriteMessage.references([1, 2]) + WriteMessage.sample2(rig.now, 1),
                        WriteMessage.references([1, 3]) + WriteMessage.bytes(3, histogram),
                    ]))
        #expect(answer.code == 400)
        #expect(answer.text == "1 native histograms refused: not supported by this receiver")
        if version == 2 { #expect(answer.written == [1, 0, 0]) }
        #expect(try rig.samples("up").count == 1)
    }

    @Test("Start timestamps do not disturb their samples and are counted") func startTimestamps() async throws {
        let rig = try WriteRig()
        let answer = try await rig.post2(
            Self.up2(
                WriteMessage.sample2(rig.now - 1, 1, start: rig.now - 5000) + WriteMessage.sample2(rig.now, 2)))
        #expect(answer.code == 204 && answer.written == [2, 0, 0])
        #expect(rig.store.statistics().startTimestamps == 1)
        #expect(try rig.samples("up").map(\.0) == [rig.now - 1, rig.now])
    }

    @Test("Exemplars are kept with their series, refused ones are counted", arguments: [1, 2]) func exemplars(
        version: Int
    ) async throws {
        let rig = try WriteRig()
        let value = WriteMessage.double(2, Double(0.5).bitPattern) + WriteMessage.number(3, rig.now)
        let long = String(repeating: "x", count: 129)
        let answer: WriteRig.Answer
        if version == 1 {
            let label = { (name: String, text: String) in
                WriteMessage.bytes(1, WriteMessage.text(1, name) + WriteMessage.text(2, text))
            }
            // Prometheus sends exemplars in series without samples.
            answer = try await rig.post1(
                WriteMessage.series1(Self.up, [(rig.now, 1)])
                    + WriteMessage.series1(
                        Self.up, [],
                        WriteMessage.bytes(3, label("trace_id", "7f") + value)
                            + WriteMessage.bytes(3, label("trace_id", long) + value)))
        } else {
            answer = try await rig.post2(
                WriteMessage.request2(
                    ["__name__", "up", "job", "a", "trace_id", "7f", long],
                    [
                        WriteMessage.references([1, 2, 3, 4]) + WriteMessage.sample2(rig.now, 1)
                            + WriteMessage.bytes(4, WriteMessage.references([5, 6]) + value)
                            + WriteMessage.bytes(4, WriteMessage.references([5, 7]) + value)
                    ]))
            #expect(answer.written == [1, 0, 1])
        }
        #expect(answer.code == 400)
        #expect(answer.text.hasPrefix("1 exemplars refused"), "\(answer.text)")
        let matchers = [[LabelMatcher("job", equals: "a")]]
        try rig.reopen()
        let found = rig.store.exemplars(matchers, from: rig.now, through: rig.now)
        #expect(found.map(\.series) == [["__name__": "up", "job": "a"]])
        #expect(found.first?.exemplars.map(\.labels) == [["trace_id": "7f"]])
        #expect(found.first?.exemplars.map(\.value) == [0.5])
        #expect(rig.store.exemplars(matchers, from: 0, through: rig.now - 1).isEmpty)
    }

    @Test("Metadata is kept from both versions and survives a restart", arguments: [1, 2]) func metadata(version: Int)
        async throws
    {
        let rig = try WriteRig()
        if version == 1 {
            let family =
                WriteMessage.number(1, 1) + WriteMessage.text(2, "up") + WriteMessage.text(4, "Is it up?")
                + WriteMessage.text(5, "seconds")
            #expect(
                try await rig.post1(WriteMessage.series1(Self.up, [(rig.now, 1)]) + WriteMessage.bytes(3, family))
                    .code == 204)
        } else {
            let family = WriteMessage.number(1, 1) + WriteMessage.number(3, 3) + WriteMessage.number(4, 4)
            let message = WriteMessage.request2(
                ["__name__", "up", "Is it up?", "seconds"],
                [WriteMessage.references([1, 2]) + WriteMessage.sample2(rig.now, 1) + WriteMessage.bytes(5, family)])
            #expect(try await rig.post2(message).code == 204)
        }
        let expected = [SampleColumns.Family(name: "up", type: .counter, help: "Is it up?", unit: "seconds")]
        #expect(rig.store.metadata(name: "up") == expected)
        try rig.reopen()
        #expect(rig.store.metadata() == expected)
        try rig.store.seal()
        try rig.reopen()
        #expect(rig.store.metadata() == expected)
    }

    @Test("What declares more than the limit is refused before memory is taken") func bombs() async throws {
        let rig = try WriteRig()
        // 4 GiB and 33 MiB declared, in a few bytes.
        for declared: [UInt8] in [[0xff, 0xff, 0xff, 0xff, 0x0f], [0x80, 0x80, 0xc0, 0x10]] {
            let answer = try await rig.post(
                declared + [0, 0, 0], contentType: WireFormat.writeRequest2.contentType, raw: true)
            #expect(answer.code == 413)
            #expect(answer.written == [0, 0, 0])
        }
        // Below the limit, but more than so few bytes can hold.
        #expect(
            try await rig.post([0x80, 0x80, 0x80, 0x08, 0, 0], contentType: nil, raw: true).code == 400)
    }

    @Test("Out-of-order samples are merged, and of two for one time the first stays (1.0 and 2.0 alike)")
    func conflicts() async throws {
        let rig = try WriteRig()
        #expect(try await rig.post1(WriteMessage.series1(Self.up, [(rig.now, 3), (rig.now - 20, 1)])).code == 204)
        #expect(
            try await rig.post1(WriteMessage.series1(Self.up, [(rig.now - 10, 2), (rig.now - 20, 9), (rig.now, 3)]))
                .code == 204)
        #expect(try rig.samples("up").map(\.0) == [rig.now - 20, rig.now - 10, rig.now])
        #expect(try rig.samples("up").map { Double(bitPattern: $0.1) } == [1, 2, 3])
        let statistics = rig.store.statistics()
        #expect(statistics.conflicts == 1 && statistics.duplicates == 1 && statistics.outOfOrder == 2)
    }

    @Test("Series limits name the series and count by sender") func seriesLimits() async throws {
        let rig = try WriteRig { $0.seriesPerSenderLimit = 2 }
        let series = { (number: Int) in
            WriteMessage.series1([("__name__", "s\(number)")], [(rig.now + Int64(number), 1)])
        }
        #expect(try await rig.post1((0..<2).flatMap(series), agent: "gw-1").code == 204)
        let refused = try await rig.post1((1..<5).flatMap(series), agent: "gw-1")
        #expect(refused.code == 400)
        #expect(
            refused.text == "3 samples of new series past the limit of series, among them of s2", "\(refused.text)")
        #expect(try await rig.post1((7..<9).flatMap(series), agent: "gw-2").code == 204)
        let offenders = rig.store.statistics().offenders
        #expect(offenders.map(\.sender) == ["gw-1"])
        #expect(offenders.first?.refusals == 3 && offenders.first?.seriesCount == 2)
    }

    @Test("A sender that names itself at length is known by its address") func longNames() async throws {
        let rig = try WriteRig { $0.seriesPerSenderLimit = 1 }
        for number in 0..<2 {
            _ = try await rig.post1(
                WriteMessage.series1([("__name__", "s\(number)")], [(rig.now, 1)]),
                agent: String(repeating: "x", count: 5000 + number))
        }
        #expect(rig.store.statistics().offenders.map(\.sender) == ["192.0.2.1"])
    }
}
