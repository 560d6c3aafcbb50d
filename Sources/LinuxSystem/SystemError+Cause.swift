internal import Glibc

extension SystemError {
    /// What keeps files from being written, as far as that is told apart.
    package enum Cause: Hashable, Sendable {
        case noSpace
        case inputOutput
        case readOnly
        case noPermission
        /// The file, its directory or its device is not there.
        case missing
        case other
    }

    package var cause: Cause {
        switch errorNumber {
        case ENOSPC, EDQUOT: .noSpace
        case EIO: .inputOutput
        case EROFS: .readOnly
        case EACCES, EPERM: .noPermission
        case ENOENT, ENOTDIR, ENXIO, ENODEV: .missing
        default: .other
        }
    }
}
