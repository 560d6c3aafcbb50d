internal import CLinux

/// How the C library's allocator keeps memory.
package enum MemoryAllocator {
    /// Blocks from here on come straight from the kernel, and go back to it as soon as they are freed.
    private static let directByteCount: Int32 = 64 << 10
    /// Free memory at the end of the heap goes back from here on.
    private static let trimByteCount: Int32 = 64 << 10

    /// Gives memory that was freed back to the kernel, of all threads. It goes through all of it, so call it after what
    /// took much.
    package static func giveBack() { _ = malloc_trim(0) }

    /// For a program that runs for months in little memory: what a batch or a request took for a moment is given back.
    /// Without it glibc raises its thresholds to the largest block it has seen, and every thread keeps a heap of its own.
    /// Call it before the first thread is started.
    package static func keepLittle() {
        // An allocator that does not know a setting works all the same.
        _ = mallopt(M_MMAP_THRESHOLD, directByteCount)
        _ = mallopt(M_TRIM_THRESHOLD, trimByteCount)
        _ = mallopt(M_ARENA_MAX, 1)
    }
}
