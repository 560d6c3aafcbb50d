/// A function that counts the samples of the windows it is given.
struct CountedWindowFunction<Function: WindowFunction>: WindowFunction {
    private var function: Function
    private(set) var counter: SampleCounter

    init(_ function: Function, _ counter: SampleCounter) {
        self.function = function
        self.counter = counter
    }

    mutating func value(of window: Window) -> Double {
        counter.add(window.count, at: window.step)
        return function.value(of: window)
    }
}
