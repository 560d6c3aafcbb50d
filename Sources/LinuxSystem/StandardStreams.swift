internal import Glibc

/// The process's standard streams.
package enum StandardStreams {
    /// Writes a line to standard error in one call, so that lines of several threads do not mix.
    /// Failures are ignored: there is nowhere left to report them.
    package static func writeError(_ bytes: [UInt8]) {
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes { write(2, $0.baseAddress.map { $0 + done }, bytes.count - done) }
            if written <= 0 && errno != EINTR { return }
            done += max(written, 0)
        }
    }

    /// Writes text to standard output; false when nobody reads it any more.
    @discardableResult
    package static func writeOutput(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes { write(1, $0.baseAddress.map { $0 + done }, bytes.count - done) }
            if written <= 0 && errno != EINTR { return false }
            done += max(written, 0)
        }
        return true
    }

    package static var outputIsTerminal: Bool { isatty(1) == 1 }

    /// The terminal's width in columns, or nil where output is not a terminal.
    package static func outputColumns() -> Int? {
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
