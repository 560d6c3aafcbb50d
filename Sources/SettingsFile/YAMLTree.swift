internal import CYAML

/// Builds the tree of a YAML text from libyaml's events.
///
/// Aliases, anchors and tags are refused rather than expanded: settings do not need them, and an alias is how a small
/// file becomes a huge one.
struct YAMLTree: ~Copyable {
    /// Ends the reading: nothing after it can be trusted.
    struct Stop: Error {}

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let bytes: UnsafeBufferPointer<UInt8>
    private let problems: SettingsProblemList
    private let limits: SettingsLimits
    private let environment: (String) -> String?
    private var nodeCount = 0

    /// The tree of `bytes`, or nil for an empty text. Problems go to `problems`; after a syntax error or an exceeded
    /// limit there is no tree.
    static func build(
        _ bytes: [UInt8], limits: SettingsLimits, problems: SettingsProblemList,
        environment: @escaping (String) -> String?
    ) -> SettingsNode? {
        bytes.withUnsafeBufferPointer { buffer in
            var tree = YAMLTree(buffer, limits: limits, problems: problems, environment: environment)
            do { return try tree.document() } catch { return nil }
        }
    }

    private init(
        _ bytes: UnsafeBufferPointer<UInt8>, limits: SettingsLimits, problems: SettingsProblemList,
        environment: @escaping (String) -> String?
    ) {
        self.bytes = bytes
        self.limits = limits
        self.problems = problems
        self.environment = environment
        parser = .allocate(capacity: 1)
        // Fails only when memory is out, which ends a Swift program anyway.
        precondition(yaml_parser_initialize(parser) == 1)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    private struct Event {
        var type: yaml_event_type_t
        var place: SettingsPlace
        var text = ""
        var isPlain = false
    }

    private mutating func document() throws(Stop) -> SettingsNode? {
        var root: SettingsNode?
        while true {
            let event = try next()
            switch event.type {
            case YAML_STREAM_END_EVENT: return root
            case YAML_DOCUMENT_START_EVENT:
                guard root == nil else {
                    problems.record(
                        .unsupported, "a second document starts here; a settings file has one", at: event.place)
                    throw Stop()
                }
                root = try node(try next(), path: "", depth: 0)
            default: continue
            }
        }
    }

    private mutating func node(_ event: Event, path: String, depth: Int) throws(Stop) -> SettingsNode {
        nodeCount += 1
        guard nodeCount <= limits.nodeLimit else {
            problems.record(.unsupported, "more than \(limits.nodeLimit) values in one file", at: event.place)
            throw Stop()
        }
        guard depth <= limits.depthLimit else {
            problems.record(.unsupported, "nested deeper than \(limits.depthLimit) levels", at: event.place)
            throw Stop()
        }
        switch event.type {
        case YAML_SEQUENCE_START_EVENT: return try list(event, path: path, depth: depth)
        case YAML_MAPPING_START_EVENT: return try map(event, path: path, depth: depth)
        case YAML_SCALAR_EVENT: return scalar(event, path: path)
        default:
            problems.record(
                .unsupported, "aliases (*\(event.text)) are not supported; write the value out", keyPath: path,
                at: event.place)
            return SettingsNode(content: .scalar(text: "", source: "", isNull: true), place: event.place)
        }
    }

    private mutating func list(_ start: Event, path: String, depth: Int) throws(Stop) -> SettingsNode {
        var elements: [SettingsNode] = []
        while true {
            let event = try next()
            if event.type == YAML_SEQUENCE_END_EVENT { break }
            elements.append(try node(event, path: "\(path)[\(elements.count)]", depth: depth + 1))
        }
        return SettingsNode(content: .list(elements), place: start.place)
    }

    private mutating func map(_ start: Event, path: String, depth: Int) throws(Stop) -> SettingsNode {
        var entries: [SettingsEntry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try next()
            if event.type == YAML_MAPPING_END_EVENT { break }
            guard event.type == YAML_SCALAR_EVENT else {
                problems.record(.unsupported, "a key must be plain text", keyPath: path, at: event.place)
                _ = try node(event, path: path, depth: depth + 1)
                _ = try node(try next(), path: path, depth: depth + 1)
                continue
            }
            let keyPath = path.isEmpty ? event.text : path + "." + event.text
            let value = try node(try next(), path: keyPath, depth: depth + 1)
            if let line = lines[event.text] {
                problems.record(
                    .duplicateKey, "given twice; the first is in line \(line)", keyPath: keyPath, at: event.place)
                continue
            }
            lines[event.text] = event.place.line
            entries.append(SettingsEntry(key: event.text, keyPlace: event.place, value: value))
        }
        return SettingsNode(content: .map(entries), place: start.place)
    }

    private func scalar(_ event: Event, path: String) -> SettingsNode {
        let isNull = event.isPlain && ["", "~", "null", "Null", "NULL"].contains(event.text)
        var text = event.text
        do throws(EnvironmentText.Failure) {
            text = try EnvironmentText.expand(event.text, environment: environment)
        } catch {
            let message =
                switch error {
                case .unset(let name):
                    "the environment variable \(name) is not set; set it, or write $${\(name)} for the text itself"
                case .malformed(let text):
                    "\(text) is not of the form ${NAME}; write $${ for the text ${ itself"
                }
            problems.record(.environment, message, keyPath: path, at: event.place)
        }
        return SettingsNode(content: .scalar(text: text, source: event.text, isNull: isNull), place: event.place)
    }

    /// The next event; refuses anchors and tags where they stand.
    private func next() throws(Stop) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else {
            recordSyntaxError()
            throw Stop()
        }
        defer { yaml_event_delete(&event) }
        let place = SettingsPlace(
            line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1,
            endLine: Int(event.end_mark.line) + 1, endColumn: Int(event.end_mark.column) + 1)
        var result = Event(type: event.type, place: place)
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            result.text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            result.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            refuse(anchor: scalar.anchor, tag: scalar.tag, at: place)
        case YAML_SEQUENCE_START_EVENT:
            refuse(anchor: event.data.sequence_start.anchor, tag: event.data.sequence_start.tag, at: place)
        case YAML_MAPPING_START_EVENT:
            refuse(anchor: event.data.mapping_start.anchor, tag: event.data.mapping_start.tag, at: place)
        case YAML_ALIAS_EVENT:
            if let anchor = event.data.alias.anchor { result.text = YAMLTree.text(anchor) }
        default: break
        }
        return result
    }

    private func refuse(
        anchor: UnsafeMutablePointer<UInt8>?, tag: UnsafeMutablePointer<UInt8>?, at place: SettingsPlace
    ) {
        if let anchor {
            problems.record(
                .unsupported, "anchors (&\(YAMLTree.text(anchor))) are not supported; write the value out",
                at: place)
        }
        if let tag {
            problems.record(.unsupported, "tags (\(YAMLTree.text(tag))) are not supported", at: place)
        }
    }

    /// libyaml's complaint, with its place and, for the commonest mistakes, in words that say what to change.
    private func recordSyntaxError() {
        let state = parser.pointee
        var message = state.problem.map { String(cString: $0) } ?? "not YAML"
        var place = YAMLTree.place(of: state.problem_mark)
        let context = state.context.map { ", " + String(cString: $0) } ?? ""
        let contextPlace = YAMLTree.place(of: state.context_mark)
        if state.error == YAML_READER_ERROR {
            place = self.place(ofByte: Int(state.problem_offset))
            message = "not UTF-8 text, or a control character (\(message))"
        } else if problems.source.character(line: place.line, column: place.column) == "\t" {
            message = "a tab where YAML wants spaces; indent with spaces"
        } else if message.contains("mapping values are not allowed") {
            message = "a second \":\" in one line, or wrong indentation; quote the value, or begin a new line"
        } else if message.contains("cannot start any token") {
            message = "a value cannot start with this character; put it in quotes"
        } else if place.line > problems.source.lastLine {
            // The end of the file says nothing; what is open there began somewhere.
            let hasStart = !context.isEmpty && contextPlace.line <= problems.source.lastLine
            message = "the file ends too early: \(message)\(context)" + (hasStart ? " that starts here" : "")
            place = hasStart ? contextPlace : problems.source.end
        } else if !context.isEmpty {
            message += context
            if contextPlace.line != place.line { message += " that starts in line \(contextPlace.line)" }
        }
        problems.record(.syntax, "not valid YAML: \(message)", at: place)
    }

    private static func place(of mark: yaml_mark_t) -> SettingsPlace {
        let (line, column) = (Int(mark.line) + 1, Int(mark.column) + 1)
        return SettingsPlace(line: line, column: column, endLine: line, endColumn: column)
    }

    private func place(ofByte offset: Int) -> SettingsPlace {
        let before = bytes.prefix(offset)
        let line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let column = String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count + 1
        return SettingsPlace(line: line, column: column, endLine: 0, endColumn: 0)
    }

    private static func text(_ pointer: UnsafeMutablePointer<UInt8>) -> String { String(cString: pointer) }
}
