internal import LinuxSystem

extension CollectorOutput {
    /// Reads `file` into the common buffer; the bytes are valid until the next read.
    func read(_ file: KeptFile) throws(CollectorError) -> UnsafeRawBufferPointer {
        do throws(SystemError) { return try file.read(into: buffer) } catch { throw .system(error) }
    }

    /// The same for a file that not every kernel or board has: nil where it is not there.
    func readIfPresent(_ file: KeptFile) throws(CollectorError) -> UnsafeRawBufferPointer? {
        do throws(SystemError) { return try file.read(into: buffer) } catch {
            if error.isNotFound { return nil }
            throw .system(error)
        }
    }

    /// Reads `file` and takes its text apart; nothing of the bytes may be kept.
    func read<Result>(
        _ file: KeptFile, _ parse: (UnsafeRawBufferPointer) throws(DamagedText) -> Result
    ) throws(CollectorError) -> Result {
        let bytes = try read(file)
        do throws(DamagedText) { return try parse(bytes) } catch { throw CollectorError(error, file.path) }
    }

    /// The same for a file that not every kernel or board has: nil where it is not there.
    func readIfPresent<Result>(
        _ file: KeptFile, _ parse: (UnsafeRawBufferPointer) throws(DamagedText) -> Result
    ) throws(CollectorError) -> Result? {
        guard let bytes = try readIfPresent(file) else { return nil }
        do throws(DamagedText) { return try parse(bytes) } catch { throw CollectorError(error, file.path) }
    }

    /// Reads a file that holds one number.
    func readNumber(_ file: KeptFile) throws(CollectorError) -> Int64 {
        var cursor = ByteCursor(try read(file))
        do throws(DamagedText) { return try cursor.signed() } catch { throw CollectorError(error, file.path) }
    }
}

extension CollectorError {
    /// Says in which file the text was damaged.
    init(_ damage: DamagedText, _ path: String) {
        self = .damaged(path: path, byteOffset: damage.byteOffset, expected: damage.expected)
    }
}
