/// How queries are evaluated, and their limits.
package struct QueryOptions: Sendable {
    /// How old a sample may be to still be an instant's value, in milliseconds.
    package var lookbackMilliseconds: Int64 = 300_000
    /// The step of a subquery that gives none.
    package var defaultSubqueryStepMilliseconds: Int64 = 60_000
    /// How many samples one query may hold at once.
    package var sampleLimit = 50_000_000
    /// What all queries together may hold, 16 bytes a sample; nil for no bound.
    package var memory: QueryMemory?
    /// The longest label value that `label_replace` and `label_join` may make, in bytes.
    package var labelByteLimit = 64 << 10
    /// Whether metric names that a function removes are kept until the end, as Prometheus does with its feature
    /// `promql-delayed-name-removal`.
    package var delaysNameRemoval = false
    /// Whether `rate` and `increase` tell a counter by its label `__type__` instead of its name, as Prometheus does
    /// with its feature `type-and-unit-labels`.
    package var checksTypeLabel = false
    /// Whether the operands of vector operations are read by each other's matchers, too. It changes nothing but what is
    /// read; tests compare.
    package var sharesMatchers = true
    /// Who helps with queries over many series.
    package var sharing: any WorkSharing = UnsharedWork()
    package var parsing = QueryParser.Options()

    /// Whether what Prometheus calls experimental is part of the language: functions, `fill`, `anchored`, `smoothed`.
    package var isExperimental: Bool {
        get { parsing.allowsExperimental }
        set { parsing.allowsExperimental = newValue }
    }

    package init() {}
}
