package io.kafscale.cli;

import io.kafscale.discovery.Finding;
import io.kafscale.discovery.PartitionCursor;
import io.kafscale.discovery.PartitionReader;
import io.kafscale.segment.RecordCursor;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kafscale dump}: writes records, in the order of their partitions and offsets. */
@Command(
        name = "dump",
        description = "Writes the records that are there now; what is missing or passed over is told on stderr.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = "%nIn text, a * behind a timestamp means that the broker set it, not the producer.")
final class DumpCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final LocationArguments location = new LocationArguments();

    @Option(names = "--topic", paramLabel = "T", description = "Only this topic.")
    private @Nullable String topic;

    @Option(names = "--partition", paramLabel = "P", description = "Only the partition with this number.")
    private @Nullable Integer partition;

    @Option(names = "--from-offset", paramLabel = "N", description = "In each partition, begin with this offset.")
    private long fromOffset;

    @Option(names = "--limit", paramLabel = "N", description = "Write this many records at most, in all.")
    private long limit = Long.MAX_VALUE;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "text for people (the default), or jsonl: one complete JSON object a line.")
    private RecordFormat format = RecordFormat.TEXT;

    @Option(
            names = "--bytes",
            paramLabel = "BYTES",
            description = "How to write keys, values and header values: utf8 (the default), base64 or hex.")
    private BytesFormat bytesFormat = BytesFormat.UTF8;

    DumpCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (topic != null && !TopicPartition.isLegalTopic(topic)) {
            throw location.misused("--topic " + topic + " is not a name that a topic can have");
        }
        if (fromOffset < 0 || limit < 0 || (partition != null && partition < 0)) {
            throw location.misused("--partition, --from-offset and --limit are 0 or more");
        }
        Output out = new Output(terminal.out());
        try (Location opened = location.open()) {
            if (opened instanceof Location.Namespace namespace) {
                dump(namespace, out);
            } else if (opened instanceof Location.SingleFile file) {
                dump(file, out);
            }
        } catch (ClosedPipeException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            out.flush(); // what was read before is worth having
            throw e;
        }
        out.flush();
        return Kafscale.SOUND;
    }

    private void dump(Location.Namespace place, Output out) throws IOException {
        SortedSet<TopicPartition> partitions = place.partitions(found -> (topic == null || topic.equals(found.topic()))
                && (partition == null || partition == found.partition()));
        RecordPrinter printer = printer(
                out,
                partitions.stream().mapToInt(p -> p.toString().length()).max().orElse(0));
        long remaining = limit;
        for (TopicPartition next : partitions) {
            if (remaining == 0) {
                return;
            }
            printer.begin(next);
            PartitionReader reader = PartitionReader.open(place.store(), place.namespace(), next)
                    .from(fromOffset)
                    .grace(Duration.ZERO)
                    .readOptions(Limits.readOptions())
                    .onFinding(this::warn);
            try (PartitionCursor records = reader.cursor()) {
                while (remaining > 0 && records.next()) {
                    printer.print(records);
                    remaining--;
                }
            }
        }
    }

    private void dump(Location.SingleFile file, Output out) throws IOException {
        TopicPartition named = file.partition();
        TopicPartition given = topic == null || partition == null ? null : new TopicPartition(topic, partition);
        boolean otherTopic = named != null && topic != null && !topic.equals(named.topic());
        boolean otherPartition = named != null && partition != null && partition != named.partition();
        if (otherTopic || otherPartition) {
            throw location.misused(file.path() + " is of " + named + ", which --topic and --partition leave out");
        }
        TopicPartition from = named == null ? given : named;
        RecordPrinter printer = printer(out, from == null ? 0 : from.toString().length());
        printer.begin(from);
        SegmentReader segment = SegmentReader.open(file.path().toString(), file.read(), Limits.readOptions());
        if (segment.strayBatches() > 0) {
            terminal.warning(file.path() + " holds " + segment.strayRecords()
                    + " records without a valid offset, which are not shown");
        }
        try (RecordCursor records = segment.cursor(fromOffset, Long.MAX_VALUE)) {
            for (long remaining = limit; remaining > 0 && records.next(); remaining--) {
                printer.print(records);
            }
        }
    }

    private RecordPrinter printer(Output out, int partitionWidth) {
        return format == RecordFormat.JSONL
                ? new JsonRecordPrinter(out, bytesFormat)
                : new TextRecordPrinter(out, bytesFormat, partitionWidth);
    }

    private void warn(Finding finding) {
        terminal.warning(finding.message());
    }
}
