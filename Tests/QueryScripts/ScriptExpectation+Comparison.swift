internal import LabelMatching
internal import MetricModel
internal import PromQL

/// Results against what the script wants; each returns what is wrong, or nil.
extension ScriptExpectation {
    func problem(ofInstant value: QueryValue) -> String? {
        switch value {
        case .string(_, let text):
            return text == string ? nil : "wanted the string \(string ?? "-"), got \(text)"
        case .scalar(_, let number):
            guard let wanted = scalar else { return "got the scalar \(number)" }
            return ScriptExpectation.areEqual(number, wanted) ? nil : "wanted \(wanted), got \(number)"
        case .vector(_, let samples):
            if scalar != nil || string != nil { return "got a vector" }
            if isOrdered {
                let got = samples.map(\.labels)
                let wanted = series.map(\.labels)
                if got != wanted { return "wanted the order \(wanted), got \(got)" }
            }
            return problem(ofSamples: samples.map { ($0.labels, $0.value) })
        case .matrix:
            guard let range = rangeVector else { return "got a matrix" }
            let count = Int((range.end - range.start) / range.step) + 1
            return problem(ofMatrix: value, (0..<count).map { range.start + Int64($0) * range.step })
        }
    }

    func problem(ofSamples samples: [(labels: Labels, value: Double)]) -> String? {
        if let wanted = scalar {
            guard samples.count == 1, ScriptExpectation.areEqual(samples[0].value, wanted) else {
                return "wanted \(wanted), got \(samples)"
            }
            return nil
        }
        var rest: [Labels: Double] = [:]
        for sample in samples {
            if rest.updateValue(sample.value, forKey: sample.labels) != nil { return "twice: \(sample.labels)" }
        }
        for one in series {
            guard let value = rest.removeValue(forKey: one.labels) else { return "missing: \(one.labels)" }
            guard one.values.count == 1, let wanted = one.values[0], ScriptExpectation.areEqual(value, wanted) else {
                return "\(one.labels): wanted \(one.values), got \(value)"
            }
        }
        return rest.isEmpty ? nil : "unexpected: \(rest.map { "\($0.key) \($0.value)" }.sorted())"
    }

    func problem(ofMatrix value: QueryValue, _ times: [Int64]) -> String? {
        guard case .matrix(let columns) = value else { return "got no matrix" }
        if columns.map(\.labels) != columns.map(\.labels).sorted() { return "not in the order of labels" }
        var rest: [Labels: SeriesColumn] = [:]
        for column in columns { rest[column.labels] = column }
        for one in series {
            let wanted = zip(times, one.values).compactMap { time, value in value.map { (time, $0) } }
            guard let column = rest.removeValue(forKey: one.labels) else {
                if wanted.isEmpty { continue }
                return "missing: \(one.labels)"
            }
            let fits =
                column.unixMilliseconds == wanted.map(\.0)
                && zip(column.values, wanted).allSatisfy { ScriptExpectation.areEqual($0, $1.1) }
            if !fits {
                return "\(one.labels): wanted \(wanted), got \(Array(zip(column.unixMilliseconds, column.values)))"
            }
        }
        return rest.isEmpty ? nil : "unexpected: \(rest.keys.sorted()) \(rest.values.map(\.values))"
    }
}
