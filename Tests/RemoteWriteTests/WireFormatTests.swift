import RemoteWrite
import Testing

@Suite struct WireFormatTests {
    @Test(
        arguments: [
            ("application/x-protobuf", "snappy", WireFormat.writeRequest1), (nil, nil, .writeRequest1),
            ("application/x-protobuf", nil, .writeRequest1), (nil, "Snappy", .writeRequest1),
            ("Application/X-Protobuf ; Proto=prometheus.WriteRequest", "snappy", .writeRequest1),
            ("application/x-protobuf;proto=io.prometheus.write.v2.Request", "snappy", .writeRequest2),
            ("application/x-protobuf; charset=x; proto=\"io.prometheus.write.v2.Request\"", " snappy ", .writeRequest2),
        ] as [(String?, String?, WireFormat)])
    func theContentTypePicksTheMessage(type: String?, encoding: String?, expected: WireFormat) throws {
        let format = try WireFormat.negotiate(contentType: type, contentEncoding: encoding)
        #expect(format == expected)
    }

    @Test(arguments: [
        "application/json", "application/x-protobuffer", "", "application/x-protobuf;proto=", ";",
        "application/x-protobuf;proto=io.prometheus.write.v3.Request",
        "application/x-protobuf;proto=IO.prometheus.write.v2.request",
    ]) func otherContentTypesAreUnsupported(type: String) {
        #expect(throws: WireFormat.Unsupported.contentType(type)) {
            try WireFormat.negotiate(contentType: type, contentEncoding: "snappy")
        }
    }

    @Test(arguments: ["gzip", "", "snappy, gzip", "identity", "zstd"])
    func otherEncodingsAreUnsupported(encoding: String) {
        #expect(throws: WireFormat.Unsupported.contentEncoding(encoding)) {
            try WireFormat.negotiate(contentType: "application/x-protobuf", contentEncoding: encoding)
        }
    }

    @Test(arguments: WireFormat.allCases)
    func whatIsSentIsUnderstood(format: WireFormat) throws {
        let headers = Dictionary(uniqueKeysWithValues: format.requestHeaders.map { ($0.name, $0.value) })
        let read = try WireFormat.negotiate(
            contentType: headers["Content-Type"], contentEncoding: headers["Content-Encoding"])
        #expect(read == format)
        #expect(headers["X-Prometheus-Remote-Write-Version"] == (format == .writeRequest1 ? "0.1.0" : "2.0.0"))
        #expect(headers.keys.allSatisfy { WireFormat.reservedHeaderNames.contains($0.lowercased()) })
    }

    @Test func writtenCountsGoThroughHeaders() {
        let counts = WrittenCounts(samples: 7, histograms: 0, exemplars: 12_345_678_901)
        let headers = Dictionary(uniqueKeysWithValues: counts.headers.map { ($0.name, $0.value) })
        #expect(WrittenCounts { headers[$0] } == counts)
    }

    @Test func aMissingWrittenHeaderIsZeroBesideAnotherAndNoneMeansNo2() {
        let one = WrittenCounts { $0 == WrittenCounts.samplesName ? " 5 " : nil }
        #expect(one == WrittenCounts(samples: 5))
        #expect(WrittenCounts { _ in nil } == nil)
        #expect(WrittenCounts { _ in "many" } == nil)
        #expect(WrittenCounts { _ in "9223372036854775807" }?.total == .max)
        #expect(WrittenCounts(samples: 3, histograms: 4, exemplars: 5).total == 7)
    }
}
