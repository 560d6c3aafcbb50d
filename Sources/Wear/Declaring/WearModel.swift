/// A checked declaration: the arithmetic, and which readings feed it.
package struct WearModel: Sendable {
    enum Arithmetic: Sendable {
        case operatingHours(OperatingHours)
        case arrhenius(ArrheniusLife)
        case bearing(BearingLife)
        case rainflow(FatigueCurve, smallestRange: Double)
        case trend(DegradationScale)
    }

    package let declaration: WearDeclaration
    package let kind: WearModelKind
    let arithmetic: Arithmetic
    /// The readings it needs: one, or a bearing's load and speed.
    let inputs: [WearInputName]
    /// The interval of its readings where it was declared.
    let intervalMilliseconds: Int64?
    /// Over how many hours the rate of wear is averaged.
    let rateHours: Double
    /// How much must have been observed before a remaining life is given.
    let minimumHistoryHours: Double

    package init(_ declaration: WearDeclaration) throws(DeclarationProblem) {
        guard WearDeclaration.isComponent(declaration.component) else { throw .component(declaration.component) }
        guard declaration.isWithinLimits else { throw .tooLong }
        guard let kind = WearModelKind(rawValue: declaration.model) else { throw .unknownModel(declaration.model) }
        try WearModel.checkParameters(declaration, kind)
        let given = declaration.parameters
        self.declaration = declaration
        self.kind = kind
        intervalMilliseconds = given["interval_seconds"].map { Int64($0 * 1000) }
        rateHours = given["rate_hours"] ?? 720
        minimumHistoryHours = given["minimum_history_hours"] ?? 24
        var inputs: [WearInputName] = []
        switch kind {
        case .operatingHours: arithmetic = .operatingHours(try OperatingHours(given))
        case .arrhenius: arithmetic = .arrhenius(ArrheniusLife(given))
        case .bearingLife:
            arithmetic = .bearing(try BearingLife(given))
            inputs = try WearModel.bearingInputs(declaration)
        case .rainflow:
            arithmetic = .rainflow(try FatigueCurve(given), smallestRange: given["smallest_range"] ?? 0)
        case .trend: arithmetic = .trend(try DegradationScale(given))
        }
        if kind != .bearingLife {
            guard let quantity = declaration.quantity else { throw .missingQuantity(model: kind.rawValue) }
            inputs = [WearInputName(quantity: quantity, channel: declaration.channel)]
        }
        self.inputs = inputs
    }

    private static func checkParameters(
        _ declaration: WearDeclaration, _ kind: WearModelKind
    ) throws(DeclarationProblem) {
        for (name, value) in declaration.parameters.sorted(by: { $0.key < $1.key }) {
            guard let parameter = kind.parameters.first(where: { $0.name == name }) else {
                throw .unknownParameter(name, model: kind.rawValue)
            }
            guard parameter.range.contains(value) else { throw .outOfRange(name, value: value, range: parameter.range) }
        }
        for parameter in kind.parameters where parameter.isRequired && declaration.parameters[parameter.name] == nil {
            throw .missingParameter(parameter.name, model: kind.rawValue)
        }
    }

    /// The load's reading unless the load is constant, the speed's unless that is.
    private static func bearingInputs(_ declaration: WearDeclaration) throws(DeclarationProblem) -> [WearInputName] {
        let hasLoad = declaration.parameters["load_newtons"] != nil
        let hasSpeed = declaration.parameters["speed_rpm"] != nil
        if hasLoad && hasSpeed {
            throw .contradiction("load_newtons and speed_rpm are both given: one of them must be a reading")
        }
        guard let quantity = declaration.quantity else { throw .missingQuantity(model: declaration.model) }
        let first = WearInputName(quantity: quantity, channel: declaration.channel)
        if hasLoad || hasSpeed { return [first] }
        let speed = declaration.speedQuantity ?? "rotational_speed"
        return [first, WearInputName(quantity: speed, channel: declaration.speedChannel)]
    }

    /// Damage in an hour with these values of `inputs`; nil where the model goes by changes, not by time.
    func damagePerHour(_ first: Double, _ second: Double) -> Double? {
        switch arithmetic {
        case .operatingHours(let model): model.damagePerHour(load: first)
        case .arrhenius(let model): model.damagePerHour(celsius: first)
        case .bearing(let model): model.damagePerHour(first, second)
        case .rainflow, .trend: nil
        }
    }
}
