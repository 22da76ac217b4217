package io.kafscale.cli;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Lease;
import io.kafscale.processor.GroupDescription;
import io.kafscale.segment.TopicPartition;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Groups as people or programs like to read them. */
final class GroupPrinter {

    private static final String NONE = "-";

    private GroupPrinter() {}

    /** A row for each group. */
    static String groups(List<GroupDescription> groups, RecordFormat format) {
        Table table = new Table("GROUP", ">MEMBERS", ">PARTITIONS", ">OWNED", ">LAG");
        StringBuilder lines = new StringBuilder();
        for (GroupDescription group : groups) {
            int members = group.members().size();
            int partitions = group.partitions().size();
            long owned = group.partitions().values().stream()
                    .filter(partition -> partition.owner() != null)
                    .count();
            long lag = group.partitions().values().stream()
                    .mapToLong(partition -> partition.lag().orElse(0))
                    .sum();
            table.row(
                    Shown.line(group.group()),
                    Shown.number(members),
                    Shown.number(partitions),
                    Shown.number(owned),
                    Shown.number(lag));
            lines.append("{\"group\":").append(quoted(group.group()));
            lines.append(",\"members\":")
                    .append(members)
                    .append(",\"partitions\":")
                    .append(partitions);
            lines.append(",\"owned\":")
                    .append(owned)
                    .append(",\"lag\":")
                    .append(lag)
                    .append("}\n");
        }
        return format == RecordFormat.TEXT ? table.toString() : lines.toString();
    }

    /** A row for each partition of one group. */
    static String partitions(GroupDescription group, RecordFormat format) {
        Table table = new Table("TOPIC", ">PARTITION", ">COMMITTED", ">END", ">LAG", ">EPOCH", "OWNER");
        StringBuilder lines = new StringBuilder();
        group.partitions().forEach((name, partition) -> {
            @Nullable Checkpoint checkpoint = partition.checkpoint();
            @Nullable Lease owner = partition.owner();
            OptionalLong lag = partition.lag();
            table.row(
                    name.topic(),
                    Integer.toString(name.partition()),
                    checkpoint == null ? NONE : Shown.number(checkpoint.nextOffset()),
                    Shown.number(partition.end()),
                    lag.isEmpty() ? NONE : Shown.number(lag.getAsLong()),
                    checkpoint == null ? NONE : Long.toString(checkpoint.epoch()),
                    owner == null ? NONE : Shown.line(owner.memberId()));
            lines.append(beginning(group.group(), name));
            lines.append(",\"committed\":").append(checkpoint == null ? "null" : checkpoint.nextOffset());
            lines.append(",\"end\":").append(partition.end());
            lines.append(",\"lag\":").append(lag.isEmpty() ? "null" : lag.getAsLong());
            lines.append(",\"epoch\":").append(checkpoint == null ? "null" : checkpoint.epoch());
            lines.append(",\"owner\":")
                    .append(owner == null ? "null" : quoted(owner.memberId()))
                    .append("}\n");
        });
        return format == RecordFormat.TEXT ? table.toString() : lines.toString();
    }

    private static String beginning(String group, TopicPartition partition) {
        // A topic's legal name has nothing to escape.
        return "{\"group\":" + quoted(group) + ",\"topic\":\"" + partition.topic() + "\",\"partition\":"
                + partition.partition();
    }

    /** As a string of JSON, and nothing in it that steers a terminal. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7f) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
