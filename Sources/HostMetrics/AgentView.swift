internal import LinuxSystem

/// What a hardened unit, or a user without rights, keeps from the agent, in words that say what would mend it.
struct AgentView {
    private let procfs: String
    /// A /proc that holds processes and nothing else; a unit's view stays as it was when the agent began.
    private let holdsProcessesOnly: Bool

    init(procfs: String) {
        self.procfs = procfs
        holdsProcessesOnly = Files.exists(procfs + "/self/stat") && !Files.exists(procfs + "/stat")
    }

    /// Why the processes of others cannot be seen; nil where they can.
    static func processProblem(_ procfs: String) -> CollectorError? {
        // With `noaccess` the directory is there and nothing in it can be asked.
        guard Files.exists(procfs + "/self/stat"), !Files.exists(procfs + "/1/stat") else { return nil }
        return .notAllowed(
            what: "seeing the processes of others", needs: "ProtectProc=default in the agent's unit, or CAP_SYS_PTRACE")
    }

    /// An error as what is not allowed, where that is what it means.
    func explained(_ error: CollectorError) -> CollectorError {
        guard case .system(let failure) = error else { return error }
        if failure.isPermissionDenied { return Self.refused(failure) ?? error }
        guard holdsProcessesOnly, failure.isNotFound, failure.path.hasPrefix(procfs + "/") else { return error }
        return .notAllowed(what: "reading \(failure.path)", needs: "ProcSubset=all in the agent's unit")
    }

    private static func refused(_ failure: SystemError) -> CollectorError? {
        if failure.call == "adjtimex" {
            return .notAllowed(
                what: "asking the kernel about its clock",
                needs: "ProtectClock=no in the agent's unit, and adjtimex in its SystemCallFilter=")
        }
        guard !failure.path.isEmpty, failure.call != "ioctl" else { return nil }
        return .notAllowed(
            what: "reading \(failure.path)",
            needs: CollectorOutput.readRight
                + (MountView.isHome(failure.path) ? ", or ProtectHome=read-only where the agent's unit hides it" : ""))
    }
}
