internal import JSONText

/// What runtimes write down of their containers. Members that are not needed are passed over, checked.
enum ContainerText {
    private static let byteLimit = 4 << 20

    /// Docker's `config.v2.json`: `{"Name": "/web", "Config": {"Image": "nginx:1.27"}}`.
    static func parseDocker(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> ContainerNames.Description {
        var description = ContainerNames.Description()
        var reader = JSONReader(bytes, limits: JSONLimits(byteLimit: byteLimit, depthLimit: 32))
        try members(&reader) { (key, reader) throws(JSONError) in
            if reader.matches(key, "Name") {
                let name = try string(&reader)
                description.name = String(name.hasPrefix("/") ? name.dropFirst() : Substring(name))
            } else if reader.matches(key, "Config") {
                try members(&reader) { (key, reader) throws(JSONError) in
                    if reader.matches(key, "Image") {
                        description.image = try string(&reader)
                    } else {
                        try reader.skipValue()
                    }
                }
            } else {
                try reader.skipValue()
            }
        }
        try end(&reader)
        return description
    }

    /// The `config.json` of a containerd bundle: its annotations say what Kubernetes or nerdctl call it. The name is made as
    /// the kubelet named Docker's containers, `k8s_<container>_<pod>_<namespace>`, so that expressions for those go on.
    static func parseBundle(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> ContainerNames.Description {
        var annotations: [String: String] = [:]
        var reader = JSONReader(bytes, limits: JSONLimits(byteLimit: byteLimit, depthLimit: 32))
        try members(&reader) { (key, reader) throws(JSONError) in
            guard reader.matches(key, "annotations") else { return try reader.skipValue() }
            try members(&reader) { (key, reader) throws(JSONError) in
                let name = text(key, reader)
                guard name.hasPrefix("io.kubernetes.cri.") || name.hasPrefix("nerdctl/") else {
                    return try reader.skipValue()
                }
                annotations[name] = try string(&reader)
            }
        }
        try end(&reader)
        var description = ContainerNames.Description()
        description.image = annotations["io.kubernetes.cri.image-name"] ?? ""
        if let pod = annotations["io.kubernetes.cri.sandbox-name"] {
            let isSandbox = annotations["io.kubernetes.cri.container-type"] == "sandbox"
            let container = isSandbox ? "POD" : annotations["io.kubernetes.cri.container-name"] ?? ""
            description.name = "k8s_\(container)_\(pod)_\(annotations["io.kubernetes.cri.sandbox-namespace"] ?? "")"
        } else {
            description.name = annotations["nerdctl/name"] ?? ""
        }
        return description
    }

    /// The `containers.json` of Podman and CRI-O: a list of `{"id": …, "names": ["web"], "metadata": "{…}"}`, of which the
    /// metadata is JSON in a string, with the image's name.
    static func parseStore(
        _ bytes: UnsafeRawBufferPointer
    ) throws(JSONError) -> [String: ContainerNames.Description] {
        var all: [String: ContainerNames.Description] = [:]
        var reader = JSONReader(bytes, limits: JSONLimits(byteLimit: byteLimit, depthLimit: 32))
        try elements(&reader) { (reader) throws(JSONError) in
            var identifier = ""
            var description = ContainerNames.Description()
            try membersAfterBrace(&reader) { (key, reader) throws(JSONError) in
                if reader.matches(key, "id") {
                    identifier = try string(&reader)
                } else if reader.matches(key, "names") {
                    try strings(&reader) { if description.name.isEmpty { description.name = $0 } }
                } else if reader.matches(key, "metadata") {
                    let start = reader.byteOffset
                    description.image = try imageName(try string(&reader), at: start)
                } else {
                    try reader.skipValue()
                }
            }
            all[identifier] = description
        }
        try end(&reader)
        return all
    }

    private static func imageName(_ metadata: String, at offset: Int) throws(JSONError) -> String {
        if metadata.isEmpty { return "" }
        var image = ""
        var failure: JSONError?
        Array(metadata.utf8).withUnsafeBytes { bytes in
            do throws(JSONError) {
                var reader = JSONReader(bytes, limits: JSONLimits(byteLimit: byteLimit, depthLimit: 32))
                try members(&reader) { (key, reader) throws(JSONError) in
                    if reader.matches(key, "image-name") {
                        image = try string(&reader)
                    } else {
                        try reader.skipValue()
                    }
                }
                try end(&reader)
            } catch { failure = error }
        }
        // The place is that of the string: those in its inside are not those of the file.
        if let failure { throw JSONError(failure.reason, at: offset) }
        return image
    }

    private typealias Member = (JSONString, inout JSONReader) throws(JSONError) -> Void

    /// Calls `body` for each member of the object that comes next; it must take the member's value. Anything else than an
    /// object, null among them, is passed over.
    private static func members(_ reader: inout JSONReader, _ body: Member) throws(JSONError) {
        switch try reader.next() {
        case .beginObject: try membersAfterBrace(&reader, body)
        case .beginArray: try skip(&reader)
        default: break
        }
    }

    private static func membersAfterBrace(_ reader: inout JSONReader, _ body: Member) throws(JSONError) {
        while true {
            guard case .key(let key) = try reader.next() else { return }
            try body(key, &reader)
        }
    }

    /// Calls `body` behind the brace of each object in the list that comes next; it must take the object's members.
    private static func elements(
        _ reader: inout JSONReader, _ body: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard case .beginArray = try reader.next() else { throw JSONError(.unexpectedByte, at: 0) }
        while true {
            switch try reader.next() {
            case .beginObject: try body(&reader)
            case .beginArray: try skip(&reader)
            case .endArray: return
            default: break
            }
        }
    }

    private static func strings(_ reader: inout JSONReader, _ body: (String) -> Void) throws(JSONError) {
        switch try reader.next() {
        case .beginObject: return try skip(&reader)
        case .beginArray: break
        default: return
        }
        while true {
            switch try reader.next() {
            case .string(let string): body(text(string, reader))
            case .beginArray, .beginObject: try skip(&reader)
            case .endArray: return
            default: break
            }
        }
    }

    /// Passes over the rest of a level that has been begun.
    private static func skip(_ reader: inout JSONReader) throws(JSONError) {
        var depth = 1
        while depth > 0 {
            switch try reader.next() {
            case .beginArray, .beginObject: depth += 1
            case .endArray, .endObject: depth -= 1
            default: break
            }
        }
    }

    /// The string that comes next; empty for anything else.
    private static func string(_ reader: inout JSONReader) throws(JSONError) -> String {
        switch try reader.next() {
        case .string(let string): return text(string, reader)
        case .beginArray, .beginObject: try skip(&reader)
        default: break
        }
        return ""
    }

    private static func text(_ string: JSONString, _ reader: JSONReader) -> String {
        let count = string.range.count
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            // Undoing escapes never makes a string longer.
            used = reader.copy(string, into: UnsafeMutableRawBufferPointer(buffer)) ?? 0
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func end(_ reader: inout JSONReader) throws(JSONError) {
        while true {
            if case .end = try reader.next() { return }
        }
    }
}
