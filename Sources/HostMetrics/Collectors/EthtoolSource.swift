internal import LinuxSystem

/// Who is asked for what drivers of network interfaces say: the kernel, or in tests what stands in a fixture.
///
/// Answers are the kernel's structures, valid until the next question. What a driver does not support is an EOPNOTSUPP
/// error.
protocol EthtoolSource: AnyObject {
    /// `struct ethtool_drvinfo`.
    func driver(of interface: String) throws(SystemError) -> UnsafeRawBufferPointer
    /// `struct ethtool_link_settings` with its three masks behind it.
    func linkSettings(of interface: String) throws(SystemError) -> UnsafeRawBufferPointer
    /// `struct ethtool_cmd`.
    func legacySettings(of interface: String) throws(SystemError) -> UnsafeRawBufferPointer
    func statisticCount(of interface: String) throws(SystemError) -> Int
    /// 32 bytes each; nil when there are now more or fewer than `count`.
    func statisticNames(of interface: String, count: Int) throws(SystemError) -> UnsafeRawBufferPointer?
    /// 64 bits each; nil when there are now more or fewer than `count`.
    func statistics(of interface: String, count: Int) throws(SystemError) -> UnsafeRawBufferPointer?
}

extension EthtoolSocket: EthtoolSource {}
