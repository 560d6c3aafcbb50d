import LinuxSystem
import RemoteWrite
import TestPeers
import Testing

/// One hub at a time has a storage directory, and one that was killed leaves nothing that the next has to be told of.
@Suite struct StorageOwnerTests {
    @Test func theSocketOfAKilledHubIsTakenOver() async throws {
        let hub = try await RunningHub()
        let history = MadeHistory(seed: 21, minutes: 5, isPlain: true)
        try await history.send(to: hub.writeURL, format: .writeRequest2)
        hub.kill()
        #expect(try hub.storageNames.contains("control"))
        // Commands find nobody at it and do the work themselves.
        let alone = try hub.store("seal")
        #expect(alone.exitCode == 0 && alone.output.hasSuffix("sealed: done\n"), "\(alone.output)")
        let exported = try hub.store("export", "--quiet")
        #expect(exported.exitCode == 0 && exported.output.contains("# EOF\n"), "\(exported.output)")
        #expect(try hub.storageNames.contains("control"))
        try await hub.start()
        let ordered = try hub.store("seal")
        #expect(ordered.exitCode == 0 && ordered.output.contains("done by the running hub"), "\(ordered.output)")
        #expect(try await RemoteRead.samples(of: hub.base).samples == history.samples)
        #expect(hub.stop() == 0)
        #expect(try !hub.storageNames.contains("control"))
    }

    @Test func aSecondHubIsRefusedAndDisturbsNothing() async throws {
        let hub = try await RunningHub()
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let path = directory.path + "/second.yaml"
        try writeText(
            """
            http: {listen: "127.0.0.1:\(try LoopbackPort.free())"}
            storage: {directory: \(hub.storageDirectory)}

            """, to: path)
        let second = try Programs.run(Programs.hub, ["run", "--config", path])
        #expect(second.exitCode == 1, "\(second.output)")
        #expect(second.output.contains("\(hub.storageDirectory) is in use by another process"), "\(second.output)")
        // The first one's socket is still its own.
        let ordered = try hub.store("seal")
        #expect(ordered.exitCode == 0 && ordered.output.contains("done by the running hub"), "\(ordered.output)")
        #expect(hub.stop() == 0)
        withExtendedLifetime(directory) {}
    }
}
