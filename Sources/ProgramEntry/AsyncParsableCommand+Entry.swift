package import ArgumentParser
internal import LinuxSystem

extension AsyncParsableCommand {
    /// Runs a program's root command and ends the process: 0 fine, 2 for a command line that cannot be understood
    /// (ArgumentParser itself would say 64), else what the command threw.
    package static func runProgram() async -> Never {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            let code = exitCode(for: error)
            let message = fullMessage(for: error)
            if !message.isEmpty {
                if code == .success {
                    StandardStreams.writeOutput(message + "\n")
                } else {
                    StandardStreams.writeError(Array((message + "\n").utf8))
                }
            }
            Machine.exit(code == .validationFailure ? 2 : code.rawValue)
        }
        Machine.exit(0)
    }
}
