import Foundation

/// C strings that live as long as this object.
final class CTexts {
    private var pointers: [UnsafeMutablePointer<CChar>] = []

    deinit {
        for pointer in pointers { free(pointer) }
    }

    /// A copy of `text`, or nil for "".
    func keep(_ text: String) -> UnsafePointer<CChar>? {
        guard !text.isEmpty, let copy = strdup(text) else { return nil }
        pointers.append(copy)
        return UnsafePointer(copy)
    }
}
