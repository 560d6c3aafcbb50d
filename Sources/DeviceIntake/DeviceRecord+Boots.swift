extension DeviceRecord {
    /// Whether sequence numbers of this boot are known again.
    func remembers(_ bootID: UInt32) -> Bool {
        boot?.bootID == bootID || pastBoots.contains { $0.bootID == bootID }
    }

    /// Takes note of the boot of an authenticated message. What the broker has kept may be of any boot.
    mutating func noteAuthenticBoot(_ bootID: UInt32, isRetained: Bool) {
        guard !isRetained else { return }
        newestAuthenticBootID = max(newestAuthenticBootID ?? 0, bootID)
    }
}
