package io.kafscale.cli;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.GroupInUseException;
import io.kafscale.processor.CheckpointAdmin;
import io.kafscale.processor.GroupDescription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kafscale offsets}: how far groups have come, and having them go on elsewhere. */
@Command(
        name = "offsets",
        description = "Shows how far groups have come with their partitions, moves them, and deletes groups.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "COMMITTED is the next offset to be processed, END the offset after the last one in the log. Only what no"
                    + " worker holds is moved, and only groups without workers are deleted; else the exit code is 1."
        })
final class OffsetsCommand implements Callable<Integer> {

    private static final String HINT = "nothing was changed; --yes does it\n";

    private final Terminal terminal;
    private final Output out;

    @Mixin
    private final LocationArguments location = new LocationArguments();

    @Mixin
    private final CheckpointArguments checkpoints = new CheckpointArguments();

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "The partitions of this group; all groups without it.")
    private @Nullable String group;

    @Option(
            names = "--reset",
            paramLabel = "T:P=POSITION",
            description = {
                "Have the group go on elsewhere in partition P of topic T: at earliest, latest, an offset, or a time such"
                        + " as 2026-01-31T08:00:00Z. May be given several times."
            })
    private List<String> resets = new ArrayList<>();

    @Option(names = "--delete-group", description = "Forget the group and its checkpoints, for good.")
    private boolean deleteGroup;

    @Option(
            names = "--yes",
            description = "Do it. Without this --reset and --delete-group only say what they would do.")
    private boolean yes;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "text for people (the default), or jsonl: one JSON object a line.")
    private RecordFormat format = RecordFormat.TEXT;

    OffsetsCommand(Terminal terminal) {
        this.terminal = terminal;
        this.out = new Output(terminal.out());
    }

    @Override
    public Integer call() throws IOException {
        List<ResetArgument> wishes = wishes();
        try (Location opened = location.open(checkpoints.isInS3());
                CheckpointArguments.Opened store = checkpoints.open(location)) {
            if (!(opened instanceof Location.Namespace place)) {
                throw location.misused("offsets takes a namespace, not a single file");
            }
            CheckpointAdmin admin = CheckpointAdmin.of(store.store(), place.store(), place.namespace());
            SortedSet<String> groups = admin.groups();
            if (group == null) {
                return list(admin, groups);
            }
            if (!groups.contains(group)) {
                throw new IOException("there is no group \"" + group + "\" in "
                        + store.store().describe() + "; there are " + groups);
            }
            if (deleteGroup) {
                return delete(admin, group);
            }
            return wishes.isEmpty() ? show(admin, group) : reset(admin, group, wishes);
        } finally {
            out.flush();
        }
    }

    private List<ResetArgument> wishes() {
        if (group == null && (deleteGroup || !resets.isEmpty())) {
            throw location.misused("--reset and --delete-group need --group");
        }
        if (deleteGroup && !resets.isEmpty()) {
            throw location.misused("--reset and --delete-group exclude each other");
        }
        try {
            return resets.stream().map(ResetArgument::parse).toList();
        } catch (IllegalArgumentException e) {
            throw location.misused(String.valueOf(e.getMessage()));
        }
    }

    private int list(CheckpointAdmin admin, SortedSet<String> groups) throws IOException {
        List<GroupDescription> described = new ArrayList<>();
        for (String name : groups) {
            described.add(admin.describe(name));
        }
        out.write(GroupPrinter.groups(described, format));
        return Kafscale.SOUND;
    }

    private int show(CheckpointAdmin admin, String name) throws IOException {
        out.write(GroupPrinter.partitions(admin.describe(name), format));
        return Kafscale.SOUND;
    }

    private int reset(CheckpointAdmin admin, String name, List<ResetArgument> wishes) throws IOException {
        GroupDescription description = admin.describe(name);
        int exitCode = Kafscale.SOUND;
        for (ResetArgument wish : wishes) {
            GroupDescription.@Nullable Partition now = description.partitions().get(wish.partition());
            try {
                if (yes) {
                    Checkpoint moved = admin.reset(name, wish.partition(), wish.position());
                    out.write(wish.partition() + ": " + committed(now) + " -> " + moved.nextOffset() + "\n");
                } else {
                    long offset = admin.resolve(wish.partition(), wish.position());
                    out.write(wish.partition() + ": would move " + committed(now) + " -> " + offset + held(now) + "\n");
                }
            } catch (GroupInUseException | IllegalArgumentException e) {
                terminal.error(String.valueOf(e.getMessage()));
                exitCode = Kafscale.REFUSED;
            }
        }
        if (!yes) {
            out.write(HINT);
        }
        return exitCode;
    }

    private static String committed(GroupDescription.@Nullable Partition partition) {
        Checkpoint checkpoint = partition == null ? null : partition.checkpoint();
        return checkpoint == null ? "nothing" : Long.toString(checkpoint.nextOffset());
    }

    private static String held(GroupDescription.@Nullable Partition partition) {
        return partition == null || partition.owner() == null
                ? ""
                : ", but " + Shown.line(partition.owner().memberId()) + " holds it";
    }

    private int delete(CheckpointAdmin admin, String name) throws IOException {
        if (yes) {
            admin.delete(name);
            out.write("deleted group " + Shown.line(name) + "\n");
        } else {
            GroupDescription description = admin.describe(name);
            out.write("would delete group " + Shown.line(name) + " with "
                    + description.partitions().size() + " checkpoints"
                    + (description.members().isEmpty() ? "" : ", but it has members: it would be refused") + "\n"
                    + HINT);
        }
        return Kafscale.SOUND;
    }
}
