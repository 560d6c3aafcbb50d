import QueryFixtures
import TestValues

/// Random queries over the metrics of `DifferentialTests`, from a grammar of what dashboards ask.
///
/// It keeps away from what Prometheus 2.42 and 3 do differently by design: means inside comparisons (2.42 does not
/// compensate them, so equal values compare otherwise) and windows of unknown first samples of young counters.
struct QueryGenerator {
    var random: SeededRandom

    mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }

    mutating func selector(_ name: String) -> String {
        let matchers = pick([
            "", "", "{job=\"a\"}", "{job!=\"a\"}", "{instance=~\"[01]\"}", "{instance!~\"2|3\",job=\"b\"}",
            "{code=\"\"}",
        ])
        return name + matchers
    }

    mutating func shift() -> String { pick(["", "", "", " offset 1m", " offset -1m", " @ 1700000900", " @ end()"]) }

    mutating func range() -> String { "[" + pick(["1m", "2m", "5m", "47s", "10m"]) + "]" }

    /// An instant vector of some labels.
    mutating func vector(_ depth: Int) -> String {
        guard depth > 0 else { return selector(pick(["temp", "req_total", "temp"])) + shift() }
        switch Int.random(in: 0..<13, using: &random) {
        case 0, 1:
            return pick(["rate", "increase", "irate", "resets", "changes"]) + "(" + selector("req_total") + range()
                + shift() + ")"
        case 2, 3:
            let function = pick([
                "sum", "avg", "min", "max", "count", "last", "stddev", "stdvar", "present",
            ])
            return function + "_over_time(" + selector("temp") + range() + shift() + ")"
        case 4: return pick(["delta", "idelta", "deriv"]) + "(" + selector("temp") + range() + shift() + ")"
        case 5, 6:
            let operation = pick(["sum", "min", "max", "count", "group", "stddev", "avg", "stdvar"])
            return operation + pick(["", " by (job)", " without (instance)", " by (code, job)"])
                + "(\(vector(depth - 1)))"
        case 7: return "\(vector(depth - 1)) " + pick(["+", "-", "*", "/", "%"]) + " " + pick(["2", "0.5", "-3"])
        case 8: return "(" + selector("temp") + " " + pick([">", "<", ">=", "<= bool", "== bool", "!="]) + " 21)"
        case 9:
            return pick(["abs", "ceil", "floor", "sqrt", "-", "sgn", "timestamp", "round"]) + "(\(vector(depth - 1)))"
        case 10:
            let matching = pick(["on(job, instance)", "ignoring(code)"])
            return "sum by (job, instance) (\(selector("req_total"))) " + pick(["*", "-", ">", "and", "unless", "or"])
                + " \(matching) " + selector("temp")
        case 11:
            return "histogram_quantile(\(pick(["0.5", "0.9", "0.99"])), sum by (le, job) (rate(lat_bucket\(range()))))"
        default: return "quantile_over_time(\(pick(["0.1", "0.5", "0.95"])), " + selector("temp") + range() + ")"
        }
    }

    mutating func query() -> String {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return "max_over_time(" + vector(1) + "[3m:30s])"
        case 1:
            return pick(["topk", "bottomk"]) + " by (job) (2, sum without (code) (" + selector("req_total") + "))"
        case 2: return "label_replace(" + vector(1) + ", \"x\", \"$1-\", \"job\", \"(.*)\")"
        case 3: return "quantile by (job) (0.3, " + selector("temp") + ")"
        case 4: return "absent(" + selector("nothing") + ") or " + vector(1)
        case 5: return "scalar(sum(temp)) + vector(time())"
        case 6: return "clamp(" + vector(1) + ", 0, 30)"
        case 7: return "count_values(\"v\", round(" + selector("temp") + "))"
        default: return vector(2)
        }
    }
}
