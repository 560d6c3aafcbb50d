import Testing

@testable import HostMetrics

/// Where a path leads in a table of mounts.
@Suite struct MountViewTests {
    /// Lines of `number parent device mountpoint`.
    private static func mounts(_ text: String) throws -> [MountTable.Mount] {
        let lines = text.split(separator: "\n").map { line in
            let parts = line.split(separator: " ")
            return "\(parts[0]) \(parts[1]) \(parts[2]) / \(parts[3]) rw - ext4 /dev/x rw\n"
        }
        return try Array(lines.joined().utf8).withUnsafeBytes { bytes in try MountTable.parse(bytes) }
    }

    private static let host = """
        1 1 0:1 /
        20 1 8:1 /
        21 20 8:2 /home
        22 21 8:3 /home/data
        23 20 8:4 /srv
        """

    /// What of the host's mounts the view hides.
    private static func hidden(_ own: String, rootfs: String = "/") throws -> [String] {
        let view = MountView(try mounts(own))
        return try mounts(host).filter { mount in
            let path = rootfs == "/" ? mount.mountPoint : rootfs + (mount.mountPoint == "/" ? "" : mount.mountPoint)
            return view.isHidden(mount, at: path, rootfs: rootfs)
        }.map { "\($0.number) \($0.mountPoint)" }
    }

    @Test(arguments: [
        // The host's own view: only what another root covers.
        (host, ["1 /"]),
        // Bound again, as read-only mounts are.
        ("30 2 8:1 /\n31 30 8:2 /home\n32 31 8:3 /home/data\n33 30 8:4 /srv\n34 33 8:4 /srv", ["1 /"]),
        // Another file system on /home: the mount below it is still in the table, and cannot be reached.
        (
            "30 2 8:1 /\n31 30 8:2 /home\n32 31 8:3 /home/data\n33 31 0:9 /home\n34 30 8:4 /srv",
            [
                "1 /", "21 /home", "22 /home/data",
            ]
        ),
        // The same, unless it is bound back into what covers it.
        ("30 2 8:1 /\n33 30 0:9 /home\n35 33 8:3 /home/data\n34 30 8:4 /srv", ["1 /", "21 /home"]),
        // A mount that is not there.
        ("30 2 8:1 /\n31 30 8:2 /home\n32 31 8:3 /home/data", ["1 /", "23 /srv"]),
        // No root of its own: nothing is known.
        ("31 30 8:2 /home", []), ("", []),
    ])
    func hiding(_ own: String, _ expected: [String]) throws {
        #expect(try Self.hidden(own) == expected)
    }

    @Test(arguments: [
        ("40 2 0:9 /\n41 40 8:1 /host\n42 41 8:2 /host/home\n43 42 8:3 /host/home/data\n44 41 8:4 /host/srv", ["1 /"]),
        // Bound without what is mounted below.
        ("40 2 0:9 /\n41 40 8:1 /host", ["1 /", "21 /home", "22 /home/data", "23 /srv"]),
        // A directory that is no mount, as in tests: nothing is known.
        ("40 2 0:9 /", []),
    ])
    func hidingInAContainer(_ own: String, _ expected: [String]) throws {
        #expect(try Self.hidden(own, rootfs: "/host") == expected)
    }

    @Test(arguments: [
        ("/home", "ProtectHome=read-only or no in the agent's unit"),
        ("/run/user/1000", "ProtectHome=read-only or no in the agent's unit"),
        ("/var/tmp/x", "PrivateTmp=no in the agent's unit"), ("/dev/shm", "PrivateDevices=no in the agent's unit"),
        (
            "/homework",
            "the mount in the agent's own view: BindReadOnlyPaths= in its unit, rslave in its container"
        ),
    ])
    func needs(_ mountPoint: String, _ need: String) {
        #expect(MountView.need(mountPoint) == need)
    }
}
