import QueryScripts
import Testing

/// Runs the scripts of this project, and those of `../shared/promqltest` where they are. Any other folder is run by
/// `make promqltest DIR=…`.
@Suite struct ScriptTests {
    static let packageRoot = String(#filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" })
    static let ownFolder = packageRoot + "/Tests/PromQLTests/Scripts"
    static let sharedFolder = packageRoot + "/../shared/promqltest"

    @Test(arguments: ScriptFolder.names(in: ownFolder))
    func ownScripts(_ name: String) throws {
        let text = try #require(ScriptFolder.text(of: "\(Self.ownFolder)/\(name)"))
        var runner = ScriptRunner()
        let report = runner.run(text)
        #expect(report.total > 0)
        #expect(report.unreadable == [])
        for failure in report.failures { Issue.record("\(name) \(failure)") }
    }

    @Test func ownScriptsAreMany() throws {
        var total = 0
        for name in ScriptFolder.names(in: Self.ownFolder) {
            var runner = ScriptRunner(reruns: false)
            total += runner.run(try #require(ScriptFolder.text(of: "\(Self.ownFolder)/\(name)"))).total
        }
        #expect(total >= 400)
    }

    /// Whatever of Prometheus's own scripts needs neither native histograms nor start timestamps passes. Without the
    /// shared folder there is nothing to run: it is not part of the repository.
    @Test(.enabled(if: !ScriptFolder.names(in: sharedFolder).isEmpty))
    func sharedScripts() throws {
        for name in ScriptFolder.names(in: Self.sharedFolder) {
            let text = try #require(ScriptFolder.text(of: "\(Self.sharedFolder)/\(name)"))
            var runner = ScriptRunner()
            let report = runner.run(text)
            print("\(name): \(report.passed)/\(report.total)")
            #expect(report.total > 0)
            #expect(report.unreadable == [])
            for failure in report.failures where failure.reason == .none { Issue.record("\(name) \(failure)") }
        }
    }
}
