/// /proc/self/mountstats, taken apart: what it says of NFS mounts.
struct MountstatsText {
    struct Mount {
        let export: Range<Int>
        let mountPoint: Range<Int>
        var age: UInt64 = 0
        var bytes: [8 of UInt64] = .init(repeating: 0)
        var events: [27 of UInt64] = .init(repeating: 0)
        /// Which of all transports and operations are this mount's.
        var transports: Range<Int>
        var operations: Range<Int>
    }

    struct Transport {
        /// `tcp`, `udp` or `rdma`.
        let proto: Range<Int>
        /// Port, binds, connections, time to connect, idle seconds, sends, receives, unknown responses, requests, backlog,
        /// slots, sending queue, pending queue.
        var values: [13 of UInt64] = .init(repeating: 0)
    }

    struct Operation {
        let name: Range<Int>
        /// Requests, transmissions, timeouts, bytes sent and received, milliseconds queued, until the response and in all.
        var values: [8 of UInt64] = .init(repeating: 0)
    }

    private(set) var mounts: [Mount] = []
    private(set) var transports: [Transport] = []
    private(set) var operations: [Operation] = []

    /// Takes a new text in place of what is held, keeping the arrays' memory.
    mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) {
        mounts.removeAll(keepingCapacity: true)
        transports.removeAll(keepingCapacity: true)
        operations.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            if cursor.take("device "), let mount = try startOfMount(&cursor) {
                cursor.skipLine()
                try parseMount(mount, &cursor)
            } else {
                cursor.skipLine()
            }
        }
    }

    /// The rest of `device E mounted on M with fstype nfs4 statvers=1.1`; nil for what has no statistics.
    private func startOfMount(_ cursor: inout ByteCursor) throws(DamagedText) -> Mount? {
        let export = cursor.column()
        guard cursor.take(" mounted on ") else { throw cursor.damage("mounted on") }
        let mountPoint = cursor.column()
        guard cursor.take(" with fstype ") else { throw cursor.damage("with fstype") }
        let type = cursor.bytes[cursor.column()]
        guard type.elementsEqual("nfs".utf8) || type.elementsEqual("nfs4".utf8), cursor.take(" statvers=") else {
            return nil
        }
        return Mount(
            export: export, mountPoint: mountPoint, transports: transports.count..<transports.count,
            operations: operations.count..<operations.count)
    }

    /// The lines up to the next mount.
    private mutating func parseMount(_ start: Mount, _ cursor: inout ByteCursor) throws(DamagedText) {
        var mount = start
        var isInOperations = false
        while !cursor.isAtEnd {
            var line = cursor
            if line.take("device ") || line.take("no device ") { break }
            cursor.skipSpaces()
            if cursor.take("age:") {
                mount.age = try cursor.unsigned()
            } else if cursor.take("bytes:") {
                for index in 0..<8 { mount.bytes[index] = try cursor.unsigned() }
            } else if cursor.take("events:") {
                for index in 0..<27 { mount.events[index] = try cursor.unsigned() }
            } else if cursor.take("xprt:") {
                transports.append(try Self.transport(&cursor))
            } else if cursor.take("per-op statistics") {
                isInOperations = true
            } else if isInOperations, !cursor.isAtLineEnd {
                operations.append(try Self.operation(&cursor))
            }
            cursor.skipLine()
        }
        mount.transports = mount.transports.lowerBound..<transports.count
        mount.operations = mount.operations.lowerBound..<operations.count
        mounts.append(mount)
    }

    /// Ten numbers for TCP and RDMA, seven for UDP, which has no connections; three more for TCP and UDP since version 1.1.
    private static func transport(_ cursor: inout ByteCursor) throws(DamagedText) -> Transport {
        cursor.skipSpaces()
        let start = cursor.offset
        var transport = Transport(proto: cursor.column())
        let proto = cursor.bytes[transport.proto]
        let isUDP = proto.elementsEqual("udp".utf8)
        let isRDMA = proto.elementsEqual("rdma".utf8)
        guard isUDP || isRDMA || proto.elementsEqual("tcp".utf8) else {
            throw DamagedText(byteOffset: start, expected: "tcp, udp or rdma")
        }
        for index in 0..<10 where !isUDP || !(2...4).contains(index) {
            transport.values[index] = try cursor.unsigned()
        }
        cursor.skipSpaces()
        // What RDMA has more is other things.
        if !isRDMA, !cursor.isAtLineEnd {
            for index in 10..<13 { transport.values[index] = try cursor.unsigned() }
        }
        return transport
    }

    /// `READ: 1298 1298 0 207680 1210292152 6 79386 79407`; newer kernels have a number of errors behind it.
    private static func operation(_ cursor: inout ByteCursor) throws(DamagedText) -> Operation {
        let name = cursor.column()
        guard cursor.bytes[name].last == UInt8(ascii: ":") else {
            throw DamagedText(byteOffset: name.lowerBound, expected: "an operation and a colon")
        }
        var operation = Operation(name: name.dropLast())
        for index in 0..<8 { operation.values[index] = try cursor.unsigned() }
        return operation
    }

    /// The servers' addresses of the NFS mounts in mountinfo, in the order of both files; empty where none is said.
    static func parseAddresses(_ bytes: UnsafeRawBufferPointer, into addresses: inout [Range<Int>]) {
        addresses.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            var column = cursor.column()
            while !column.isEmpty, !bytes[column].elementsEqual("-".utf8) { column = cursor.column() }
            let type = bytes[cursor.column()]
            if type.elementsEqual("nfs".utf8) || type.elementsEqual("nfs4".utf8) {
                cursor.skipColumn()
                addresses.append(address(bytes, in: cursor.column()))
            }
            cursor.skipLine()
        }
    }

    /// The value of the option `addr`.
    private static func address(_ bytes: UnsafeRawBufferPointer, in options: Range<Int>) -> Range<Int> {
        var start = options.lowerBound
        while start < options.upperBound {
            let end = bytes[start..<options.upperBound].firstIndex(of: UInt8(ascii: ",")) ?? options.upperBound
            if bytes[start..<end].starts(with: "addr=".utf8) { return (start + 5)..<end }
            start = end + 1
        }
        return options.lowerBound..<options.lowerBound
    }
}
