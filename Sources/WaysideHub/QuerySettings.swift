internal import Daemon
internal import PromQL
package import SettingsFile

/// `promql:` what queries may do, and how much they may take.
package struct QuerySettings: SettingsReadable, Sendable {
    /// Whether what Prometheus calls experimental is known.
    package let isExperimental: Bool
    /// Samples that one query holds at once.
    package let sampleLimit: Int
    /// Bytes that all running queries together hold.
    package let memoryByteLimit: Int
    /// How long a query may take, waiting for its turn included; a request may ask for less.
    package let timeout: Duration
    /// Queries that run at the same time, and those that may wait for their turn.
    package let concurrency: Int
    package let queueLimit: Int
    /// How old a sample may be to be an instant's value.
    package let lookback: Duration
    /// Bytes of results that large answers hold until their clients have read them.
    package let unreadByteLimit: Int
    /// Whose pages may ask from a browser.
    package let origins: AllowedOrigins

    package init(from section: SettingsSection) {
        isExperimental = section.bool("experimental", default: false)
        sampleLimit = section.integer("sample_limit", default: 50_000_000, range: 1000...2_000_000_000)
        memoryByteLimit = section.byteSize("memory_limit", default: 1 << 30, range: (16 << 20)...(1 << 40))
        timeout = section.duration("timeout", default: .seconds(120), range: .seconds(1) ... .seconds(3600))
        concurrency = section.integer("concurrency", default: 8, range: 1...64)
        queueLimit = section.integer("queue_limit", default: 512, range: 0...10_000)
        lookback = section.duration("lookback", default: .seconds(300), range: .seconds(1) ... .seconds(86_400))
        unreadByteLimit = section.byteSize("unread_limit", default: 1 << 30, range: (1 << 20)...(1 << 40))
        origins = AllowedOrigins(section.stringList("cors_origins", default: ["*"]))
    }

    /// The same for the engine.
    var options: QueryOptions {
        var options = QueryOptions()
        options.sampleLimit = sampleLimit
        options.lookbackMilliseconds = lookback.milliseconds
        options.parsing.allowsExperimental = isExperimental
        return options
    }
}
