/// What the `status` endpoints say of the server, beside its build.
package struct ServerStatus: Sendable {
    /// Settings under the names of Prometheus's flags, as far as there are such.
    package var flags: [String: String] = [:]
    /// The settings file as it is in force, without secrets.
    package var configuration = ""
    package var runtime: @Sendable () -> RuntimeInformation = { RuntimeInformation() }
    /// The head's series, and of each list at most so many entries.
    package var head: @Sendable (_ listLimit: Int) -> HeadSummary = { _ in HeadSummary() }

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

/// `status/tsdb`: how many series the head has, and what most of them share.
package struct HeadSummary: Sendable {
    package typealias Entry = (name: String, value: UInt64)

    package var seriesCount = 0
    package var labelPairCount = 0
    package var chunkCount = 0
    /// Nil where there is no sample.
    package var times: ClosedRange<Int64>?
    package var seriesByMetricName: [Entry] = []
    package var valuesByLabelName: [Entry] = []
    package var bytesByLabelName: [Entry] = []
    package var seriesByLabelPair: [Entry] = []

    package init() {}
}
