internal import LinuxSystem

/// A file on disk that seldom changes and is then replaced: asked for its stamp each run, and read only when that is
/// another.
struct ChangingFile {
    let path: String
    private var stamp: FileStamp?
    private var isKnown = false

    init(_ path: String) {
        self.path = path
    }

    /// Whether the file is another than at the last call; the first call says it is.
    mutating func hasChanged() -> Bool {
        let now = FileStamp(of: path)
        defer {
            stamp = now
            isKnown = true
        }
        return !isKnown || now != stamp
    }

    /// Has the next `hasChanged` say so, after the file could not be read.
    mutating func forget() { isKnown = false }

    /// Whether the file was there at the last call of `hasChanged`.
    var exists: Bool { stamp != nil }
}
