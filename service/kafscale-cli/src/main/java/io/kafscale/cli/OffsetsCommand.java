package io.kafscale.cli;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.GroupInUseException;
import io.kafscale.config.KafscaleConfig;
import io.kafscale.config.OpenedOffsets;
import io.kafscale.processor.CheckpointAdmin;
import io.kafscale.processor.GroupDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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

    @Parameters(arity = "0..1", paramLabel = "LOCATION", description = LocationArguments.DESCRIPTION)
    private @Nullable String location;

    @Mixin
    private final S3Arguments s3 = new S3Arguments();

    @Mixin
    private final CheckpointArguments checkpoints = new CheckpointArguments();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration of kafscale run instead: its segments, its offsets, its group.")
    private @Nullable Path config;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "The partitions of this group; without it, the group of --config, or all groups there are.")
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
        try {
            return config == null ? ofPlaces(wishes) : ofConfig(config, wishes);
        } finally {
            out.flush();
        }
    }

    private int ofPlaces(List<ResetArgument> wishes) throws IOException {
        if (location == null || !checkpoints.areGiven()) {
            throw s3.misused(
                    "say where the segments are (LOCATION) and where the offsets are (--checkpoints), or give the"
                            + " configuration that says both (--config)");
        }
        if (s3.areGiven() && !location.startsWith(S3Arguments.S3) && !checkpoints.isInS3()) {
            throw s3.misused("--endpoint, --region and --path-style are for s3:// only, and neither place is there");
        }
        try (Location opened = s3.open(location);
                CheckpointArguments.Opened store = checkpoints.open(s3)) {
            if (!(opened instanceof Location.Namespace place)) {
                throw s3.misused("offsets takes a namespace, not a single file");
            }
            CheckpointAdmin admin = CheckpointAdmin.of(store.store(), place.store(), place.namespace());
            return administer(admin, group, wishes);
        }
    }

    private int ofConfig(Path file, List<ResetArgument> wishes) throws IOException {
        if (location != null || checkpoints.areGiven() || s3.areGiven()) {
            throw s3.misused(
                    "--config says where segments and offsets are; give either it, or LOCATION, --checkpoints and"
                            + " the options for S3");
        }
        KafscaleConfig read = KafscaleConfig.load(file);
        try (OpenedOffsets opened = read.openOffsets()) {
            return administer(opened.admin(), group == null ? read.group() : group, wishes);
        }
    }

    private int administer(CheckpointAdmin admin, @Nullable String name, List<ResetArgument> wishes)
            throws IOException {
        SortedSet<String> groups = admin.groups();
        if (name == null) {
            return list(admin, groups);
        }
        // Under the Go processors' prefix no group has a name before a worker of ours has joined.
        if (!groups.contains(name) && admin.describe(name).partitions().isEmpty()) {
            throw new IOException(
                    "there is no group \"" + name + "\" in " + admin.describeStore() + "; there are " + groups);
        }
        if (deleteGroup) {
            return delete(admin, name);
        }
        return wishes.isEmpty() ? show(admin, name) : reset(admin, name, wishes);
    }

    private List<ResetArgument> wishes() {
        if (group == null && config == null && (deleteGroup || !resets.isEmpty())) {
            throw s3.misused("--reset and --delete-group need --group, or the --config that names one");
        }
        if (deleteGroup && !resets.isEmpty()) {
            throw s3.misused("--reset and --delete-group exclude each other");
        }
        try {
            return resets.stream().map(ResetArgument::parse).toList();
        } catch (IllegalArgumentException e) {
            throw s3.misused(String.valueOf(e.getMessage()));
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
