import Exposition
import HTTPExchange
import RemoteWrite

/// The texts of HTTP that are read here and not by SwiftNIO: targets, forms, addresses, dates and the headers of remote
/// write. What is read and written again is the same.
struct HTTPTextTarget: FuzzTarget {
    static let name = "http-text"
    static let dictionary = [
        "http://", "https://", "unix:", "[::1]", ":65535", "%41", "%2", "+", "&", "=", "?", "#", "@", " GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "ring=", ";first=", ";last=", ";part=1/1", ";crc=00000000", "application/x-protobuf", ";proto=",
        "io.prometheus.write.v2.Request", "application/openmetrics-text", ";q=0.5", "match[]=",
    ]

    static func seeds() -> [[UInt8]] {
        let header = RecordsHeader(
            ringHigh: 1, ringLow: 2, first: 3, last: 4, part: 1, partCount: 2, checksum: 0xdead_beef)
        return [
            "http://hub.example:9661/api/v1/write?x=1", "https://[2001:db8::1]/", "unix:/run/x.sock", "[::1]:9660",
            "/api/v1/query?query=up%7Ba%3D%22b%22%7D&time=1+2", "Sun, 06 Nov 1994 08:49:37 GMT", "120",
            "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", header?.description ?? "",
            "application/x-protobuf;proto=io.prometheus.write.v2.Request",
            "application/openmetrics-text;version=1.0.0;q=0.75,text/plain;q=0.5,*/*;q=0.1",
        ].map { Array($0.utf8) }
    }

    func run(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        checkPercentCoding(text)
        checkAddresses(text)
        checkRequest(text, bytes)
        checkDates(text)
        checkHeaders(text)
    }

    private func checkPercentCoding(_ text: String) {
        let encoded = PercentCoding.encode(text)
        hold(isSame(PercentCoding.decode(encoded), text), "what is encoded is decoded")
        hold(isSame(PercentCoding.decode(encoded, plusIsSpace: true), text), "as a form too")
        hold(PercentCoding.decode(text).utf8.count <= text.utf8.count * 3, "decoding makes no more than U+FFFD")
        guard let fields = HTTPFields(decoding: text[...], fieldLimit: 50) else { return }
        hold(fields.fields.count <= 50, "the limit of fields")
        let again = HTTPFields(decoding: fields.encoded[...], fieldLimit: 50)
        hold(again == fields || fields.fields.contains { $0.name.isEmpty && $0.value.isEmpty }, "a form comes back")
    }

    private func checkAddresses(_ text: String) {
        if let url = attempt({ () throws(HTTPURL.Failure) in try HTTPURL(text) }) {
            let again = must("\(url) is an address") { () throws(HTTPURL.Failure) in try HTTPURL(url.description) }
            hold(again == url, "an address comes back: \(url), \(again)")
            hold(url.target.hasPrefix("/"), "a target begins with a slash")
            hold(url.authority.utf8.allSatisfy { $0 > 32 && $0 < 127 }, "nothing in Host ends a line")
            hold(url.target.utf8.allSatisfy { $0 > 32 && $0 < 127 }, "nothing in a target ends a line")
        }
        guard let address = HTTPAddress(text) else { return }
        hold(HTTPAddress(address.description) == address, "where to listen comes back: \(address)")
    }

    private func checkRequest(_ text: String, _ bytes: [UInt8]) {
        let request = HTTPRequest(
            method: .post, target: text, headers: ["Content-Type": "application/x-www-form-urlencoded; charset=x"],
            body: bytes)
        hold(request.path.utf8.count <= text.utf8.count * 3, "a path is no longer than its target")
        if let fields = request.formFields(fieldLimit: 20) {
            hold(fields.fields.count <= 20 + request.query.fields.count, "the limit of a form's fields")
        }
        _ = HTTPHeaders([("Content-Type", text), ("Accept", text)]).mediaType
        _ = HTTPHeaders([("Connection", text)]).hasElement("close", in: "connection")
    }

    private func checkDates(_ text: String) {
        // A leap second may lead into the year 10000, which has no date.
        if let seconds = HTTPDate.unixSeconds(text), seconds < 253_402_300_800 {
            let written = HTTPDate.format(unixSeconds: seconds)
            hold(HTTPDate.unixSeconds(written) == seconds, "a date comes back: \(written)")
        }
        guard let retry = RetryAfter(text) else { return }
        for now: Int64 in [0, 1_795_203_419, .max, .min] {
            hold(retry.delaySeconds(nowUnixSeconds: now, responseDateUnixSeconds: nil) >= 0, "no wait is negative")
            _ = retry.delaySeconds(nowUnixSeconds: 0, responseDateUnixSeconds: now)
        }
    }

    private func checkHeaders(_ text: String) {
        if let header = RecordsHeader(parsing: text) {
            hold(RecordsHeader(parsing: header.description) == header, "records come back: \(header)")
            hold(header.first <= header.last && header.part >= 1 && header.part <= header.partCount, "a range is one")
        }
        let format = attempt { () throws(WireFormat.Unsupported) in
            try WireFormat.negotiate(contentType: text, contentEncoding: nil)
        }
        hold(format != .writeRequest2 || text.contains("v2.Request"), "2.0 is only what says so")
        _ = attempt { () throws(WireFormat.Unsupported) in
            try WireFormat.negotiate(contentType: nil, contentEncoding: text)
        }
        hold(
            ExpositionFormat.negotiated(accept: text) == .text004 || text.lowercased().contains("openmetrics"),
            "OpenMetrics is only for those who ask")
    }

    /// Byte by byte: equal strings may have different bytes.
    private func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
}
