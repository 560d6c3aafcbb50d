internal import Glibc

/// Writes a small file.
package func writeText(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw PeerError("cannot write \(path): error \(errno)") }
    defer { fclose(file) }
    fputs(text, file)
}
