internal import JSONText
internal import LinuxSystem

/// The names and images of containers from what their runtimes leave on disk, without asking a daemon.
struct ContainerNames {
    struct Description: Hashable {
        var name = ""
        var image = ""
    }

    private let docker: String
    private let podmanStores: [String]
    private let containerdTasks: [String]
    /// Podman's and CRI-O's store holds all of them in one file: read once a run, and only when a container is new.
    private var store: [String: Description]?
    private static let configurationLimit = 1 << 20
    private static let storeLimit = 4 << 20
    private static let namespaceLimit = 64

    /// `rootfs` is where the host's tree is seen.
    init(rootfs: String) {
        let root = rootfs == "/" ? "" : rootfs
        docker = root + "/var/lib/docker/containers/"
        podmanStores = ["overlay", "vfs", "btrfs"].flatMap { driver in
            ["containers.json", "volatile-containers.json"].map { file in
                "\(root)/var/lib/containers/storage/\(driver)-containers/\(file)"
            }
        }
        containerdTasks = ["/run/containerd", "/run/k3s/containerd"].map {
            root + $0 + "/io.containerd.runtime.v2.task"
        }
    }

    /// Forgets what was read for an earlier run.
    mutating func begin() { store = nil }

    /// What is known of a container; empty where nothing is. What is wrong becomes a remark: it is only its name.
    mutating func describe(
        _ runtime: CgroupName.Runtime, _ identifier: String, _ output: inout CollectorOutput
    ) -> Description {
        switch runtime {
        case .docker:
            return read(
                "\(docker)\(identifier)/config.v2.json", Self.configurationLimit, ContainerText.parseDocker, &output)
                ?? Description()
        case .containerd:
            for tasks in containerdTasks {
                for namespace in ((try? Files.list(tasks)) ?? []).prefix(Self.namespaceLimit) {
                    let path = "\(tasks)/\(namespace)/\(identifier)/config.json"
                    if let found = read(path, Self.configurationLimit, ContainerText.parseBundle, &output) {
                        return found
                    }
                }
            }
            return Description()
        case .podman:
            if store == nil { store = readStore(&output) }
            return store?[identifier] ?? Description()
        }
    }

    private func readStore(_ output: inout CollectorOutput) -> [String: Description] {
        var all: [String: Description] = [:]
        for path in podmanStores {
            let some = read(path, Self.storeLimit, ContainerText.parseStore, &output) ?? [:]
            all.merge(some) { first, _ in first }
        }
        return all
    }

    private func read<Value>(
        _ path: String, _ byteLimit: Int, _ parse: (UnsafeRawBufferPointer) throws(JSONError) -> Value,
        _ output: inout CollectorOutput
    ) -> Value? {
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try Files.read(path, byteLimit: byteLimit) } catch {
            if error.isPermissionDenied {
                output.remark(.notAllowed(what: "reading the names of containers", needs: "CAP_DAC_READ_SEARCH"))
            } else if !error.isNotFound {
                output.remark(.system(error))
            }
            return nil
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
        defer { buffer.deallocate() }
        buffer.copyBytes(from: bytes)
        do throws(JSONError) {
            return try parse(UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count]))
        } catch {
            output.remark(
                .damaged(path: path, byteOffset: error.byteOffset, expected: "JSON that describes containers"))
            return nil
        }
    }
}
