import SettingsFile
import Testing

@Suite struct ByteSizeTextTests {
    @Test(arguments: [
        ("64MiB", 64 << 20), ("512KiB", 512 << 10), ("1GB", 1_000_000_000), ("4096", 4096), ("0", 0), ("10 kB", 10_000),
        ("2TiB", 2 << 40), ("7B", 7), ("3KB", 3000),
    ])
    func parses(text: String, byteCount: Int) {
        #expect(ByteSizeText.parse(text) == byteCount)
        #expect(ByteSizeText.parse(ByteSizeText.format(byteCount)) == byteCount)
    }

    @Test(arguments: ["", "MiB", "64M", "64mib", "-1", "1.5GiB", "99999999TiB", "1 MiB x", "٣B"])
    func refuses(text: String) {
        #expect(ByteSizeText.parse(text) == nil)
    }
}
