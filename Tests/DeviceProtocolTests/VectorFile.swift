import Foundation

/// A file of firmware-protocol/vectors.
struct VectorFile {
    let vectors: [[String: Any]]

    init(_ name: String) throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../firmware-protocol/vectors/\(name).json")
        let root = try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any]
        vectors = root?["vectors"] as? [[String: Any]] ?? []
    }

    /// The payload of the vector called `name`; empty, which no message is, where there is none.
    func payload(_ name: String) -> String {
        vectors.first { $0["name"] as? String == name }?["payload"] as? String ?? ""
    }
}
