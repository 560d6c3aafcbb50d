internal import HostMetrics
internal import LabelMatching
internal import SettingsFile

extension SettingsSection {
    /// What of a name a regular expression has to match.
    enum PatternReach {
        case anyPart
        case wholeNames
    }

    /// A regular expression of RE2 syntax that may match anywhere in a name, as in node_exporter's flags, unless `reach`
    /// says otherwise; nil where the key is not given, and for an empty one, which stands for none.
    func pattern(_ key: String, matches reach: PatternReach = .anyPart) -> NamePattern? {
        guard let text: String = value(key, expected: "a regular expression (RE2)", parse: { $0 }), !text.isEmpty else {
            return nil
        }
        do throws(PatternError) {
            let compiled = try CompiledPattern(reach == .wholeNames ? text : "(?s:.*)(?:\(text))(?s:.*)")
            return NamePattern(text) { compiled.matches($0) }
        } catch {
            problem(key, "expected a regular expression (RE2): \(error)")
            return nil
        }
    }

    /// `NAME_exclude` and `NAME_include`, of which only one may be given; what is given replaces the default.
    func nameFilter(_ name: String, default defaultValue: NameFilter = .all) -> NameFilter {
        let (exclude, include) = (pattern(name + "_exclude"), pattern(name + "_include"))
        if exclude != nil && include != nil {
            problem(name + "_include", "give either \(name)_exclude or \(name)_include")
            return defaultValue
        }
        if include != nil { return NameFilter(include: include) }
        return isGiven(name + "_exclude") ? NameFilter(exclude: exclude) : defaultValue
    }
}
