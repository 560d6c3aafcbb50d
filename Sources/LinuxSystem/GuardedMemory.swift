internal import Glibc

/// Memory for calls that write as much as the kernel has, whatever room they were told of: it ends where the process may
/// not write, so that such a call is an EFAULT error and no damage.
final class GuardedMemory {
    private var base: UnsafeMutableRawPointer?
    /// Without the page behind it that guards it.
    private var byteCount = 0

    deinit { release() }

    /// `byteCount` zero bytes at the end of the memory, valid until the next call.
    func window(_ byteCount: Int) throws(SystemError) -> UnsafeMutableRawBufferPointer {
        precondition(byteCount > 0)
        if byteCount > self.byteCount { try grow(to: byteCount) }
        let all = UnsafeMutableRawBufferPointer(start: base, count: self.byteCount)
        let window = UnsafeMutableRawBufferPointer(rebasing: all.suffix(byteCount))
        window.initializeMemory(as: UInt8.self, repeating: 0)
        return window
    }

    private func grow(to least: Int) throws(SystemError) {
        let page = Int(getpagesize())
        let count = (least + page - 1) / page * page
        release()
        guard let new = mmap(nil, count + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            new != MAP_FAILED
        else { throw SystemError.last("mmap") }
        guard mprotect(new + count, page, PROT_NONE) == 0 else {
            let error = SystemError.last("mprotect")
            munmap(new, count + page)
            throw error
        }
        base = new
        byteCount = count
    }

    private func release() {
        if let base { munmap(base, byteCount + Int(getpagesize())) }
        base = nil
        byteCount = 0
    }
}
