internal import Exposition
internal import HTTPExchange
internal import MetricModel
internal import Synchronization

/// `GET /metrics`: one run of the collectors, shared by the scrapes that ask while it is under way.
actor MetricsPage {
    private let take: @Sendable () -> [[Sample]]
    private var underWay: Task<[[Sample]], Never>?
    private var writers: [ExpositionFormat: ExpositionWriter] = [:]

    init(take: @escaping @Sendable () -> [[Sample]]) {
        self.take = take
    }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let samples = await currentSamples()
        let format = ExpositionFormat.negotiated(accept: request.headers["Accept"])
        var writer = writers[format] ?? ExpositionWriter(format: format)
        var bytes: [UInt8] = []
        writer.write(samples, into: &bytes)
        writers[format] = writer
        return HTTPResponse(contentType: format.contentType, body: bytes)
    }

    private func currentSamples() async -> [[Sample]] {
        if let underWay { return await underWay.value }
        let run = Task { [take] in take() }
        underWay = run
        let samples = await run.value
        underWay = nil
        return samples
    }
}
