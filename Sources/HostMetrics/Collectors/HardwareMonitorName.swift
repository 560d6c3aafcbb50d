internal import LinuxSystem

/// How node_exporter makes names from what the kernel calls monitors and sensors.
enum HardwareMonitorName {
    /// Small letters, digits, colons and underscores; everything else is an underscore, and none stands at the ends.
    static func clean(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.lowercased().unicodeScalars {
            let isKept = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == ":"
            scalars.append(isKept ? scalar : "_")
        }
        var rest = Substring(String(scalars))
        while rest.first == "_" { rest.removeFirst() }
        while rest.last == "_" { rest.removeLast() }
        return String(rest)
    }

    /// From the device it belongs to, which has the same path after each boot, as `platform_coretemp_0`; else from the
    /// chip's name; else that of the directory. Nil where none of them gives one.
    static func of(_ directory: String, chip: String?) -> String? {
        // Monitors without a device are usual.
        if let device = try? Files.realPath(directory + "/device") {
            let name = clean(Files.name(of: device))
            let kind = clean(Files.name(of: Files.parent(of: device)))
            if !name.isEmpty { return kind.isEmpty ? name : "\(kind)_\(name)" }
        }
        if let chip, !clean(chip).isEmpty { return clean(chip) }
        guard let path = try? Files.realPath(directory) else { return nil }
        let name = clean(Files.name(of: path))
        return name.isEmpty ? nil : name
    }
}
