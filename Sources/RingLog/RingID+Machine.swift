package import LinuxSystem

extension RingID {
    /// What rings of this machine are bound to: `/etc/machine-id`; where a system has none, an identity of our own, made
    /// once and kept in `directory`.
    package static func ofMachine(keptIn directory: String) throws(SystemError) -> RingID {
        do throws(SystemError) {
            let id = try Machine.machineID()
            return RingID(high: id.high, low: id.low)
        } catch {
            let path = directory + "/machine-id"
            if !Files.exists(path) {
                let made = RingID(high: Machine.randomWord(), low: Machine.randomWord())
                try Files.replace(path, with: Array("\(made)\n".utf8))
            }
            let id = try Machine.identifier(file: path)
            return RingID(high: id.high, low: id.low)
        }
    }
}
