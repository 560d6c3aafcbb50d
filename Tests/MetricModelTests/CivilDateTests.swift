import MetricModel
import Testing

@Suite struct CivilDateTests {
    /// Against `date -u -d @N` of GNU coreutils.
    @Test(arguments: [
        (0, CivilDate(year: 1970, month: 1, day: 1)), (-1, CivilDate(year: 1969, month: 12, day: 31)),
        (9075, CivilDate(year: 1994, month: 11, day: 6)), (11_015, CivilDate(year: 2000, month: 2, day: 28)),
        (11_016, CivilDate(year: 2000, month: 2, day: 29)), (47_541, CivilDate(year: 2100, month: 3, day: 1)),
        (-719_162, CivilDate(year: 1, month: 1, day: 1)), (2_932_896, CivilDate(year: 9999, month: 12, day: 31)),
    ]) func `days are the dates that they are`(days: Int, date: CivilDate) {
        #expect(CivilDate(daysSince1970: days) == date)
        #expect(date.daysSince1970 == days)
    }

    /// By the rule of leap years alone, day by day over three eras.
    @Test func `each day follows the one before`() {
        var date = CivilDate(year: -400, month: 1, day: 1)
        for days in date.daysSince1970..<date.daysSince1970 + 3 * 146_097 {
            #expect(CivilDate(daysSince1970: days) == date)
            #expect(date.daysSince1970 == days)
            let isLeap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0)
            let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][date.month - 1]
            if date.day == 1 { #expect(date.daysInMonth == length) }
            if date.day < length {
                date = CivilDate(year: date.year, month: date.month, day: date.day + 1)
            } else if date.month < 12 {
                date = CivilDate(year: date.year, month: date.month + 1, day: 1)
            } else {
                date = CivilDate(year: date.year + 1, month: 1, day: 1)
            }
        }
        #expect(date == CivilDate(year: 800, month: 1, day: 1))
    }
}
