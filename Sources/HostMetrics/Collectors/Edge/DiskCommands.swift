internal import LinuxSystem

/// How disks are asked: by the kernel, or in tests by what a disk would have said.
struct DiskCommands: Sendable {
    /// The health log of the NVMe controller at a path.
    var readNVMeLog: @Sendable (String) throws(SystemError) -> [UInt8]
    /// A SCSI command to the disk at a path, and how many bytes it reads.
    var send: @Sendable (String, [UInt8], Int) throws(SystemError) -> DiskCommand.Answer

    static let live = DiskCommands(
        readNVMeLog: { path throws(SystemError) in
            // Get Log Page 02h of the whole controller, 128 words of 4 bytes, counted from 0.
            try DiskCommand.readNVMe(
                path, opcode: 0x02, namespace: .max, dword10: 127 << 16 | 0x02, byteCount: DiskHealth.pageByteCount)
        },
        send: { path, command, byteCount throws(SystemError) in
            try DiskCommand.sendSCSI(path, command: command, byteCount: byteCount)
        })
}
