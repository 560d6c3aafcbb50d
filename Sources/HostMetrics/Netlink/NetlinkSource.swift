internal import LinuxSystem

/// Where answers to netlink requests come from: the kernel, or in fixture trees the files named after the requests.
final class NetlinkSource {
    private let socket: NetlinkSocket
    private let directory: String?
    private var files: [String: KeptFile] = [:]

    init(_ service: NetlinkSocket.Service, _ roots: HostRoots) {
        socket = NetlinkSocket(service)
        directory = roots.netlink
    }

    /// Asks; the answer is valid until the common buffer's next read.
    func ask(
        _ request: NetlinkRequest, _ output: borrowing CollectorOutput
    ) throws(CollectorError) -> NetlinkAnswer {
        do throws(SystemError) {
            if let directory {
                return NetlinkAnswer(try file(request.name, in: directory).read(into: output.buffer))
            }
            return NetlinkAnswer(try socket.ask(request, into: output.buffer))
        } catch {
            if error.isSocketRefused {
                throw .notAllowed(
                    what: "asking the kernel by netlink", needs: "AF_NETLINK among RestrictAddressFamilies=")
            }
            throw .system(error)
        }
    }

    /// Asks and takes the answer apart; nothing of its bytes may be kept.
    func ask<Result>(
        _ request: NetlinkRequest, _ output: borrowing CollectorOutput,
        _ parse: (NetlinkAnswer) throws(DamagedText) -> Result
    ) throws(CollectorError) -> Result {
        let answer = try ask(request, output)
        do throws(DamagedText) { return try parse(answer) } catch { throw CollectorError(error, request.name) }
    }

    /// `netlink routes` is in `routes`.
    private func file(_ name: String, in directory: String) -> KeptFile {
        if let known = files[name] { return known }
        let file = KeptFile("\(directory)/\(name.split(separator: " ").last ?? "")", endsAtShortRead: false)
        files[name] = file
        return file
    }
}
