/// The labels that every series of one origin carries: `instance`, `job` and the operator's `agent.labels`.
///
/// They are shipped and stored with each series but not shown on the local `/metrics`, where the scraper adds its own.
package final class SeriesScope: Sendable {
    package let labels: Labels

    package init(_ labels: Labels) {
        self.labels = labels
    }
}
