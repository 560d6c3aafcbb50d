package import LabelMatching

/// What the `status` endpoints say of the server, beside its build.
package struct ServerStatus: Sendable {
    /// Settings under the names of Prometheus's flags, as far as there are such.
    package var flags: [String: String] = [:]
    /// The settings file as it is in force, without secrets.
    package var configuration = ""
    package var runtime: @Sendable () -> RuntimeInformation = { RuntimeInformation() }
    /// The head's series, and of each list at most so many entries.
    package var head: @Sendable (_ listLimit: Int) -> HeadCardinality = { _ in HeadCardinality() }

    package init() {}
}

/// `status/runtimeinfo`. Of Prometheus's members those that only its language has are left out.
package struct RuntimeInformation: Sendable {
    /// Times as RFC 3339.
    package var startTime = ""
    package var serverTime = ""
    package var workingDirectory = ""
    package var hostName = ""
    /// When the settings were read last.
    package var configurationTime = ""
    /// Files of the store that were found damaged.
    package var corruptionCount: UInt64 = 0
    package var processorCount = 0
    package var retention = ""

    package init() {}
}
