// swift-tools-version: 6.2
import PackageDescription

// Every Swift target is built with the same settings; C++ and system-library targets have none to share.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// A library module of `Sources/` with the shared settings.
func module(_ name: String, uses dependencies: [Target.Dependency] = [], path: String? = nil) -> Target {
    .target(
        name: name, dependencies: dependencies, path: path, exclude: documents(of: path ?? "Sources/\(name)"),
        swiftSettings: swiftSettings)
}

/// An executable of `Sources/` with the shared settings.
func program(_ name: String, uses dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

/// A test target of `Tests/` with the shared settings.
func tests(_ name: String, uses dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings)
}

/// A C library of the distribution, found by pkg-config.
func systemLibrary(_ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// Modules that keep a `DESIGN.md` beside their code.
let designed: Set<String> = ["Sources/HTTPExchange", "Sources/TLSTransport"]

func documents(of path: String) -> [String] {
    designed.contains(path) ? ["DESIGN.md"] : []
}

let package = Package(
    name: "wayside",
    products: [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2")
    ],
    targets: [
        // What everything shares.
        module("MetricModel"),
        .systemLibrary(name: "CLinux"),
        module("LinuxSystem", uses: ["CLinux"]),
        tests("MetricModelTests", uses: ["MetricModel"]),
        tests("LinuxSystemTests", uses: ["LinuxSystem"]),

        // Settings and HTTP.
        systemLibrary("CYAML", pkgConfig: "yaml-0.1", package: "libyaml-dev"),
        module("SettingsFile", uses: ["CYAML", "LinuxSystem"]),
        tests("SettingsFileTests", uses: ["SettingsFile", "LinuxSystem"]),
        systemLibrary("COpenSSL", pkgConfig: "openssl", package: "libssl-dev"),
        module("TLSTransport", uses: ["COpenSSL", .product(name: "NIOCore", package: "swift-nio")]),
        systemLibrary("CZlib", pkgConfig: "zlib", package: "zlib1g-dev"),
        module(
            "HTTPExchange",
            uses: [
                "CZlib", "LinuxSystem", "TLSTransport", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        tests(
            "HTTPExchangeTests",
            uses: [
                "HTTPExchange", "LinuxSystem", "TLSTransport",
            ]),
    ]
)
