import LinuxSystem

/// Writes a target's seeds and dictionary as libFuzzer wants them: one file a seed, and `NAME.dict` beside them.
enum SeedCorpus {
    static func write(of target: any FuzzTarget.Type, to directory: String) throws(SystemError) {
        try Files.makeDirectory(directory)
        for (index, seed) in target.seeds().enumerated() {
            try Files.replace("\(directory)/seed-\(index)", with: seed)
        }
        var lines = ""
        for word in target.dictionary {
            let escaped = word.utf8.map { byte in
                let digits = String(byte, radix: 16)
                return "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
            }
            lines += "\"\(escaped.joined())\"\n"
        }
        try Files.replace("\(directory).dict", with: Array(lines.utf8))
    }
}
