internal import CLinux
internal import Glibc

/// Commands that are sent to a disk itself. They need CAP_SYS_ADMIN (NVMe) or CAP_SYS_RAWIO (ATA) and can take as long as
/// the disk does.
package enum DiskCommand {
    /// What a SCSI command came back with.
    package struct Answer: Sendable {
        /// The bytes that were asked for.
        package let data: [UInt8]
        /// What the device says beside its status; empty where it says nothing.
        package let sense: [UInt8]
        /// The SCSI status: 0 is good, 2 is to be read in the sense.
        package let status: UInt8

        package init(data: [UInt8], sense: [UInt8], status: UInt8) {
            self.data = data
            self.sense = sense
            self.status = status
        }
    }

    private static let timeoutMilliseconds: UInt32 = 3_000

    /// An admin command of NVMe that reads `byteCount` bytes from the controller at `path` (`/dev/nvme0`).
    package static func readNVMe(
        _ path: String, opcode: UInt8, namespace: UInt32, dword10: UInt32, byteCount: Int
    ) throws(SystemError) -> [UInt8] {
        let device = try FileDescriptor(opening: path, O_RDONLY | O_NONBLOCK)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 4096)
        defer { buffer.deallocate() }
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
        var command = nvme_passthru_cmd()
        command.opcode = opcode
        command.nsid = namespace
        command.addr = UInt64(UInt(bitPattern: buffer.baseAddress))
        command.data_len = UInt32(byteCount)
        command.cdw10 = dword10
        command.timeout_ms = timeoutMilliseconds
        let number = device.number
        let result = try retryingInterrupts("ioctl", path) { () -> Int32 in
            withUnsafeMutablePointer(to: &command) { ioctl(number, UInt(wayside_nvme_ioctl_admin_cmd), $0) }
        }
        // More than 0 is a status of the controller: it did not do it.
        guard result == 0 else { throw SystemError(call: "ioctl", path: path, errorNumber: EIO) }
        return Array(buffer)
    }

    /// A SCSI command to the disk at `path` that reads `byteCount` bytes, or none (SG_IO).
    package static func sendSCSI(
        _ path: String, command: [UInt8], byteCount: Int
    ) throws(SystemError) -> Answer {
        precondition(command.count <= 16)
        let device = try FileDescriptor(opening: path, O_RDONLY | O_NONBLOCK)
        let number = device.number
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 + 64 + byteCount, alignment: 512)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        memory.copyBytes(from: command)
        let sense = UnsafeMutableRawBufferPointer(rebasing: memory[16..<80])
        let data = UnsafeMutableRawBufferPointer(rebasing: memory[80...])
        var header = sg_io_hdr()
        header.interface_id = Int32(UInt8(ascii: "S"))
        header.dxfer_direction = byteCount > 0 ? SG_DXFER_FROM_DEV : SG_DXFER_NONE
        header.cmd_len = UInt8(command.count)
        header.mx_sb_len = UInt8(sense.count)
        header.dxfer_len = UInt32(byteCount)
        header.dxferp = byteCount > 0 ? data.baseAddress : nil
        header.cmdp = memory.baseAddress?.assumingMemoryBound(to: UInt8.self)
        header.sbp = sense.baseAddress?.assumingMemoryBound(to: UInt8.self)
        header.timeout = timeoutMilliseconds
        try retryingInterrupts("ioctl", path) { () -> Int32 in
            withUnsafeMutablePointer(to: &header) { ioctl(number, UInt(SG_IO), $0) }
        }
        // The adapter did not get it through, or less came back than was asked for.
        guard header.host_status == 0, header.resid == 0 else {
            throw SystemError(call: "ioctl", path: path, errorNumber: EIO)
        }
        return Answer(
            data: Array(data), sense: Array(sense.prefix(Int(header.sb_len_wr))), status: header.status)
    }
}
