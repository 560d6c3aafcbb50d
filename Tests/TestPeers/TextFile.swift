internal import Glibc

/// Writes a small file.
package func writeText(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw PeerError("cannot write \(path): error \(errno)") }
    defer { fclose(file) }
    fputs(text, file)
}

/// Reads a file whole.
package func readText(_ path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw PeerError("cannot read \(path): error \(errno)") }
    defer { fclose(file) }
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        if count == 0 { return String(decoding: text, as: UTF8.self) }
        text += chunk[..<count]
    }
}
