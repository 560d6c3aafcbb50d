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

    /// Whether a birth other than the last one says less than is known: it is of another boot than the one that is
    /// running, or older than another birth of its boot.
    func isOutdated(_ birth: BirthIdentity, isRetained: Bool) -> Bool {
        if let lastBirth, lastBirth.bootID == birth.bootID, birth.uptimeMilliseconds < lastBirth.uptimeMilliseconds {
            return true
        }
        guard let boot, boot.bootID != birth.bootID else { return false }
        return isRetained || pastBoots.contains { $0.bootID == birth.bootID }
    }
}
