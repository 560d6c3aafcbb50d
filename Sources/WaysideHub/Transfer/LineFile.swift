internal import LinuxSystem

/// A file or pipe, read line by line with a bounded line.
struct LineFile: ~Copyable {
    private let file: FileDescriptor
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    /// Bytes of all lines taken.
    private(set) var takenByteCount: Int64 = 0
    /// The number of the last line taken, from 1.
    private(set) var lineNumber = 0
    private static let chunkByteCount = 256 << 10
    static let lineByteLimit = 1 << 20

    enum Failure: Error {
        case system(SystemError)
        /// The line has more bytes than `lineByteLimit`.
        case lineTooLong(lineNumber: Int)
        case interrupted
    }

    init(_ file: consuming FileDescriptor) { self.file = file }

    /// The next line without its line feed, or nil at the end.
    mutating func next() async throws(Failure) -> ArraySlice<UInt8>? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) { return take(through: end, ending: 1) }
            if isAtEnd { return start < buffer.count ? take(through: buffer.count, ending: 0) : nil }
            guard buffer.count - start <= Self.lineByteLimit else {
                throw .lineTooLong(lineNumber: lineNumber + 1)
            }
            buffer.removeSubrange(..<start)
            (searched, start) = (buffer.count, 0)
            try await fill()
        }
    }

    private mutating func take(through end: Int, ending: Int) -> ArraySlice<UInt8> {
        defer { start = end + ending }
        lineNumber += 1
        takenByteCount += Int64(end + ending - start)
        return buffer[start..<end]
    }

    private mutating func fill() async throws(Failure) {
        // A pipe may be silent for long; the task that hears of signals must get its turn meanwhile.
        while try !isReadable() {
            await Task.yield()
            if Task.isCancelled { throw .interrupted }
        }
        let before = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: Self.chunkByteCount))
        let result: Result<Int, SystemError> = buffer.withUnsafeMutableBytes { bytes in
            do throws(SystemError) {
                return .success(try file.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[before...])))
            } catch { return .failure(error) }
        }
        switch result {
        case .success(let count):
            buffer.removeLast(Self.chunkByteCount - count)
            isAtEnd = count == 0
        case .failure(let error): throw .system(error)
        }
    }

    private borrowing func isReadable() throws(Failure) -> Bool {
        var interests = [Poll.Interest(file.number, readable: true)]
        do throws(SystemError) { return try Poll.wait(&interests, timeoutMilliseconds: 100) > 0 } catch {
            throw .system(error)
        }
    }
}
