import Testing

@testable import WaysideHub

@Suite struct ByteBudgetTests {
    @Test func whatIsAloneGoesAndTheRestWithinTheLimit() {
        let budget = ByteBudget(limit: 10)
        #expect(budget.take(11))
        #expect(!budget.take(1))
        budget.giveBack(11)
        #expect(budget.take(4))
        #expect(budget.take(6))
        #expect(!budget.take(1))
        budget.giveBack(4)
        #expect(budget.take(4))
    }
}
