internal import LabelMatching
internal import MetricModel
internal import PromQL

extension JSONBytes {
    /// What stands before the data of a request that succeeded.
    mutating func successStart() { raw("{\"status\":\"success\",\"data\":") }

    /// What stands behind them.
    mutating func successEnd(warnings: [String] = [], infos: [String] = []) {
        if !warnings.isEmpty {
            raw(",\"warnings\":")
            strings(warnings)
        }
        if !infos.isEmpty {
            raw(",\"infos\":")
            strings(infos)
        }
        raw("}")
    }

    /// A sample of an instant vector.
    mutating func sample(_ sample: VectorSample, at unixMilliseconds: Int64) {
        raw("{\"metric\":")
        labels(sample.labels)
        raw(",\"value\":")
        point(unixMilliseconds, sample.value)
        raw("}")
    }

    /// A series with its points from `position` on, as `ListText` has its elements written.
    mutating func column(_ column: SeriesColumn, from position: Int, byteLimit: Int) -> Int? {
        if position == 0 {
            raw("{\"metric\":")
            labels(column.labels)
            raw(",\"values\":[")
        }
        let next = points(column.unixMilliseconds, column.values, from: position, byteLimit: byteLimit)
        if next < column.values.count { return next }
        raw("]}")
        return nil
    }

    /// A series with its exemplars from `position` on.
    mutating func exemplars(_ column: ExemplarColumn, from position: Int, byteLimit: Int) -> Int? {
        if position == 0 {
            raw("{\"seriesLabels\":")
            labels(column.series)
            raw(",\"exemplars\":[")
        }
        for (index, exemplar) in column.exemplars.enumerated().dropFirst(position) {
            if index > position, bytes.count >= byteLimit { return index }
            if index > 0 { raw(",") }
            raw("{\"labels\":")
            labels(exemplar.labels)
            raw(",\"value\":")
            value(exemplar.value)
            raw(",\"timestamp\":")
            time(exemplar.unixMilliseconds)
            raw("}")
        }
        raw("]}")
        return nil
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
