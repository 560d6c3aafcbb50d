internal import LabelMatching
internal import MetricModel
internal import PromQL

extension PrometheusAPI {
    /// The newest sample of each series that is neither stale nor too old.
    func newestSamples(
        _ parameters: APIParameters, _ now: Int64, _ stop: () -> QueryInterruption?
    ) throws(APIError) -> [Labels: (time: Int64, value: Double)] {
        let sets: [[LabelMatcher]]
        do throws(ParameterProblem) {
            sets = try parameters.matcherSets(mayBeEverything: true)
        } catch {
            throw APIError(.badData, error.message)
        }
        if sets.isEmpty { throw APIError(.badData, "no match[] parameter provided") }
        var newest: [Labels: (time: Int64, value: Double)] = [:]
        // `{}` asks for nothing here, as in Prometheus; it would mean everything to a source.
        for matchers in sets where !matchers.isEmpty {
            try Self.check(stop())
            let found: [SeriesColumn]
            do throws(SourceError) {
                found = try source.select(
                    matchers, from: now - options.lookbackMilliseconds + 1, through: now,
                    sampleLimit: options.sampleLimit)
            } catch {
                throw APIError(error)
            }
            for column in found {
                guard let time = column.unixMilliseconds.last, let value = column.values.last,
                    !StaleMarker.isStale(value)
                else { continue }
                newest[column.labels] = (time, value)
            }
        }
        return newest
    }

    private static func check(_ interruption: QueryInterruption?) throws(APIError) {
        switch interruption {
        case nil: break
        case .timedOut: throw APIError(.timeout, "the request took too long")
        case .cancelled: throw APIError(.canceled, "the client has gone")
        }
    }

    func federationAnswer(_ newest: [Labels: (time: Int64, value: Double)]) -> APIAnswer {
        let series = newest.map { (name: $0.key.metricName, labels: $0.key, sample: $0.value) }
            .filter { !$0.name.isEmpty }
            .sorted { left, right in
                left.name.hasEqualBytes(right.name)
                    ? Labels.isOrdered(left.labels, before: right.labels)
                    : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
            }
        let samples = series.indices.map { index in
            FederationText.Sample(
                labels: series[index].labels, unixMilliseconds: series[index].sample.time,
                value: series[index].sample.value,
                beginsFamily: index == 0 || !series[index - 1].name.hasEqualBytes(series[index].name))
        }
        let text = ListText(samples, byteCount: { $0.labels.packed.count + 16 }) { text, sample, _, _ in
            FederationText.append(sample, to: &text.bytes)
            return nil
        }
        return APIAnswer(text, pieceByteLimit: pieceByteLimit)
    }
}
