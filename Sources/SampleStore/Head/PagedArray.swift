/// An array that only grows, in pages of fixed size: growing copies nothing and leaves nothing half used.
struct PagedArray<Element: Sendable>: Sendable {
    private static var pageShift: Int { 10 }
    private static var pageCount: Int { 1 << pageShift }

    private var pages: [[Element]] = []
    private(set) var count = 0

    @inline(__always)
    subscript(index: Int) -> Element { pages[index >> Self.pageShift][index & (Self.pageCount - 1)] }

    @inline(__always)
    mutating func update<Result>(_ index: Int, _ body: (inout Element) -> Result) -> Result {
        body(&pages[index >> Self.pageShift][index & (Self.pageCount - 1)])
    }

    mutating func append(_ element: Element) {
        if count & (Self.pageCount - 1) == 0 {
            var page: [Element] = []
            // The first page of a small head grows as it needs.
            if !pages.isEmpty { page.reserveCapacity(Self.pageCount) }
            pages.append(page)
        }
        pages[count >> Self.pageShift].append(element)
        count += 1
    }

    func forEach(_ visit: (Element) -> Void) {
        for page in pages { for element in page { visit(element) } }
    }
}
