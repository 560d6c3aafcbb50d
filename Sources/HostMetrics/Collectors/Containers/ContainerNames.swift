internal import JSONText
internal import LinuxSystem

/// The names and images of containers from what their runtimes leave on disk, without asking a daemon.
struct ContainerNames {
    struct Description: Hashable {
        /// In Unicode scalars. They are labels of each of the container's series, and a user who runs containers of their
        /// own may write anything there.
        static let lengthLimit = 256

        var name = "" { didSet { name = Self.cut(name) } }
        var image = "" { didSet { image = Self.cut(image) } }

        private static func cut(_ text: String) -> String {
            text.unicodeScalars.count <= lengthLimit ? text : String(text.unicodeScalars.prefix(lengthLimit))
        }
    }

    private let root: String
    private let docker: String
    private let podmanStores: [String]
    private let containerdTasks: [String]
    /// Podman's and CRI-O's store holds all of them in one file, by user: read once a run, and only when a container is new.
    private var stores: [UInt32: Store] = [:]
    /// What went wrong when a container was last described.
    private(set) var problem: CollectorError?

    private struct Store {
        var descriptions: [String: Description] = [:]
        var problem: CollectorError?
    }

    private static let configurationLimit = 1 << 20
    private static let storeLimit = 4 << 20
    private static let namespaceLimit = 64
    private static let accountLimit = 4 << 20

    private static let rootProblem = CollectorError.notAllowed(
        what: "reading the names of containers", needs: CollectorOutput.readRight)
    private static let homeProblem = CollectorError.notAllowed(
        what: "reading the names of containers that users run with Podman",
        needs: "\(CollectorOutput.readRight), PrivateUsers=no and ProtectHome=read-only in the agent's unit")

    /// `rootfs` is where the host's tree is seen.
    init(rootfs: String) {
        let root = rootfs == "/" ? "" : rootfs
        self.root = root
        docker = root + "/var/lib/docker/containers/"
        podmanStores = ["overlay", "vfs", "btrfs"].flatMap { driver in
            ["containers.json", "volatile-containers.json"].map { "containers/storage/\(driver)-containers/\($0)" }
        }
        containerdTasks = ["/run/containerd", "/run/k3s/containerd"].map {
            root + $0 + "/io.containerd.runtime.v2.task"
        }
    }

    /// Forgets what was read for an earlier run.
    mutating func begin() { stores = [:] }

    /// What is known of a container in the cgroup at `path`; empty where nothing is, and `problem` says why: it is only its
    /// name.
    mutating func describe(_ runtime: CgroupName.Runtime, _ identifier: String, path: String) -> Description {
        problem = nil
        switch runtime {
        case .docker:
            return read(
                "\(docker)\(identifier)/config.v2.json", Self.configurationLimit, ContainerText.parseDocker)
                ?? Description()
        case .containerd:
            for tasks in containerdTasks {
                for namespace in namespaces(tasks) {
                    let path = "\(tasks)/\(namespace)/\(identifier)/config.json"
                    if let found = read(path, Self.configurationLimit, ContainerText.parseBundle) {
                        problem = nil
                        return found
                    }
                }
            }
            return Description()
        case .podman:
            let user = Self.user(path)
            let store = stores[user] ?? readStore(user)
            stores[user] = store
            problem = store.problem
            return store.descriptions[identifier] ?? Description()
        case .lxc, .machine: return Description(name: identifier)
        }
    }

    /// Whether what systemd-machined knows by this name is a virtual machine; everybody may read that.
    func isVirtualMachine(_ name: String) -> Bool {
        // The name of a unit may be made to lead out of the directory.
        guard !name.contains("/"),
            let text = try? Files.readText("\(root)/run/systemd/machines/\(name)", byteLimit: 64 << 10)
        else { return false }
        return text.split(separator: "\n").contains("CLASS=vm")
    }

    /// The user in whose slice a cgroup is; 0 is root, in nobody's.
    static func user(_ path: String) -> UInt32 {
        for part in path.split(separator: "/") where part.hasPrefix("user-") && part.hasSuffix(".slice") {
            if let user = UInt32(part.dropFirst("user-".count).dropLast(".slice".count)) { return user }
        }
        return 0
    }

    private mutating func namespaces(_ tasks: String) -> ArraySlice<String> {
        do throws(SystemError) { return try Files.list(tasks).prefix(Self.namespaceLimit) } catch {
            note(error)
            return []
        }
    }

    private mutating func note(_ error: SystemError) {
        if error.isPermissionDenied {
            problem = Self.rootProblem
        } else if !error.isNotFound {
            problem = .system(error)
        }
    }

    private mutating func readStore(_ user: UInt32) -> Store {
        problem = nil
        var store = Store()
        if let home = user == 0 ? root : home(user).map({ root + $0 }) {
            for path in podmanStores {
                let some =
                    read(
                        "\(home)/\(user == 0 ? "var/lib" : ".local/share")/\(path)", Self.storeLimit,
                        ContainerText.parseStore)
                    ?? [:]
                store.descriptions.merge(some) { first, _ in first }
            }
            // A home that is hidden is as one that may not be read.
            if user != 0, problem == Self.rootProblem || !Files.isDirectory(home) { problem = Self.homeProblem }
        }
        store.problem = problem
        return store
    }

    /// The home of a user that is in /etc/passwd: `name:x:1000:1000:words:/home/name:/bin/sh`.
    private func home(_ user: UInt32) -> String? {
        guard let text = try? Files.readText(root + "/etc/passwd", byteLimit: Self.accountLimit) else { return nil }
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", omittingEmptySubsequences: false)
            if parts.count >= 6, UInt32(parts[2]) == user, parts[5].hasPrefix("/") { return String(parts[5]) }
        }
        return nil
    }

    private mutating func read<Value>(
        _ path: String, _ byteLimit: Int, _ parse: (UnsafeRawBufferPointer) throws(JSONError) -> Value
    ) -> Value? {
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try Files.read(path, byteLimit: byteLimit) } catch {
            note(error)
            return nil
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
        defer { buffer.deallocate() }
        buffer.copyBytes(from: bytes)
        do throws(JSONError) {
            return try parse(UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count]))
        } catch {
            problem = .damaged(
                path: path, byteOffset: error.byteOffset, expected: "JSON that describes containers")
            return nil
        }
    }
}
