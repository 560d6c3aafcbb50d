import TestValues

/// Random queries over the metrics of `QueryAgreementTests`, from a grammar of what dashboards ask.
///
/// It keeps away from what Prometheus 2.42 and 3 do differently by design: sums and means of rounded numbers inside
/// comparisons, sorts and quantiles of groups (2.42 does not compensate them, so nearly equal values compare otherwise), subqueries whose range ends on a step, `atan2` (after which
/// 2.42 keeps the name).
struct QueryGenerator {
    var random: SeededRandom
    /// Selectors of the recorded node, empty where there is no recording.
    let hostMetrics: [String]
    /// A time within the data, in seconds.
    let middle: Int64

    mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }

    mutating func selector(_ name: String) -> String {
        let matchers = pick([
            "", "", "{job=\"a\"}", "{job!=\"a\"}", "{instance=~\"[01]\"}", "{instance!~\"2|3\",job=\"b\"}",
            "{code=\"\"}", "{instance=~\"(?i:X|0|.*3)\"}",
        ])
        return name + matchers
    }

    mutating func shift() -> String { pick(["", "", "", " offset 1m", " offset -1m", " @ \(middle)", " @ end()"]) }

    mutating func range() -> String { "[" + pick(["1m", "2m", "5m", "47s", "10m"]) + "]" }

    mutating func grouping() -> String {
        pick(["", " by (job)", " without (instance)", " by (code, job)", " without ()", " by (nothing)"])
    }

    /// An instant vector of some labels.
    mutating func vector(_ depth: Int) -> String {
        guard depth > 0 else { return selector(pick(["temp", "req_total", "temp"])) + shift() }
        switch Int.random(in: 0..<15, using: &random) {
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
            return operation + grouping() + "(\(vector(depth - 1)))"
        case 7:
            return "\(vector(depth - 1)) " + pick(["+", "-", "*", "/", "%", "^"]) + " "
                + pick(["2", "0.5", "-3"])
        case 8: return "(" + selector("temp") + " " + pick([">", "<", ">=", "<= bool", "== bool", "!="]) + " 21)"
        case 9:
            return pick(["abs", "ceil", "floor", "sqrt", "-", "sgn", "timestamp", "round", "exp", "ln", "deg", "sin"])
                + "(\(vector(depth - 1)))"
        case 10:
            let matching = pick(["on(job, instance)", "ignoring(code)"])
            return "sum by (job, instance) (\(selector("req_total"))) " + pick(["*", "-", ">", "and", "unless", "or"])
                + " \(matching) " + selector("temp")
        case 11:
            return "histogram_quantile(\(pick(["0.5", "0.9", "0.99"])), sum by (le, job) (rate(lat_bucket\(range()))))"
        case 12:
            return selector("req_total") + pick([" * ", " - ", " > bool "])
                + "on(job, instance) group_left() " + selector("temp")
        case 13:
            return pick(["hour", "minute", "day_of_week", "days_in_month"]) + "(timestamp(" + selector("temp") + "))"
        default: return "quantile_over_time(\(pick(["0.1", "0.5", "0.95"])), " + selector("temp") + range() + ")"
        }
    }

    mutating func query() -> String {
        if !hostMetrics.isEmpty, random.oneIn(5) { return hostQuery() }
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return pick(["max", "min", "count", "last"]) + "_over_time(" + vector(1) + "[3m:30s] offset 7s)"
        case 1:
            return pick(["topk", "bottomk"]) + " by (job) (2, sum without (code) (" + selector("req_total") + "))"
        case 2: return "label_replace(" + vector(1) + ", \"x\", \"$1-\", \"job\", \"(.*)\")"
        case 3: return "quantile by (job) (0.3, " + selector("temp") + ")"
        case 4: return pick(["absent(nothing)", "absent_over_time(nothing[1m])"]) + " or " + vector(1)
        case 5: return "scalar(sum(temp)) + vector(time())"
        case 6: return "clamp(" + vector(1) + ", 0, 30)"
        case 7: return "count_values(\"v\", round(" + selector("temp") + "))"
        case 8: return "label_join(" + vector(1) + ", \"y\", \"/\", \"job\", \"instance\")"
        case 9: return "predict_linear(" + selector("temp") + range() + ", 600)"
        default: return vector(2)
        }
    }

    /// The recorded node under the functions that dashboards put around it.
    private mutating func hostQuery() -> String {
        let metric = pick(hostMetrics)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return metric + shift()
        case 1: return pick(["rate", "increase", "irate", "delta"]) + "(" + metric + range() + shift() + ")"
        case 2: return pick(["min", "max", "avg", "sum", "count"]) + "_over_time(" + metric + range() + ")"
        case 3:
            return pick(["sum", "avg", "min", "max", "count"]) + pick([" by (mode)", " by (device)", ""]) + "(rate("
                + metric + range() + "))"
        case 4: return "topk(3, max_over_time(" + metric + "[5m]))"
        default: return metric + " / ignoring(x) " + metric
        }
    }
}
