extension SettingsSection {
    /// A value of any type that has a text form. `expected` completes "expected …", for example "a host and port
    /// such as 127.0.0.1:9660".
    package func value<Value>(_ key: String, expected: String, parse: (String) -> Value?) -> Value? {
        guard let node = node(key) else { return nil }
        guard case .scalar(let text, _, _) = node.content, let value = parse(text) else {
            unexpected(node, keyPath: keyPath(key), expected: expected)
            return nil
        }
        return value
    }

    package func value<Value>(
        _ key: String, expected: String, default defaultValue: Value, parse: (String) -> Value?
    ) -> Value {
        value(key, expected: expected, parse: parse) ?? defaultValue
    }

    /// A text that is not empty, nil when absent.
    package func string(_ key: String, expected: String = "a text") -> String? {
        value(key, expected: expected) { $0.isEmpty ? nil : $0 }
    }

    package func string(_ key: String, expected: String = "a text", default defaultValue: String) -> String {
        string(key, expected: expected) ?? defaultValue
    }

    /// A text that must be given; the empty text stands in for it when it is not.
    package func requiredString(_ key: String, expected: String = "a text") -> String {
        if !isGiven(key) { missing(key, expected: expected) }
        return string(key, expected: expected) ?? ""
    }

    /// `true` or `false`; YAML 1.1's `yes` and `on` are refused, since they surprise as often as they help.
    package func bool(_ key: String, default defaultValue: Bool) -> Bool {
        value(key, expected: "true or false", default: defaultValue) { text in
            switch text {
            case "true", "True", "TRUE": true
            case "false", "False", "FALSE": false
            default: nil
            }
        }
    }

    /// A whole number within `range`.
    package func integer(_ key: String, default defaultValue: Int, range: ClosedRange<Int> = 0...Int.max) -> Int {
        let bounds =
            range.upperBound == Int.max ? "of at least \(range.lowerBound)" : "\(range.lowerBound)–\(range.upperBound)"
        return value(key, expected: "a whole number \(bounds)", default: defaultValue) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A finite decimal number within `range`.
    package func number(_ key: String, default defaultValue: Double, range: ClosedRange<Double>) -> Double {
        value(
            key, expected: "a number \(range.lowerBound)–\(range.upperBound)", default: defaultValue
        ) { text in
            Double(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A duration such as `15s`, `500ms`, `1h30m` or `30d`, nil when absent.
    package func duration(_ key: String, range: ClosedRange<Duration>? = nil) -> Duration? {
        let bounds = range.map {
            " from \(DurationText.format($0.lowerBound)) to \(DurationText.format($0.upperBound))"
        }
        return value(key, expected: "a duration\(bounds ?? "") such as 15s, 500ms or 1h30m") { text in
            DurationText.parse(text).flatMap { range?.contains($0) == false ? nil : $0 }
        }
    }

    package func duration(
        _ key: String, default defaultValue: Duration, range: ClosedRange<Duration>? = nil
    ) -> Duration {
        duration(key, range: range) ?? defaultValue
    }

    /// A number of bytes such as `64MiB`, `1GB` or `4096`, nil when absent.
    package func byteSize(_ key: String, range: ClosedRange<Int>? = nil) -> Int? {
        let bounds = range.map {
            " from \(ByteSizeText.format($0.lowerBound)) to \(ByteSizeText.format($0.upperBound))"
        }
        return value(key, expected: "a size\(bounds ?? "") such as 64MiB, 512KiB or 1GB") { text in
            ByteSizeText.parse(text).flatMap { range?.contains($0) == false ? nil : $0 }
        }
    }

    package func byteSize(_ key: String, default defaultValue: Int, range: ClosedRange<Int>? = nil) -> Int {
        byteSize(key, range: range) ?? defaultValue
    }

    /// One of an enumeration's raw values; a near miss is suggested.
    package func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ key: String, as type: Choice.Type = Choice.self, default defaultValue: Choice
    ) -> Choice {
        guard let node = node(key) else { return defaultValue }
        let names = Choice.allCases.map(\.rawValue)
        let expected = "one of " + names.joined(separator: ", ")
        guard case .scalar(let text, _, _) = node.content else {
            unexpected(node, keyPath: keyPath(key), expected: expected)
            return defaultValue
        }
        if let choice = Choice(rawValue: text) { return choice }
        // For numbers such as versions, the nearest is no likelier than any other.
        let closest = text.contains(where: \.isLetter) ? ClosestWord.find(text, among: names) : nil
        unexpected(
            node, keyPath: keyPath(key), expected: expected, hint: closest.map { "; did you mean \"\($0)\"?" } ?? "")
        return defaultValue
    }
}
