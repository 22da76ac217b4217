package io.kafscale.cli;

import io.kafscale.discovery.ListedSegment;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.discovery.SegmentLister;
import io.kafscale.discovery.SegmentListing;
import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.ReadOptions;
import io.kafscale.segment.ReadOptions.Verification;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import io.kafscale.segment.UnsupportedSegmentException;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kafscale ls}: what is there, by partition. */
@Command(
        name = "ls",
        description = "Lists topics, partitions, segments, offsets and sizes.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = "%nEND is the offset after the last one; HALVES are .kfs or .index files without the other.")
final class ListCommand implements Callable<Integer> {

    private static final String UNKNOWN = "?";

    private static final ReadOptions UNCHECKED = ReadOptions.defaults().withVerification(Verification.NONE);

    private final Terminal terminal;

    @Mixin
    private final LocationArguments location = new LocationArguments();

    ListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Table table = new Table("TOPIC", ">PARTITION", ">SEGMENTS", ">HALVES", ">FIRST", ">END", ">SIZE");
        try (Location opened = location.open()) {
            if (opened instanceof Location.Namespace namespace) {
                for (TopicPartition partition : namespace.partitions(found -> true)) {
                    describe(namespace, partition, table);
                }
            } else if (opened instanceof Location.SingleFile file) {
                describe(file, table);
            }
        }
        Output out = new Output(terminal.out());
        out.write(table.toString());
        out.flush();
        return Kafscale.SOUND;
    }

    private void describe(Location.Namespace place, TopicPartition partition, Table table) throws IOException {
        SegmentLister lister = place.lister();
        long segments = 0;
        long halves = 0;
        long bytes = 0;
        ListedSegment first = null;
        ListedSegment last = null;
        @Nullable SegmentListing listing = lister.list(partition, 0);
        while (listing != null) {
            for (ListedSegment listed : listing.segments()) {
                bytes += size(listed.segment()) + size(listed.index());
                if (listed.segment() == null || listed.index() == null) {
                    halves++;
                } else {
                    segments++;
                    first = first == null ? listed : first;
                    last = listed;
                }
            }
            listing = listing.truncated() ? lister.list(partition, listing.nextFrom()) : null;
        }
        table.row(
                partition.topic(),
                Integer.toString(partition.partition()),
                Shown.number(segments),
                Shown.number(halves),
                first == null ? "-" : Shown.number(first.baseOffset()),
                last == null || last.segment() == null ? "-" : end(place.store(), last.segment()),
                Shown.size(bytes));
    }

    private static long size(@Nullable ObjectEntry half) {
        return half == null ? 0 : half.size();
    }

    private String end(ObjectStore store, ObjectEntry segment) throws IOException {
        String name = store.describe() + "/" + segment.key();
        try {
            return Shown.number(SegmentReader.open(name, store.ranges(segment), null, UNCHECKED)
                    .nextOffset());
        } catch (CorruptSegmentException | UnsupportedSegmentException e) {
            terminal.warning(String.valueOf(e.getMessage()));
            return UNKNOWN;
        }
    }

    private static void describe(Location.SingleFile file, Table table) throws IOException {
        byte[] bytes = file.read();
        SegmentReader segment = SegmentReader.open(file.path().toString(), bytes, UNCHECKED);
        TopicPartition partition = file.partition();
        table.row(
                partition == null ? UNKNOWN : partition.topic(),
                partition == null ? UNKNOWN : Integer.toString(partition.partition()),
                "1",
                "0",
                Shown.number(segment.baseOffset()),
                Shown.number(segment.nextOffset()),
                Shown.size(bytes.length));
    }
}
