internal import CLinux
internal import Glibc

/// What uname(2) says.
package struct KernelIdentity: Sendable, Hashable {
    package let systemName: String
    package let release: String
    package let version: String
    package let machine: String
    package let nodeName: String
    package let domainName: String

    package init(
        systemName: String, release: String, version: String, machine: String, nodeName: String, domainName: String
    ) {
        self.systemName = systemName
        self.release = release
        self.version = version
        self.machine = machine
        self.nodeName = nodeName
        self.domainName = domainName
    }

    package static func read() throws(SystemError) -> KernelIdentity {
        var names = utsname()
        try retryingInterrupts("uname") { uname(&names) }
        return KernelIdentity(
            systemName: text(of: names.sysname), release: text(of: names.release), version: text(of: names.version),
            machine: text(of: names.machine), nodeName: text(of: names.nodename),
            domainName: text(of: names.__domainname))
    }

    /// The bytes before the first zero of a fixed C array.
    private static func text<Array>(of array: Array) -> String {
        withUnsafeBytes(of: array) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
