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
let designed: Set<String> = [
    "Sources/RingLog", "Sources/BatchRecord",
    "Sources/SampleCodec", "Sources/SampleStore",
]

func documents(of path: String) -> [String] {
    designed.contains(path) ? ["DESIGN.md"] : []
}

let package = Package(
    name: "wayside",
    products: [],
    dependencies: [],
    targets: [
        // What everything shares.
        module("MetricModel"),
        .systemLibrary(name: "CLinux"),
        module("LinuxSystem", uses: ["CLinux"]),
        tests("MetricModelTests", uses: ["MetricModel"]),
        tests("LinuxSystemTests", uses: ["LinuxSystem"]),
        // Queries.
        systemLibrary("CRE2System", pkgConfig: "re2", package: "libre2-dev"),
        .target(name: "CRE2", dependencies: ["CRE2System"]),
        module("LabelMatching", uses: ["MetricModel", "CRE2"]),
        tests("LabelMatchingTests", uses: ["LabelMatching", "MetricModel"]),
        // The hub's storage.
        systemLibrary("CSQLite", pkgConfig: "sqlite3", package: "libsqlite3-dev"),
        module("SampleCodec"),
        module(
            "SampleStore",
            uses: ["LinuxSystem", "RingLog", "LabelMatching", "SampleCodec", "MetricModel", "CSQLite"]),
        tests("SampleCodecTests", uses: ["SampleCodec"], exclude: ["chunk_oracle.py"]),
        tests("SampleStoreTests", uses: ["SampleStore", "SampleCodec", "MetricModel", "LabelMatching", "LinuxSystem"]),
        // The ring on flash.
        .target(name: "CChecksum"),
        module("RingLog", uses: ["LinuxSystem", "CChecksum"]),
        module("BatchRecord", uses: ["MetricModel"]),
        module("SimulatedSystem", uses: ["LinuxSystem", "RingLog"], path: "Tests/SimulatedSystem"),
        tests("RingLogTests", uses: ["RingLog", "LinuxSystem", "SimulatedSystem"]),
        tests("BatchRecordTests", uses: ["BatchRecord", "MetricModel", "RingLog", "SimulatedSystem"]),
    ]
)
