internal import LinuxSystem

extension MQTTBrokerAddress {
    /// The host's numeric addresses, at least one; blocks while the resolver works. libmosquitto gets a number and
    /// not the name, because its non-blocking connect tries only the first address of a name.
    func addresses() throws(MQTTError) -> [String] {
        do throws(HostAddresses.Failure) {
            return try HostAddresses.resolve(host)
        } catch {
            throw .unresolvedHost(host: error.host, reason: error.reason)
        }
    }
}
