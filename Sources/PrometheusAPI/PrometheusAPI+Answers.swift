internal import LabelMatching
internal import MetricModel
internal import PromQL

extension PrometheusAPI {
    /// A success whose data are small.
    func plain(warnings: [String] = [], infos: [String] = [], _ data: (inout JSONBytes) -> Void) -> APIAnswer {
        var json = JSONBytes()
        json.successStart()
        data(&json)
        json.successEnd(warnings: warnings, infos: infos)
        return APIAnswer(statusCode: 200, body: json.bytes)
    }

    /// A success whose data are a list of any length between `opening` and `closing`.
    func listAnswer<Element: Sendable>(
        opening: StaticString = "[", _ elements: consuming [Element], closing: [UInt8] = [UInt8(ascii: "]")],
        warnings: [String] = [], infos: [String] = [], byteCount: @escaping @Sendable (Element) -> Int,
        write: @escaping ListText<Element>.Writer
    ) -> APIAnswer {
        var start = JSONBytes()
        start.successStart()
        start.raw(opening)
        var end = JSONBytes()
        end.append(closing)
        end.successEnd(warnings: warnings, infos: infos)
        return APIAnswer(
            ListText(
                start: start.bytes, elements, separator: [UInt8(ascii: ",")], end: end.bytes, byteCount: byteCount,
                write: write), pieceByteLimit: pieceByteLimit)
    }

    /// What a query comes to. The type stands before the result, because Grafana reads results as a stream only when it
    /// knows it.
    func answer(
        _ value: consuming QueryValue, _ statistics: AnswerStatistics? = nil, warnings: [String], infos: [String]
    ) -> APIAnswer {
        var end = JSONBytes()
        if let statistics { end.statistics(statistics) }
        end.raw("}")
        let closing = [UInt8(ascii: "]")] + end.bytes
        switch value {
        case .scalar(let time, let number):
            return plain(warnings: warnings, infos: infos) { json in
                json.raw("{\"resultType\":\"scalar\",\"result\":[")
                json.shortTime(time)
                json.raw(",")
                json.string(GoNumber.fixed(number))
                json.raw("]")
                json.append(end.bytes)
            }
        case .string(let time, let text):
            return plain(warnings: warnings, infos: infos) { json in
                json.raw("{\"resultType\":\"string\",\"result\":[")
                json.shortTime(time)
                json.raw(",")
                json.string(text)
                json.raw("]")
                json.append(end.bytes)
            }
        case .vector(let time, let samples):
            return listAnswer(
                opening: "{\"resultType\":\"vector\",\"result\":[", samples, closing: closing, warnings: warnings,
                infos: infos, byteCount: { $0.labels.packed.count + 8 }
            ) { json, sample, _, _ in
                json.sample(sample, at: time)
                return nil
            }
        case .matrix(let columns):
            return listAnswer(
                opening: "{\"resultType\":\"matrix\",\"result\":[", columns, closing: closing, warnings: warnings,
                infos: infos, byteCount: { $0.labels.packed.count + $0.values.count * 16 }
            ) { $0.column($1, from: $2, byteLimit: $3) }
        }
    }
}
