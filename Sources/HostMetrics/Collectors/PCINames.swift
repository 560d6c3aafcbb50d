/// The names that the database `pci.ids` has for some devices. Pure: from its lines, of which only those are kept that
/// these devices need.
///
/// `vendor  name`, below it `⇥device  name`, below that `⇥⇥vendor device  name` of a card; and `C class  name`, below it
/// `⇥subclass  name`, below that `⇥⇥interface  name`; the numbers are hexadecimal.
struct PCINames {
    /// What a device says it is.
    struct Identity: Hashable {
        let classCode: UInt32
        let vendor: UInt16
        let device: UInt16
        let subsystemVendor: UInt16
        let subsystemDevice: UInt16

        /// From the texts of /sys: class, vendor, device, subsystem's vendor and device; nil where one is no number.
        init?(_ texts: [String]) {
            let numbers = texts.map { UInt32($0.hasPrefix("0x") ? $0.dropFirst(2) : $0[...], radix: 16) ?? .max }
            guard numbers.count == 5, numbers[0] <= 0xff_ffff, numbers.dropFirst().allSatisfy({ $0 <= 0xffff }) else {
                return nil
            }
            classCode = numbers[0]
            (vendor, device) = (UInt16(numbers[1]), UInt16(numbers[2]))
            (subsystemVendor, subsystemDevice) = (UInt16(numbers[3]), UInt16(numbers[4]))
        }

        fileprivate var keys: [Key] {
            [
                .vendor(vendor), .device(vendor, device), .vendor(subsystemVendor),
                .subsystem(vendor, device, subsystemVendor, subsystemDevice), .interface(classCode),
                .subclass(UInt16(classCode >> 8)), .baseClass(UInt8(classCode >> 16)),
            ]
        }
    }

    fileprivate enum Key: Hashable {
        case vendor(UInt16)
        case device(UInt16, UInt16)
        case subsystem(UInt16, UInt16, UInt16, UInt16)
        case baseClass(UInt8)
        case subclass(UInt16)
        case interface(UInt32)
    }

    private let wanted: Set<Key>
    private var names: [Key: String] = [:]
    private var vendor: UInt16?
    private var device: UInt16?
    private var baseClass: UInt8?
    private var subclass: UInt16?

    init(of devices: [Identity]) {
        wanted = Set(devices.flatMap(\.keys))
    }

    /// Takes the next line of the database. Lines of another form are read over.
    mutating func take(_ line: UnsafeRawBufferPointer) {
        let depth = line.prefix { $0 == UInt8(ascii: "\t") }.count
        var cursor = ByteCursor(line, from: depth, to: line.count)
        let isClass = depth == 0 && cursor.take("C ")
        guard depth <= 2, let number = number(&cursor) else { return }
        switch (depth, baseClass) {
        case (0, _): takeTop(number, isClass, &cursor)
        case (1, nil):
            device = UInt16(exactly: number)
            if let vendor, let device { keep(.device(vendor, device), &cursor) }
        case (1, .some(let baseClass)):
            subclass = UInt8(exactly: number).map { UInt16(baseClass) << 8 | UInt16($0) }
            if let subclass { keep(.subclass(subclass), &cursor) }
        case (_, nil):
            cursor.skipSpaces()
            guard let vendor, let device, let cardVendor = UInt16(exactly: number),
                let card = self.number(&cursor).flatMap(UInt16.init(exactly:))
            else { return }
            keep(.subsystem(vendor, device, cardVendor, card), &cursor)
        case (_, .some):
            guard let subclass, let interface = UInt8(exactly: number) else { return }
            keep(.interface(UInt32(subclass) << 8 | UInt32(interface)), &cursor)
        }
    }

    private mutating func takeTop(_ number: UInt64, _ isClass: Bool, _ cursor: inout ByteCursor) {
        (vendor, device, baseClass, subclass) = (nil, nil, nil, nil)
        if isClass {
            baseClass = UInt8(exactly: number)
            if let baseClass { keep(.baseClass(baseClass), &cursor) }
        } else {
            vendor = UInt16(exactly: number)
            if let vendor { keep(.vendor(vendor), &cursor) }
        }
    }

    private func number(_ cursor: inout ByteCursor) -> UInt64? {
        do throws(DamagedText) {
            let number = try cursor.hexadecimalDigits()
            return cursor.take(" ") ? number : nil
        } catch { return nil }
    }

    /// The name begins behind the second space.
    private mutating func keep(_ key: Key, _ cursor: inout ByteCursor) {
        guard wanted.contains(key), cursor.take(" ") else { return }
        let text = AttributeTexts.trimmed(cursor.slice(cursor.restOfLine), .max)
        if !text.isEmpty { names[key] = String(decoding: text, as: UTF8.self) }
    }

    /// The names of vendor, device, subsystem's vendor, subsystem's device and class, as node_exporter has them: the
    /// number where there is no name, and of the class the narrowest name that there is.
    func names(of device: Identity) -> [String] {
        let keys = device.keys
        let numbers = [device.vendor, device.device, device.subsystemVendor, device.subsystemDevice]
        let own = zip(keys, numbers).map { key, number in names[key] ?? Self.hexadecimal(UInt32(number), digits: 4) }
        let className = keys.dropFirst(4).lazy.compactMap { names[$0] }.first
        return own + [className ?? "Unknown class (\(Self.hexadecimal(device.classCode, digits: 6)))"]
    }

    private static func hexadecimal(_ number: UInt32, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
