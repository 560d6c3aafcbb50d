import Glibc
import LinuxSystem

/// What the kernel does as time passes with files that are written all the time and seldom synchronised; in fast-forward
/// no time passes, so it is made to.
///
/// ext4 commits its journal every 5 s, and with it the times of files that were written. A file's pages are written back
/// once it has been dirty for 30 s, which is looked at every 5 s (`vm.dirty_expire_centisecs`,
/// `vm.dirty_writeback_centisecs`). `flash-benchmark live` shows how near that comes.
struct KernelTime: ~Copyable {
    private static let roundSeconds = 5
    private static let expirySeconds = 30

    private let directory: String
    private let clock: FileDescriptor
    private var dirtySince: Int?
    private var journalledByteCount: UInt64 = 0

    init(directory: String) throws {
        self.directory = directory
        try Files.makeDirectory(directory)
        clock = try FileDescriptor(creating: directory + "/clock")
    }

    /// A second begins. `isDirty` says whether the ring's files hold what is not synchronised, `writtenByteCount` how much
    /// was ever written to them.
    mutating func pass(second: Int, isDirty: Bool, writtenByteCount: UInt64) throws {
        dirtySince = isDirty ? dirtySince ?? second : nil
        guard second.isMultiple(of: KernelTime.roundSeconds) else { return }
        // Where nothing was written, the journal has nothing to commit.
        guard writtenByteCount != journalledByteCount else { return }
        journalledByteCount = writtenByteCount
        // A new time of a file and an fsync bring the journal's commit about.
        futimens(clock.number, nil)
        fsync(clock.number)
        if let since = dirtySince, second - since >= KernelTime.expirySeconds {
            try writeBack()
            dirtySince = nil
        }
    }

    /// Has the kernel write the segments' dirty pages, without synchronising anything: that is what it does first with
    /// pages that nobody needs any more.
    private func writeBack() throws {
        for name in try Files.list(directory) where name.hasPrefix("segment-") {
            let file = try FileDescriptor(opening: directory + "/" + name, O_RDWR)
            let failure = posix_fadvise(file.number, 0, 0, POSIX_FADV_DONTNEED)
            guard failure == 0 else { throw SystemError(call: "posix_fadvise", path: file.path, errorNumber: failure) }
        }
    }
}
