import LinuxSystem
import SettingsFile
import TestPeers
import Testing

@testable import WaysideHub

/// Orders to a store that no hub runs on.
@Suite struct StoreOrdersTests {
    private func settings(_ directory: String) throws -> StorageSettings {
        try SettingsDocument.read(
            bytes: Array("storage: {directory: \(directory)}".utf8), name: "hub.yaml", as: HubSettings.self
        ).storage
    }

    /// The command fails, and says which day is missing and where the rest is.
    @Test func aBackupWithoutADayIsAFailure() async throws {
        let scratch = try ScratchDirectory()
        defer { withExtendedLifetime(scratch) {} }
        let (directory, target) = (scratch.path + "/hub", scratch.path + "/copy")
        // What SQLite cannot open where a day's file should be.
        try Files.makeDirectory(directory + "/2026-11-20.db")
        let storage = try settings(directory)
        let failure = await #expect(throws: StoreOrders.Failure.self) {
            try await StoreOrders.carryOut(.backUp(target: target), storage, in: directory)
        }
        let text = try #require(failure).description
        #expect(text.contains("\(target).incomplete has all but 2026-11-20.db ("), "\(text)")
        #expect(!Files.exists(target) && Files.exists(target + ".incomplete/missing.txt"))
        #expect(Files.exists(target + ".incomplete/hub.db"))
    }
}
