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
        opening: StaticString = "[", _ elements: consuming [Element], closing: StaticString = "]",
        warnings: [String] = [], infos: [String] = [], byteCount: @escaping @Sendable (Element) -> Int,
        write: @escaping ListText<Element>.Writer
    ) -> APIAnswer {
        var start = JSONBytes()
        start.successStart()
        start.raw(opening)
        var end = JSONBytes()
        end.raw(closing)
        end.successEnd(warnings: warnings, infos: infos)
        return APIAnswer(
            ListText(
                start: start.bytes, elements, separator: [UInt8(ascii: ",")], end: end.bytes, byteCount: byteCount,
                write: write), pieceByteLimit: pieceByteLimit)
    }

    /// What a query comes to. The type stands before the result, because Grafana reads results as a stream only when it
    /// knows it.
    func answer(_ value: consuming QueryValue, warnings: [String], infos: [String]) -> APIAnswer {
        switch value {
        case .scalar(let time, let number):
            plain(warnings: warnings, infos: infos) { json in
                json.raw("{\"resultType\":\"scalar\",\"result\":")
                json.point(time, number)
                json.raw("}")
            }
        case .string(let time, let text):
            plain(warnings: warnings, infos: infos) { json in
                json.raw("{\"resultType\":\"string\",\"result\":[")
                json.time(time)
                json.raw(",")
                json.string(text)
                json.raw("]}")
            }
        case .vector(let time, let samples):
            listAnswer(
                opening: "{\"resultType\":\"vector\",\"result\":[", samples, closing: "]}", warnings: warnings,
                infos: infos, byteCount: { $0.labels.packed.count + 8 }
            ) { json, sample, _, _ in
                json.sample(sample, at: time)
                return nil
            }
        case .matrix(let columns):
            listAnswer(
                opening: "{\"resultType\":\"matrix\",\"result\":[", columns, closing: "]}", warnings: warnings,
                infos: infos, byteCount: { $0.labels.packed.count + $0.values.count * 16 }
            ) { $0.column($1, from: $2, byteLimit: $3) }
        }
    }
}
