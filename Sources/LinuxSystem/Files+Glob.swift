internal import Glibc

extension Files {
    /// The paths that a pattern of `*`, `?` and `[…]` matches, sorted by bytes; none where nothing does (glob(3)).
    package static func matching(_ pattern: String) -> [String] {
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(pattern, GLOB_NOSORT, nil, &result) == 0, let paths = result.gl_pathv else { return [] }
        return (0..<Int(result.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }.sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
    }
}
