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
let designed: Set<String> = ["Sources/PromQL"]

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
        // libre2-dev; not by pkg-config, whose -pthread SwiftPM warns about and nothing here needs.
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        module("LabelMatching", uses: ["MetricModel", "CRE2"]),
        module("PromQL", uses: ["LabelMatching", "MetricModel"]),
        module("PrometheusAPI", uses: ["PromQL", "LabelMatching", "MetricModel"]),
        tests("LabelMatchingTests", uses: ["LabelMatching", "MetricModel"]),
        // A source of series in memory, for the tests of all that queries.
        module("QueryFixtures", uses: ["LabelMatching", "MetricModel"], path: "Tests/QueryFixtures"),
        tests("PromQLTests", uses: ["PromQL", "LabelMatching", "MetricModel", "QueryFixtures"], exclude: ["Scripts"]),
        tests(
            "PrometheusAPITests", uses: ["PrometheusAPI", "PromQL", "LabelMatching", "MetricModel", "QueryFixtures"]),
    ]
)
