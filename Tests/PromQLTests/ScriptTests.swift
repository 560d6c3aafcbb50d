import Glibc
import Testing

/// Runs the scripts of this project, and those of `../shared/promqltest` where they are.
@Suite struct ScriptTests {
    static let packageRoot = String(#filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" })
    /// `../shared/promqltest`, or the folder that the environment's `PROMQLTEST_DIR` names.
    static let folder = getenv("PROMQLTEST_DIR").map { String(cString: $0) } ?? packageRoot + "/../shared/promqltest"

    /// How many evals of each shared script must pass: the number that did when this was last raised. What is missing
    /// needs native histograms.
    static let passingAtLeast = [
        "aggregators.test": 126, "at_modifier.test": 78, "functions.test": 376, "histograms.test": 93,
        "literals.test": 25, "operators.test": 145, "range_queries.test": 17, "selectors.test": 31,
        "staleness.test": 17, "subquery.test": 32,
    ]

    static func scripts(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".test") { names.append(name) }
        }
        return names.sorted()
    }

    static func text(of path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: scripts(in: packageRoot + "/Tests/PromQLTests/Scripts"))
    func ownScripts(_ name: String) throws {
        let text = try #require(Self.text(of: "\(Self.packageRoot)/Tests/PromQLTests/Scripts/\(name)"))
        var runner = ScriptRunner()
        let report = try runner.run(text)
        #expect(report.total > 0)
        for failure in report.failures { Issue.record("\(name) \(failure)") }
    }

    /// Without the shared folder there is nothing to run: it is not part of the repository.
    @Test(.enabled(if: !scripts(in: folder).isEmpty))
    func sharedScripts() throws {
        let isVerbose = getenv("PROMQLTEST_VERBOSE") != nil
        for name in Self.scripts(in: Self.folder) {
            let text = try #require(Self.text(of: "\(Self.folder)/\(name)"))
            var runner = ScriptRunner()
            let report = try runner.run(text)
            print("\(name): \(report.passed)/\(report.total), \(report.histogramCount) expect native histograms")
            if isVerbose { for failure in report.failures { print("  \(failure)") } }
            if Self.folder.hasSuffix("shared/promqltest") {
                #expect(report.passed >= Self.passingAtLeast[name] ?? 0, "\(name): \(report.failures)")
            }
        }
    }
}
