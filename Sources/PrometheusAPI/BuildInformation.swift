/// What `status/buildinfo` tells. Grafana chooses its requests by `version`, as of a Prometheus.
package struct BuildInformation: Sendable {
    package let version: String
    package let revision: String
    package let branch: String
    package let buildUser: String
    package let buildDate: String
    /// In the field that Prometheus has for Go's version.
    package let compilerVersion: String

    package init(
        version: String, revision: String = "", branch: String = "", buildUser: String = "", buildDate: String = "",
        compilerVersion: String = ""
    ) {
        self.version = version
        self.revision = revision
        self.branch = branch
        self.buildUser = buildUser
        self.buildDate = buildDate
        self.compilerVersion = compilerVersion
    }
}
