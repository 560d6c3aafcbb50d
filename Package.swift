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
let designed: Set<String> = ["Sources/DeviceIntake", "Sources/MQTTSession"]

func documents(of path: String) -> [String] {
    designed.contains(path) ? ["DESIGN.md"] : []
}

let package = Package(
    name: "wayside",
    products: [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // What everything shares.
        module("MetricModel"),
        .systemLibrary(name: "CLinux"),
        module("LinuxSystem", uses: ["CLinux"]),
        module("ProcessLog", uses: ["LinuxSystem", .product(name: "Logging", package: "swift-log")]),
        // The MQTT session.
        systemLibrary("CMosquitto", pkgConfig: "libmosquitto", package: "libmosquitto-dev"),
        module("MQTTSession", uses: ["CMosquitto", "LinuxSystem"]),
        tests("MQTTSessionTests", uses: ["LinuxSystem", "MQTTSession", "TestPeers"]),
        // Simulated devices.
        program(
            "wayside-device",
            uses: [
                "DeviceProtocol", "LinuxSystem", "MQTTSession",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        tests("DeviceProgramTests", uses: ["LinuxSystem", "MQTTSession", "TestPeers", "wayside-device"]),
        // Real peers for tests: processes, ports, brokers.
        module("TestPeers", path: "Tests/TestPeers"),
        tests("MetricModelTests", uses: ["MetricModel"]),
        tests("LinuxSystemTests", uses: ["LinuxSystem"]),
        tests("ProcessLogTests", uses: ["ProcessLog", .product(name: "Logging", package: "swift-log")]),

        // Devices: the protocol that firmware links, and what the agent makes of messages.
        module("DeviceProtocol", path: "firmware-protocol/swift/Sources/DeviceProtocol"),
        module("JSONText"),
        module("DeviceIntake", uses: ["DeviceProtocol", "JSONText", "MetricModel"]),
        tests("DeviceProtocolTests", uses: ["DeviceProtocol"]),
        tests("JSONTextTests", uses: ["JSONText"]),
        tests("DeviceIntakeTests", uses: ["DeviceIntake", "DeviceProtocol", "MetricModel"]),
    ]
)
