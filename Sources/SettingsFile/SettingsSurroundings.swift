package import LinuxSystem

/// What a settings file refers to outside itself: environment variables and files with secrets.
package struct SettingsSurroundings {
    /// The value of an environment variable, nil when it is not set.
    package let environment: (String) -> String?
    /// A file's bytes, at most the given number of them. A `Result`, because Swift 6.3 does not see the error type of
    /// a typed throw as a use of its module and refuses the import either way.
    package let readFile: (_ path: String, _ byteLimit: Int) -> Result<[UInt8], SystemError>

    package init(
        environment: @escaping (String) -> String?,
        readFile: @escaping (_ path: String, _ byteLimit: Int) -> Result<[UInt8], SystemError>
    ) {
        self.environment = environment
        self.readFile = readFile
    }

    /// This process's environment and the real files.
    package static var process: SettingsSurroundings {
        SettingsSurroundings(environment: Machine.environment) { path, byteLimit in
            do throws(SystemError) {
                return .success(try Files.read(path, byteLimit: byteLimit))
            } catch {
                return .failure(error)
            }
        }
    }
}
