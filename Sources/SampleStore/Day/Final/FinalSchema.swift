internal import SampleCodec

/// The tables of a day in its final form. What they mean is in DAYFILES.md.
enum FinalSchema {
    static let form: Int64 = 2
    /// The form's number and that of the codec: columns of times and values do not say it themselves.
    static let version = DaySchema.version(form: form)
    /// Small days have small pages: a page half filled at the end of each table then weighs less. Of large ones the pages'
    /// own bytes weigh more.
    static let smallPageByteCount = 1024
    static let largePageByteCount = 4096
    /// From so many samples on pages are large.
    static let largePageSampleCount = 8_000_000
    /// Series in a row of `metrics`, at most, and sets of labels in one of `label_sets`.
    static let seriesPerRow = 1024
    static let setsPerRow = 64
    /// What the properties are called that say where a label name's labels begin.
    static let labelPrefix = "label "

    static func pageByteCount(sampleCount: Int) -> Int {
        sampleCount < largePageSampleCount ? smallPageByteCount : largePageByteCount
    }

    /// The bytes of the stream of values that one row of `slices` holds: as many as fill some overflow pages to their ends,
    /// and as many in the table's own page as let rows fill that one (SQLite's file format, 1.6).
    static func sliceByteCount(pageByteCount: Int) -> Int {
        let usable = pageByteCount - PageChecksum.byteCount
        // A cell has two bytes of payload length, up to three of the row's number, four of the first overflow page's
        // and two in the page's list; a record's header four, or five from 8,186 bytes on. A page has 8 of its own.
        let cellByteCount = 11
        let least = (usable - 12) * 32 / 255 - 23
        let cells = (usable - 8) / (least + cellByteCount)
        let local = (usable - 8) / cells - cellByteCount
        let overflowPages = max(8192 / pageByteCount, 1)
        return local + overflowPages * (usable - 4) - 5
    }

    /// SQLite keeps the text as it is, white space too; so there is little, and the order of the parts fills pages.
    static let text = """
        CREATE TABLE properties(name TEXT PRIMARY KEY,value)WITHOUT ROWID;\
        CREATE TABLE metrics(first_series INTEGER PRIMARY KEY,prefix TEXT,name TEXT,series BLOB);\
        CREATE TABLE labels(id INTEGER PRIMARY KEY,value TEXT,label_sets BLOB);\
        CREATE TABLE label_sets(first_set INTEGER PRIMARY KEY,labels BLOB);\
        CREATE TABLE time_columns(id INTEGER PRIMARY KEY,first_ms_of_day INTEGER,last_ms_of_day INTEGER,\
        samples INTEGER,data BLOB);\
        CREATE TABLE slices(id INTEGER PRIMARY KEY,data BLOB);
        """ + partsView + """
            CREATE VIEW series_text AS SELECT DISTINCT series_id,labels FROM parts;
            """ + numbersView + """
            CREATE VIEW chunk_times AS SELECT series_id,labels,\
            strftime('%Y-%m-%dT%H:%M:%fZ',(d.value+first_ms_of_day)/1000.0,'unixepoch') first,\
            strftime('%Y-%m-%dT%H:%M:%fZ',(d.value+last_ms_of_day)/1000.0,'unixepoch') last,samples,bytes \
            FROM parts JOIN time_columns ON id=times JOIN properties d ON d.name='day_unix_ms';
            """

    /// Every number of the lists in `metrics` and `label_sets`, counted within its row from 1. `h` is what is left of the
    /// list in hexadecimal digits, `v` the number so far, `s` by how much its next byte is shifted.
    private static let numbersView = """
        CREATE VIEW numbers AS WITH RECURSIVE n(list,item,place,h,v,s)AS(\
        SELECT 'series',first_series,0,hex(series),0,0 FROM metrics \
        UNION ALL SELECT 'sets',first_set,0,hex(labels),0,0 FROM label_sets \
        UNION ALL SELECT list,item,place+(s=0),substr(h,3),(s>0)*v+((instr('123456789ABCDEF',substr(h,1,1))%8*16\
        +instr('123456789ABCDEF',substr(h,2,1)))<<s),(h>='8')*(s+7)FROM n WHERE h>'')\
        SELECT list,item,place,v number FROM n WHERE place>0 AND s=0;
        """

    /// Each part of each series with the series' labels. `a` and `b` are the parts, `c` and `d` the sets' labels; both are
    /// brought together by sorting them by set, because SQLite would go through all sets for each part.
    private static let partsView = """
        CREATE VIEW parts AS WITH \
        a AS(SELECT item,place,number d,lead(number)OVER w times,lead(number,2)OVER w bytes FROM numbers \
        WHERE list='series' WINDOW w AS(PARTITION BY item ORDER BY place)),\
        b AS(SELECT item-1+sum(d>0)OVER w series_id,item,sum(d)OVER w k,times,bytes,NULL x FROM a \
        WHERE place%3=2 WINDOW w AS(PARTITION BY item ORDER BY place)),\
        c AS(SELECT place,number,item+sum(number=0)OVER(PARTITION BY item ORDER BY place)k FROM numbers \
        WHERE list='sets'),\
        d AS(SELECT k,number,sum(number)OVER(PARTITION BY k ORDER BY place)l FROM c),\
        e AS(SELECT*FROM b UNION ALL SELECT NULL,NULL,k,NULL,NULL,group_concat((SELECT substr(name,7)FROM properties \
        WHERE name>'label ' AND name<'label!' AND value<=l ORDER BY value DESC LIMIT 1)||'="'||value||'"',', ')\
        FROM d JOIN labels ON id=l WHERE number>0 GROUP BY k),\
        f AS(SELECT*,max(x)OVER(PARTITION BY k)y FROM e)\
        SELECT series_id,(SELECT(SELECT prefix FROM metrics WHERE first_series<=item AND prefix NOT NULL \
        ORDER BY first_series DESC LIMIT 1)||name FROM metrics WHERE first_series=item)\
        ||'{'||ifnull(y,'')||'}'labels,times,bytes FROM f WHERE times>0;
        """
}
