internal import Glibc
internal import QueryScripts

// Runs every script of a folder, `promqltest FOLDER [--quiet]`: what passed of each, each failure with its line, what
// was wanted and what came, and what the failures would need. Ends with 1 where anything failed, with 2 where nothing
// could be run.
let arguments = CommandLine.arguments.dropFirst()
guard let folder = arguments.first(where: { !$0.hasPrefix("-") }) else {
    print("usage: promqltest FOLDER [--quiet]")
    exit(2)
}
let isQuiet = arguments.contains("--quiet")
let names = ScriptFolder.names(in: folder)
if names.isEmpty {
    print("\(folder): no scripts; their names end in .test")
    exit(2)
}

func padded(_ text: String, _ width: Int, isRight: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - text.count))
    return isRight ? blanks + text : text + blanks
}

let width = (names.map(\.count).max() ?? 0) + 2
var sums = (passed: 0, total: 0, unreadable: 0)
var reasons: [ScriptReport.Reason: Int] = [:]
for name in names {
    guard let text = ScriptFolder.text(of: "\(folder)/\(name)") else {
        print("\(folder)/\(name): cannot be read")
        exit(2)
    }
    var runner = ScriptRunner()
    let report = runner.run(text)
    let needs = ScriptReport.Reason.allCases.filter { report.count($0) > 0 }
        .map { "\(report.count($0)) failed and need \($0.rawValue)" }
    print(
        padded(name, width) + padded("\(report.passed)/\(report.total)", 9, isRight: true)
            + (needs.isEmpty ? "" : "  (\(needs.joined(separator: ", ")))"))
    for problem in report.unreadable { print("  unreadable: \(problem)") }
    for failure in report.failures where !isQuiet { print("  [needs \(failure.reason.rawValue)] \(failure)") }
    sums = (sums.passed + report.passed, sums.total + report.total, sums.unreadable + report.unreadable.count)
    for failure in report.failures { reasons[failure.reason, default: 0] += 1 }
}
print(padded("all", width) + padded("\(sums.passed)/\(sums.total)", 9, isRight: true))
for reason in ScriptReport.Reason.allCases {
    if let count = reasons[reason] { print("  \(count) failed and need \(reason.rawValue)") }
}
exit(sums.passed == sums.total && sums.unreadable == 0 ? 0 : 1)
