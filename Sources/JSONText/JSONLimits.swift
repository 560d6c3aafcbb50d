/// How much of a text is taken before it is refused.
package struct JSONLimits {
    /// Bytes in the whole text, below 2 GiB.
    package let byteLimit: Int
    /// Arrays and objects inside each other, at most 64.
    package let depthLimit: Int

    package init(byteLimit: Int, depthLimit: Int) {
        // Not 1 << 31, which is negative where Int has 32 bits.
        precondition(byteLimit <= 0x7fff_ffff, "tokens keep places in the text in 32 bits")
        precondition(depthLimit >= 0 && depthLimit <= 64, "the reader keeps one bit a level in a 64-bit word")
        self.byteLimit = byteLimit
        self.depthLimit = depthLimit
    }
}
