internal import LabelMatching
internal import PromQL

extension PrometheusAPI {
    /// Entries of each list of `status/tsdb` where the request does not say.
    private static let listLimit = 10
    private static let mostListed = 10_000

    /// The `status` endpoints but for the build; nil where there is none of that name.
    func status(_ name: Substring, _ parameters: APIParameters) throws(APIError) -> APIAnswer? {
        switch name {
        case "buildinfo": return plain { $0.buildInformation(build) }
        case "flags": return plain { $0.texts(status.flags.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }) }
        case "config": return plain { $0.texts([("yaml", status.configuration)]) }
        case "runtimeinfo": return plain { $0.runtimeInformation(status.runtime()) }
        case "tsdb":
            let text = parameters["limit"]
            guard let limit = text.isEmpty ? Self.listLimit : Int(text), limit > 0 else {
                throw APIError(.badData, "limit must be a positive number")
            }
            if limit > Self.mostListed { throw APIError(.badData, "limit must not exceed \(Self.mostListed)") }
            return plain { $0.headCardinality(status.head(limit)) }
        // The log is read before the hub listens, so nobody sees it being read.
        case "walreplay": return plain { $0.raw("{\"min\":0,\"max\":0,\"current\":0}") }
        default: return nil
        }
    }
}

extension JSONBytes {
    fileprivate mutating func runtimeInformation(_ information: RuntimeInformation) {
        raw("{")
        let texts = [
            ("startTime", information.startTime), ("CWD", information.workingDirectory),
            ("hostname", information.hostName), ("serverTime", information.serverTime),
            ("lastConfigTime", information.configurationTime), ("storageRetention", information.retention),
        ]
        for (name, text) in texts {
            string(name)
            raw(":")
            string(text)
            raw(",")
        }
        // A hub whose settings could not be read again ends, so what is in force was read well.
        raw("\"reloadConfigSuccess\":true,\"corruptionCount\":")
        integer(Int64(clamping: information.corruptionCount))
        raw(",\"GOMAXPROCS\":")
        integer(Int64(information.processorCount))
        raw("}")
    }

    fileprivate mutating func headCardinality(_ head: HeadCardinality) {
        raw("{\"headStats\":{\"numSeries\":")
        integer(Int64(head.seriesCount))
        raw(",\"numLabelPairs\":")
        integer(Int64(head.labelPairCount))
        raw(",\"chunkCount\":")
        integer(Int64(head.chunkCount))
        raw(",\"minTime\":")
        integer(head.times?.lowerBound ?? .max)
        raw(",\"maxTime\":")
        integer(head.times?.upperBound ?? .min)
        raw("},\"seriesCountByMetricName\":")
        entries(head.seriesByMetricName)
        raw(",\"labelValueCountByLabelName\":")
        entries(head.valuesByLabelName)
        raw(",\"memoryInBytesByLabelName\":")
        entries(head.bytesByLabelName)
        raw(",\"seriesCountByLabelValuePair\":")
        entries(head.seriesByLabelPair)
        raw("}")
    }

    private mutating func entries(_ entries: [(name: String, value: UInt64)]) {
        array(entries) { json, entry in
            json.raw("{\"name\":")
            json.string(entry.name)
            json.raw(",\"value\":")
            json.integer(Int64(clamping: entry.value))
            json.raw("}")
        }
    }
}
