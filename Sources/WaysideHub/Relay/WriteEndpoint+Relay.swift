internal import HTTPExchange
internal import Relay
internal import RemoteWrite

/// What relaying has to do with receiving.
extension WriteEndpoint {
    /// The hubs that a request has passed when it is relayed from here; empty where nothing is.
    func passingOn(_ request: HTTPRequest) throws(ViaHeader.Refusal) -> String {
        guard let relay else { return "" }
        return try ViaHeader(request.headers[ViaHeader.name], arrivingAt: relay.hubID).value(passing: relay.hubID)
    }

    /// 400, which the hub that has relayed the request here counts and logs with these words.
    func refuse(_ refusal: ViaHeader.Refusal, _ format: WireFormat) -> HTTPResponse {
        counts.add("circular")
        var response = HTTPResponse.text("\(refusal)", status: .badRequest)
        WriteEndpoint.add(WrittenCounts(samples: 0), to: &response, format)
        return response
    }

    /// Puts a request into the buffers of those it is relayed to.
    func pass(
        _ decoded: DecodedCounts, _ request: HTTPRequest, _ format: WireFormat, _ sender: Sender,
        _ records: RecordsHeader?, via: String, at received: Int64
    ) async -> RelayVerdict {
        guard let relay else { return .taken }
        let origin = sender.memory.flatMap { memory in
            records.map { RelayedRequest.Origin(sender: memory, records: $0) }
        }
        return await relay.take(
            RelayedRequest(
                format: format, contentType: request.headers["Content-Type"] ?? "", sender: sender.name, origin: origin,
                via: via, receivedUnixMilliseconds: received,
                sampleCount: decoded.samples + decoded.refusedSamples, histogramCount: decoded.histograms,
                exemplarCount: decoded.exemplars, body: request.body))
    }

    /// The answer where the buffers have not taken a request; nil where they have.
    func answer(_ verdict: RelayVerdict, _ format: WireFormat) -> HTTPResponse? {
        var response: HTTPResponse
        switch verdict {
        case .taken:
            if store == nil { counts.add("relayed") }
            return nil
        case .comeAgain(let seconds, let why):
            counts.add("busy")
            response = .text(why, status: .serviceUnavailable)
            response.headers.set("Retry-After", String(seconds))
        case .tooLarge(let byteCount, let limit):
            counts.add("too_large")
            response = .text(
                "a request of \(byteCount) bytes; the buffers of those it is relayed to take \(limit)",
                status: .contentTooLarge)
        }
        WriteEndpoint.add(WrittenCounts(samples: 0), to: &response, format)
        return response
    }

    /// The answer where nothing is stored: everything goes on as it came, histograms and exemplars too, and a series
    /// that nobody will take is named now.
    static func answer(_ decoded: DecodedCounts, _ format: WireFormat) -> HTTPResponse {
        var response =
            decoded.refusedSeries == 0
            ? HTTPResponse(status: .noContent)
            : .text(
                "\(decoded.refusedSeries) series with \(decoded.refusedSamples) samples are malformed; they go on as they "
                    + "came where nothing has to be rewritten", status: .badRequest)
        let written = WrittenCounts(
            samples: Int64(decoded.samples), histograms: Int64(decoded.histograms), exemplars: Int64(decoded.exemplars))
        add(written, to: &response, format)
        return response
    }
}
