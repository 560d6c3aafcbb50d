/// What a settings file may cost to read.
package struct SettingsLimits: Hashable, Sendable {
    package var byteLimit: Int
    /// Levels of maps and lists within each other.
    package var depthLimit: Int
    /// Scalars, maps and lists together.
    package var nodeLimit: Int
    /// Problems that are kept with their text; further ones are counted.
    package var problemLimit: Int
    /// Bytes of a file that holds a secret.
    package var secretByteLimit: Int

    package init(
        byteLimit: Int = 1 << 20, depthLimit: Int = 32, nodeLimit: Int = 100_000, problemLimit: Int = 100,
        secretByteLimit: Int = 64 << 10
    ) {
        self.byteLimit = byteLimit
        self.depthLimit = depthLimit
        self.nodeLimit = nodeLimit
        self.problemLimit = problemLimit
        self.secretByteLimit = secretByteLimit
    }
}
