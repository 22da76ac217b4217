package io.kafscale.cli;

import io.kafscale.discovery.Finding;

/** What an audit has counted so far. Not thread safe. */
final class AuditCounts {

    long segments;
    long records;
    long bytes;
    long gaps;
    long overlaps;
    long orphans;
    long strays;
    long corrupt;

    void count(Finding finding) {
        if (finding instanceof Finding.Gap) {
            gaps++;
        } else if (finding instanceof Finding.Overlap) {
            overlaps++;
        } else if (finding instanceof Finding.Strays) {
            strays++;
        } else {
            orphans++;
        }
    }

    void add(AuditCounts other) {
        segments += other.segments;
        records += other.records;
        bytes += other.bytes;
        gaps += other.gaps;
        overlaps += other.overlaps;
        orphans += other.orphans;
        strays += other.strays;
        corrupt += other.corrupt;
    }

    /** How many things are not as they should be. */
    long problems() {
        return gaps + overlaps + orphans + strays + corrupt;
    }

    /** A table without rows yet. */
    static Table table() {
        return new Table(
                "PARTITION",
                ">SEGMENTS",
                ">RECORDS",
                ">BYTES",
                ">GAPS",
                ">OVERLAPS",
                ">ORPHANS",
                ">STRAYS",
                ">CORRUPT");
    }

    void addTo(Table table, String partition) {
        table.row(
                partition,
                Shown.number(segments),
                Shown.number(records),
                Shown.number(bytes),
                Shown.number(gaps),
                Shown.number(overlaps),
                Shown.number(orphans),
                Shown.number(strays),
                Shown.number(corrupt));
    }
}
