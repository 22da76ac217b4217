package io.kafscale.cli;

import io.kafscale.discovery.ListedSegment;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.SegmentListing;
import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import io.kafscale.segment.UnsupportedSegmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kafscale verify}: reads and checks everything. */
@Command(
        name = "verify",
        description =
                "Reads and checks everything: header, footer, checksums, every record, indexes, the order of offsets.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "GAPS are offsets without a segment, OVERLAPS offsets in two segments, ORPHANS .kfs or .index files without"
                    + " the other, STRAYS segments with batches that never got a valid offset. Exit code 1 when there"
                    + " is any of these, or anything corrupt."
        })
final class VerifyCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final Output out;

    @Mixin
    private final LocationArguments location = new LocationArguments();

    VerifyCommand(Terminal terminal) {
        this.terminal = terminal;
        this.out = new Output(terminal.out());
    }

    @Override
    public Integer call() throws IOException {
        AuditCounts total = new AuditCounts();
        try (Location opened = location.open()) {
            if (opened instanceof Location.Namespace namespace) {
                verify(namespace, total);
            } else if (opened instanceof Location.SingleFile file) {
                verify(file, total);
            }
        } finally {
            out.flush();
        }
        out.write(
                total.problems() == 0
                        ? "sound\n"
                        : total.problems() + (total.problems() == 1 ? " problem\n" : " problems\n"));
        out.flush();
        return total.problems() == 0 ? Kafscale.SOUND : Kafscale.UNSOUND;
    }

    private void verify(Location.Namespace place, AuditCounts total) throws IOException {
        SortedSet<TopicPartition> partitions = place.partitions(found -> true);
        Progress progress = new Progress(terminal, terminal.interactive() ? size(place, partitions) : 0);
        Table table = AuditCounts.table();
        try {
            for (TopicPartition partition : partitions) {
                AuditCounts counts = new PartitionAudit(place, partition, new Report(progress)).run();
                counts.addTo(table, partition.toString());
                total.add(counts);
            }
        } finally {
            progress.clear();
        }
        if (total.segments + total.orphans == 0) {
            throw new IOException("there are no segments: " + place.nothing().explain());
        }
        total.addTo(table, "total");
        out.write(table.toString());
    }

    private static long size(Location.Namespace place, SortedSet<TopicPartition> partitions) throws IOException {
        long bytes = 0;
        for (TopicPartition partition : partitions) {
            @Nullable SegmentListing listing = place.lister().list(partition, 0);
            while (listing != null) {
                for (ListedSegment listed : listing.segments()) {
                    bytes += size(listed.segment()) + size(listed.index());
                }
                listing = listing.truncated() ? place.lister().list(partition, listing.nextFrom()) : null;
            }
        }
        return bytes;
    }

    private static long size(@Nullable ObjectEntry half) {
        return half == null ? 0 : half.size();
    }

    /** A segment, and the index beside it; either may be named. */
    private void verify(Location.SingleFile file, AuditCounts counts) throws IOException {
        String stem = file.path().toString().replaceFirst("\\.(kfs|index)$", "");
        Path index = Path.of(stem + ".index");
        Path segment = file.path().equals(index) ? Path.of(stem + ".kfs") : file.path();
        Report report = new Report(new Progress(terminal, 0));
        try {
            verify(segment, index, counts, report);
        } catch (CorruptSegmentException | UnsupportedSegmentException e) {
            counts.corrupt++;
            report.problem("corrupt: " + e.getMessage());
        }
        Table table = AuditCounts.table();
        TopicPartition partition = file.partition();
        counts.addTo(table, partition == null ? "-" : partition.toString());
        out.write(table.toString());
    }

    private static void verify(Path segment, Path index, AuditCounts counts, Report report) throws IOException {
        byte[] bytes = Location.SingleFile.read(segment);
        counts.segments++;
        counts.bytes += bytes.length;
        SegmentReader opened = SegmentReader.open(segment.toString(), bytes, Limits.readOptions());
        counts.records += SegmentCheck.walk(opened);
        if (opened.strayBatches() > 0) {
            counts.strays++;
            report.problem(segment + " holds " + opened.strayRecords() + " records without a valid offset");
        }
        if (Files.exists(index)) {
            byte[] indexBytes = Location.SingleFile.read(index);
            counts.bytes += indexBytes.length;
            SegmentCheck.index(opened, index.toString(), indexBytes);
        }
    }

    /** Writes problems as they are found, above the progress bar. */
    private final class Report implements PartitionAudit.Listener {
        private final Progress progress;

        Report(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void problem(String sentence) throws IOException {
            progress.clear();
            out.write(Shown.line(sentence) + "\n");
            if (terminal.interactive()) {
                out.flush();
            }
        }

        @Override
        public void read(long bytes) {
            progress.add(bytes);
        }
    }
}
