internal import LinuxSystem
internal import RingLog

/// What it takes to write a buffer's directory: the lock that keeps other agents out, and whose machine it is.
struct BufferAccess: ~Copyable {
    let lock: FileDescriptor
    let machineID: RingID
}
