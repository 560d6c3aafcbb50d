import MetricModel
import QueryFixtures
import TestValues

/// Random vector operations, and series for them: few labels and values, so that much belongs together, comes twice,
/// or has no partner.
struct JoinGenerator {
    var random: SeededRandom

    private mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }

    /// Series with a sample each ten seconds from 0 through 190 s, and times without.
    mutating func source() -> MemorySource {
        var source = MemorySource()
        let hasTypes = random.oneIn(2)
        for _ in 0..<Int.random(in: 3..<24, using: &random) {
            var labels = ["__name__": pick(["a", "b", "c_total"])]
            for label in ["i", "j", "k"] where !random.oneIn(3) { labels[label] = pick(["x", "y", "xy"]) }
            // Two series of which functions make one.
            if hasTypes, random.oneIn(4) { labels["__type__"] = pick(["gauge", "counter"]) }
            let present = random.oneIn(3) ? 3..<11 : 0..<20
            var samples: [(Int64, Double)] = []
            for step in present where !random.oneIn(12) {
                let value = random.oneIn(15) ? StaleMarker.value : Double(Int.random(in: 0..<5, using: &random))
                samples.append((Int64(step) * 10_000, value))
            }
            source.append(Labels(labels.map { Label($0.key, $0.value) }), samples)
        }
        return source
    }

    private mutating func matchers() -> String {
        (0..<Int.random(in: 0..<3, using: &random)).map { _ in
            let conditions = [
                #"="x""#, #"="x""#, #"="y""#, #"="""#, #"!="x""#, #"!="""#, #"=~"x.*""#, #"=~"y|""#, #"!~"x|y""#,
                #"=~".*""#,
            ]
            return pick(["i", "j", "k"]) + pick(conditions)
        }.joined(separator: ",")
    }

    private mutating func selector(_ more: String = "") -> String {
        let matchers = matchers()
        let names = [#"__name__="a""#, #"__name__="b""#, #"__name__="c_total""#]
        let name = pick(names + names + [#"__name__=~"a|b""#, #"__name__=~"b|c_total""#])
        return "{" + name + "," + matchers + "}" + more + pick(["", "", "", " offset 20s", " @ 90"])
    }

    private mutating func operand(_ depth: Int) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 22 : 17), using: &random) {
        case 0..<7: return selector()
        case 7: return pick(["rate", "increase"]) + "(" + selector("[40s]") + ")"
        case 8: return pick(["last", "first", "max", "count"]) + "_over_time(" + selector("[30s]") + ")"
        case 9: return "quantile_over_time(\(pick(["0.5", "2"])), " + selector("[30s]") + ")"
        case 10: return "(" + selector() + pick([" > ", " <= ", " != "]) + "2)"
        case 11: return "(" + pick(["-", "2 * ", "abs"]) + "(\(selector())))"
        case 12:
            let grouping = pick([" by (i)", " by (i, j)", " without (j)", ""])
            let operation = pick(["sum", "max", "count", "topk", "quantile"])
            return operation + grouping + "(" + (operation == "topk" || operation == "quantile" ? "1, " : "")
                + selector() + ")"
        case 13: return "label_replace(" + selector() + ", \"i\", \"x\", \"\", \"\")"
        case 14: return "timestamp(" + selector() + ")"
        case 15: return pick(["sort", "absent", "histogram_count"]) + "(" + selector() + ")"
        case 16: return "max_over_time(" + selector() + "[30s:10s])"
        default: return "(" + query(depth - 1) + ")"
        }
    }

    mutating func query(_ depth: Int = 2) -> String {
        let isSet = random.oneIn(3)
        let operation = isSet ? pick(["and", "unless", "or"]) : pick(["+", "/", ">", "== bool", "<="])
        var matching = pick(["", "", "", " on (i)", " on (i, j)", " ignoring (k)", " ignoring (i, k)", " ignoring ()"])
        if !isSet, !matching.isEmpty, random.oneIn(2) {
            matching += pick([" group_left ()", " group_right ()", " group_left (k)"])
        }
        if !isSet, random.oneIn(12) { matching += pick([" fill (1)", " fill_left (1)", " fill_right (1)"]) }
        return "\(operand(depth)) \(operation)\(matching) \(operand(depth))"
    }
}
