import MetricModel
import Testing

@testable import WaysideHub

/// Which metrics stand together in an export, and in which order.
@Suite struct ExportFamilyTests {
    private static func known(_ types: [String: MetricType]) -> [ExactText: SampleColumns.Family] {
        Dictionary(
            uniqueKeysWithValues: types.map {
                (ExactText($0.key), SampleColumns.Family(name: $0.key, type: $0.value, help: "", unit: ""))
            })
    }

    private static func texts(_ names: [String], _ types: [String: MetricType]) -> [String] {
        ExportFamily.group(names, known(types)).map { "\($0.name) \($0.type) \($0.members.joined(separator: ","))" }
    }

    @Test func partsOfAFamilyStandTogetherWhicheverNameItWasSaidBy() {
        let names = ["h_sum", "h_bucket", "h_count", "c_total", "s", "s_sum", "s_count", "i_info", "g", "other"]
        let byFamily: [String: MetricType] = ["h": .histogram, "c": .counter, "s": .summary, "i": .info, "g": .gauge]
        let expected = [
            "c counter c_total", "g gauge g", "h histogram h_bucket,h_count,h_sum", "i info i_info",
            "other unknown other", "s summary s,s_count,s_sum",
        ]
        #expect(Self.texts(names, byFamily) == expected)
        var byMetric: [String: MetricType] = ["c_total": .counter, "i_info": .info, "g": .gauge]
        for name in ["h_sum", "h_bucket", "h_count"] { byMetric[name] = .histogram }
        for name in ["s", "s_sum", "s_count"] { byMetric[name] = .summary }
        #expect(Self.texts(names, byMetric) == expected)
    }

    /// "é" in one piece and in two are two metrics, in the order of their bytes, and only one of them is described.
    @Test func equivalentNamesAreTwo() {
        let forms = ["e\u{301}", "\u{e9}"]
        let texts = Self.texts(forms.reversed(), [forms[1]: .gauge])
        let expected = ["\(forms[0]) unknown \(forms[0])", "\(forms[1]) gauge \(forms[1])"]
        #expect(texts.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    }

    @Test func whatDoesNotFitIsUnknownAndStandsAlone() {
        #expect(Self.texts(["c"], ["c": .counter]) == ["c unknown c"])
        #expect(
            Self.texts(["h", "h_bucket"], ["h": .histogram, "h_bucket": .histogram])
                == ["h unknown h", "h_bucket unknown h_bucket"])
        // A gauge with the name of a counter's family.
        #expect(
            Self.texts(["x", "x_total"], ["x": .gauge, "x_total": .counter]) == [
                "x unknown x", "x_total unknown x_total",
            ])
        #expect(
            Self.texts(["x_total", "x_sum"], ["x_total": .counter, "x_sum": .summary]) == [
                "x_sum unknown x_sum", "x_total unknown x_total",
            ])
        #expect(Self.texts(["_total"], ["_total": .counter]) == ["_total unknown _total"])
        // Suffixes that the type does not have are part of the name.
        #expect(Self.texts(["a_sum"], ["a_sum": .gauge]) == ["a_sum gauge a_sum"])
    }

    @Test func noNameIsTwoFamiliesAndNoMetricIsLost() {
        let names = ["a", "a_total", "a_total_total", "a_total_total_total", "a_sum", "a_count", "a_total_sum"]
        for types in [MetricType.counter, .summary, .histogram, .gauge, .unknown] {
            for other in [MetricType.counter, .summary, .gauge] {
                var known: [String: MetricType] = [:]
                for (index, name) in names.enumerated() { known[name] = index % 2 == 0 ? types : other }
                let families = ExportFamily.group(names, Self.known(known))
                #expect(Set(families.map(\.name)).count == families.count)
                #expect(families.flatMap(\.members).sorted() == names.sorted())
            }
        }
    }

    @Test func metricsOfAHistogramStandApartWithTheirBucketsInOrder() {
        let series: [Labels] = ["1", "0"].flatMap { job in
            ["10", "+Inf", "9"].map { ["__name__": "h_bucket", "le": $0, "job": job] as Labels }
                + [["__name__": "h_sum", "job": job], ["__name__": "h_count", "job": job]]
        }
        let sorted = series.sorted { SeriesOrder($0) < SeriesOrder($1) }
        #expect(
            sorted.map { "\($0["job"] ?? "") \($0.metricName) \($0["le"] ?? "")" }
                == ["0", "1"].flatMap { job in
                    ["h_bucket 9", "h_bucket 10", "h_bucket +Inf", "h_count ", "h_sum "].map { "\(job) \($0)" }
                })
    }
}
