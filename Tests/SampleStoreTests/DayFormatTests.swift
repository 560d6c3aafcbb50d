import LabelMatching
import LinuxSystem
import MetricModel
import SampleCodec
import Testing

@testable import SampleStore

/// The format of day files, so that no change of it goes unnoticed: whoever changes it takes another form, or another
/// version of the codec.
@Suite struct DayFormatTests {
    private static let name = "2026-11-20.db"

    private func schema(_ database: Database) throws -> String {
        let all = try database.prepare("SELECT sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY rowid")
        var lines: [String] = []
        while try all.step() { lines.append(all.text(0)) }
        return lines.joined(separator: "\n")
    }

    @Test func theFinalFormIsTheGoldenOne() async throws {
        let test = try FinalFormTests.dayThatIsOver()
        try await test.ingest(FinalFormTests.rows(3, 3))
        try test.store.sealFinally()
        let database = try Database(test.directory + "/" + Self.name, .readOnly)
        #expect(try database.integer("PRAGMA application_id") == 0x5753_4459)
        #expect(try database.integer("PRAGMA user_version") == 202)
        #expect(try database.integer("PRAGMA page_size") == 1024)
        #expect(try schema(database) == Self.finalSchema)
        #expect(FinalSchema.sliceByteCount(pageByteCount: 1024) == 8238)
        #expect(FinalSchema.sliceByteCount(pageByteCount: 4096) == 8670)
    }

    private static let finalSchema = """
        CREATE TABLE properties(name TEXT PRIMARY KEY,value)WITHOUT ROWID
        CREATE TABLE metrics(first_series INTEGER PRIMARY KEY,prefix TEXT,name TEXT,series BLOB)
        CREATE TABLE labels(id INTEGER PRIMARY KEY,value TEXT,label_sets BLOB)
        CREATE TABLE label_sets(first_set INTEGER PRIMARY KEY,labels BLOB)
        CREATE TABLE time_columns(id INTEGER PRIMARY KEY,first_ms_of_day INTEGER,last_ms_of_day INTEGER,samples INTEGER,data BLOB)
        CREATE TABLE slices(id INTEGER PRIMARY KEY,data BLOB)
        CREATE VIEW parts AS WITH a AS(SELECT item,place,number d,lead(number)OVER w times,lead(number,2)OVER w bytes FROM numbers WHERE list='series' WINDOW w AS(PARTITION BY item ORDER BY place)),b AS(SELECT item-1+sum(d>0)OVER w series_id,item,sum(d)OVER w k,times,bytes,NULL x FROM a WHERE place%3=2 WINDOW w AS(PARTITION BY item ORDER BY place)),c AS(SELECT place,number,item+sum(number=0)OVER(PARTITION BY item ORDER BY place)k FROM numbers WHERE list='sets'),d AS(SELECT k,number,sum(number)OVER(PARTITION BY k ORDER BY place)l FROM c),e AS(SELECT*FROM b UNION ALL SELECT NULL,NULL,k,NULL,NULL,group_concat((SELECT substr(name,7)FROM properties WHERE name>'label ' AND name<'label!' AND value<=l ORDER BY value DESC LIMIT 1)||'="'||value||'"',', ')FROM d JOIN labels ON id=l WHERE number>0 GROUP BY k),f AS(SELECT*,max(x)OVER(PARTITION BY k)y FROM e)SELECT series_id,(SELECT(SELECT prefix FROM metrics WHERE first_series<=item AND prefix NOT NULL ORDER BY first_series DESC LIMIT 1)||name FROM metrics WHERE first_series=item)||'{'||ifnull(y,'')||'}'labels,times,bytes FROM f WHERE times>0
        CREATE VIEW series_text AS SELECT DISTINCT series_id,labels FROM parts
        CREATE VIEW numbers AS WITH RECURSIVE n(list,item,place,h,v,s)AS(SELECT 'series',first_series,0,hex(series),0,0 FROM metrics UNION ALL SELECT 'sets',first_set,0,hex(labels),0,0 FROM label_sets UNION ALL SELECT list,item,place+(s=0),substr(h,3),(s>0)*v+((instr('123456789ABCDEF',substr(h,1,1))%8*16+instr('123456789ABCDEF',substr(h,2,1)))<<s),(h>='8')*(s+7)FROM n WHERE h>'')SELECT list,item,place,v number FROM n WHERE place>0 AND s=0
        CREATE VIEW chunk_times AS SELECT series_id,labels,strftime('%Y-%m-%dT%H:%M:%fZ',(d.value+first_ms_of_day)/1000.0,'unixepoch') first,strftime('%Y-%m-%dT%H:%M:%fZ',(d.value+last_ms_of_day)/1000.0,'unixepoch') last,samples,bytes FROM parts JOIN time_columns ON id=times JOIN properties d ON d.name='day_unix_ms'
        """

    @Test func theFormOfSealsIsTheGoldenOne() async throws {
        let test = try FinalFormTests.dayThatIsOver()
        try await test.ingest(FinalFormTests.rows(3, 3))
        try test.store.seal()
        let database = try Database(test.directory + "/" + Self.name, .readOnly)
        #expect(try database.integer("PRAGMA application_id") == 0x5753_4459)
        #expect(try database.integer("PRAGMA user_version") == 201)
        var text = try schema(database)
        #expect(text.withUTF8 { StableHash.hash(UnsafeRawBufferPointer($0)) } == 0x8a80_c9e1_7121_1903)
    }

    /// A file whose columns another version of the codec wrote would be read as other numbers: it is refused whole, and
    /// nothing is written to it or put aside.
    @Test(arguments: [false, true], [203, 301, 302, 101, 2, 0])
    func aFileOfAnotherVersionIsRefused(isFinal: Bool, version: Int64) async throws {
        #expect(DaySchema.version == Int64(SampleCodec.version) * 100 + 1)
        #expect(FinalSchema.version == Int64(SampleCodec.version) * 100 + 2)
        let test = try FinalFormTests.dayThatIsOver()
        try await test.ingest(FinalFormTests.rows(3, 3))
        if isFinal { try test.store.sealFinally() } else { try test.store.seal() }
        try test.crash { directory in
            try Database(directory + "/" + Self.name, .readWrite).execute("PRAGMA user_version = \(version)")
        }
        #expect(try test.select().isEmpty)
        var statistics = test.store.statistics()
        #expect(statistics.damagedFiles == 1 && statistics.lastDamage.contains("a day file of version \(version);"))
        try await test.ingest(FinalFormTests.rows(1, 1, from: TestStore.base + 7))
        #expect(throws: StoreError.self) { try test.store.seal() }
        statistics = test.store.statistics()
        #expect(statistics.sealProblem.contains("a day file of version \(version);"))
        #expect(try Files.list(test.directory).filter { $0.contains("damaged") } == [])
        #expect(try test.select().count == 1)
    }
}
