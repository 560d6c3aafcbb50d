internal import MetricModel

/// The names of NFS's calls in the order in which the kernel counts them, as node_exporter spells them in labels; "" for
/// those it does not tell.
enum NFSMethods {
    static let version2 = [
        "Null", "GetAttr", "SetAttr", "Root", "Lookup", "ReadLink", "Read", "WrCache", "Write", "Create", "Remove",
        "Rename", "Link", "SymLink", "MkDir", "RmDir", "ReadDir", "FsStat",
    ]

    static let version3 = [
        "Null", "GetAttr", "SetAttr", "Lookup", "Access", "ReadLink", "Read", "Write", "Create", "MkDir", "SymLink",
        "MkNod", "Remove", "RmDir", "Rename", "Link", "ReadDir", "ReadDirPlus", "FsStat", "FsInfo", "PathConf",
        "Commit",
    ]

    /// What a client asks by version 4 (the kernel's include/linux/nfs4.h, `NFSPROC4_CLNT_…`).
    ///
    /// The kernel's list has LAYOUTGET before GETDEVICEINFO; node_exporter 1.12 names them the other way round.
    static let version4Client = [
        "Null", "Read", "Write", "Commit", "Open", "OpenConfirm", "OpenNoattr", "OpenDowngrade", "Close", "Setattr",
        "FsInfo", "Renew", "SetClientID", "SetClientIDConfirm", "Lock", "Lockt", "Locku", "Access", "Getattr",
        "Lookup", "LookupRoot", "Remove", "Rename", "Link", "Symlink", "Create", "Pathconf", "StatFs", "ReadLink",
        "ReadDir", "ServerCaps", "DelegReturn", "GetACL", "SetACL", "FsLocations", "ReleaseLockowner", "Secinfo",
        "FsidPresent", "ExchangeID", "CreateSession", "DestroySession", "Sequence", "GetLeaseTime", "ReclaimComplete",
        "GetDeviceInfo", "LayoutGet", "LayoutCommit", "LayoutReturn", "SecinfoNoName", "TestStateID", "FreeStateID",
        "GetDeviceList", "BindConnToSession", "DestroyClientID", "Seek", "Allocate", "DeAllocate", "LayoutStats",
        "Clone",
    ]

    /// The operations that a server's version 4 calls are made of (RFC 7530, by their numbers).
    static let version4Operations = [
        "", "", "", "Access", "Close", "Commit", "Create", "DelegPurge", "DelegReturn", "GetAttr", "GetFH", "Link",
        "Lock", "Lockt", "Locku", "Lookup", "LookupRoot", "Nverify", "Open", "OpenAttr", "OpenConfirm", "OpenDgrd",
        "PutFH", "", "", "Read", "ReadDir", "ReadLink", "Remove", "Rename", "Renew", "RestoreFH", "SaveFH", "SecInfo",
        "SetAttr", "SetClientID", "SetClientIDConfirm", "Verify", "Write", "RelLockOwner",
    ]

    /// The line `key` of /proc/net/rpc with a number for each of `names`; a name in `leftOut` is not told.
    static func line(
        _ key: StaticString, _ proto: String, _ names: [String], in family: MetricFamily, leftOut: String = ""
    ) -> NumberLines.Line {
        NumberLines.Line(
            key: key,
            metrics: names.map { name in
                if name.isEmpty || name == leftOut { return nil }
                return NumberLines.Metric(family: family, labelValues: [proto, name])
            },
            isCounted: true)
    }
}
