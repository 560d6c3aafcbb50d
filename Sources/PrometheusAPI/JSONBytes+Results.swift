internal import LabelMatching
internal import PromQL

extension JSONBytes {
    /// A query's `data`. The type comes first, because Grafana reads results as a stream only when it knows it.
    mutating func queryData(_ value: QueryValue, _ statistics: AnswerStatistics?) {
        switch value {
        case .scalar(let time, let number):
            raw("{\"resultType\":\"scalar\",\"result\":")
            point(time, number)
        case .string(let time, let text):
            raw("{\"resultType\":\"string\",\"result\":[")
            self.time(time)
            raw(",")
            string(text)
            raw("]")
        case .vector(let time, let samples):
            raw("{\"resultType\":\"vector\",\"result\":")
            array(samples) { json, sample in
                json.raw("{\"metric\":")
                json.labels(sample.labels)
                json.raw(",\"value\":")
                json.point(time, sample.value)
                json.raw("}")
            }
        case .matrix(let columns):
            raw("{\"resultType\":\"matrix\",\"result\":")
            array(columns) { json, column in
                json.raw("{\"metric\":")
                json.labels(column.labels)
                json.raw(",\"values\":")
                json.points(column.unixMilliseconds, column.values)
                json.raw("}")
            }
        }
        if let statistics { self.statistics(statistics) }
        raw("}")
    }

    /// The whole answer of a request that succeeded.
    static func success(warnings: [String], infos: [String], _ data: (inout JSONBytes) -> Void) -> [UInt8] {
        var json = JSONBytes()
        json.raw("{\"status\":\"success\",\"data\":")
        data(&json)
        if !warnings.isEmpty {
            json.raw(",\"warnings\":")
            json.strings(warnings)
        }
        if !infos.isEmpty {
            json.raw(",\"infos\":")
            json.strings(infos)
        }
        json.raw("}")
        return json.bytes
    }

    static func failure(_ error: APIError) -> [UInt8] {
        var json = JSONBytes()
        json.raw("{\"status\":\"error\",\"errorType\":")
        json.string(error.kind.rawValue)
        json.raw(",\"error\":")
        json.string(error.message)
        json.raw("}")
        return json.bytes
    }
}
