import ArgumentParser
import Daemon
import LinuxSystem
import ProgramEntry
import WaysideHub

extension ConfigOption {
    /// The settings' `storage` and its directory; without one the program ends with 2 and says so.
    func storage() throws -> (settings: StorageSettings, directory: String) {
        let storage = try settings(as: HubSettings.self).storage
        guard let directory = storage.directory else {
            StandardStreams.writeError(Array("wayside-hub store: storage.directory is none, nothing is stored\n".utf8))
            throw ExitCode(ExitCodes.badSettings)
        }
        return (storage, directory)
    }
}
