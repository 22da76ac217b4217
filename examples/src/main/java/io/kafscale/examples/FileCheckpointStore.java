package io.kafscale.examples;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupInUseException;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupState;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.SessionExpiredException;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Leases and offsets in one file, for a few processors on one machine, and to show how a store is written (the package
 * documentation of {@code io.kafscale.checkpoint} has the rules). Words are set apart by spaces:
 *
 * <pre>
 *   token=8                                                          the last one given out
 *   member/orders-app/4f1c…=17 30000000000 2147483647 .*             heartbeats, TTL, subscription
 *   left/orders-app/4f1d…=3 30000000000                              it left, and what it owns ends with its TTL
 *   lease/orders-app/orders/0=8 4f1c…                                token, owner
 *   checkpoint/orders-app/orders/0=8 next_offset=42 list_from=40 …   the token it was committed under, figures
 * </pre>
 */
public final class FileCheckpointStore implements CheckpointStore {

    /** How many heartbeats of a member were seen last, and since when it is that many. */
    private record Seen(String heartbeats, long since) {}

    private final LockedProperties file;
    private final LongSupplier nanoTime;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();

    /** A store in this directory, which is created when it is not there; members age by {@code nanoTime}. */
    public FileCheckpointStore(Path directory, LongSupplier nanoTime) {
        this.file = new LockedProperties(directory);
        this.nanoTime = nanoTime;
    }

    private <T> T alone(LockedProperties.Step<T> step) throws IOException {
        return file.alone(content -> {
            content.stringPropertyNames().stream()
                    .filter(key -> key.startsWith("member/") || key.startsWith("left/"))
                    .forEach(key -> buryIfDead(key, content));
            return step.apply(content);
        });
    }

    private <T> T answer(LockedProperties.Step<T> step, Function<IOException, T> unknown) {
        try {
            return alone(step);
        } catch (IOException e) {
            return unknown.apply(e);
        }
    }

    /** Dead is whose heartbeats stay as many for its TTL, by this process's own clock: no two clocks are ever compared. */
    private void buryIfDead(String key, Properties content) {
        String[] member = content.getProperty(key).split(" ", -1);
        Seen now = new Seen(member[0], nanoTime.getAsLong());
        Seen last = seen.merge(key, now, (a, b) -> a.heartbeats().equals(b.heartbeats()) ? a : b);
        if (now.since() - last.since() >= Long.parseLong(member[1])) {
            String id = key.substring(key.lastIndexOf('/') + 1);
            content.entrySet()
                    .removeIf(entry -> entry.getKey().toString().startsWith("lease/")
                            && entry.getValue().toString().endsWith(" " + id));
            content.remove(key);
            seen.remove(key);
        }
    }

    @Override
    public GroupSession join(String group, Subscription subscription, Duration ttl) throws IOException {
        Session session = new Session(group, subscription, ttl);
        return alone(content -> {
            content.setProperty(session.key, "0 " + session.terms);
            return session;
        });
    }

    @Override
    public SortedSet<String> groups() throws IOException {
        return alone(content -> content.stringPropertyNames().stream()
                .filter(key -> key.contains("/"))
                .map(key -> key.split("/", -1)[1])
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Override
    public GroupState inspect(String group) throws IOException {
        return alone(content -> state(content, group));
    }

    private static GroupState state(Properties content, String group) {
        Map<String, Subscription> members = new HashMap<>();
        Map<TopicPartition, Lease> owners = new HashMap<>();
        Map<TopicPartition, Checkpoint> checkpoints = new HashMap<>();
        content.forEach((key, value) -> {
            String[] name = key.toString().split("/", -1);
            String[] words = value.toString().split(" ", 4);
            if (name[0].equals("member") && name[1].equals(group)) {
                members.put(name[2], new Subscription(words[3], Integer.parseInt(words[2])));
            } else if (name.length == 4 && name[1].equals(group)) {
                TopicPartition partition = new TopicPartition(name[2], Integer.parseInt(name[3]));
                if (name[0].equals("lease")) {
                    owners.put(partition, new Lease(partition, words[1], Long.parseLong(words[0])));
                } else {
                    checkpoints.put(partition, checkpoint(value.toString()));
                }
            }
        });
        return new GroupState(new GroupView(members, owners), checkpoints);
    }

    private static Checkpoint checkpoint(String value) {
        return Checkpoint.ofFigures(Arrays.stream(value.split(" ", -1))
                .skip(1)
                .map(figure -> figure.split("=", -1))
                .collect(Collectors.toMap(figure -> figure[0], figure -> Long.valueOf(figure[1]))));
    }

    @Override
    public void delete(String group) throws IOException {
        alone(content -> {
            GroupView view = state(content, group).view();
            if (!view.members().isEmpty() || !view.owners().isEmpty()) {
                throw new GroupInUseException(group + " in " + describe() + " is in use; close its processors first");
            }
            return content.keySet().removeIf(key -> key.toString().matches("[a-z]+/" + Pattern.quote(group) + "/.*"));
        });
    }

    @Override
    public String describe() {
        return file.toString();
    }

    @Override
    public void close() {}

    private final class Session implements GroupSession {
        private final String group;
        private final String memberId = UUID.randomUUID().toString();
        private final String key;
        private final String terms;
        /** To give back once more what was given back is no failure. */
        private final Set<Lease> released = ConcurrentHashMap.newKeySet();

        Session(String group, Subscription subscription, Duration ttl) {
            if (group.isEmpty() || group.contains("/") || ttl.toNanos() <= 0) {
                throw new IllegalArgumentException("a group has a name without '/', and a TTL is above 0");
            }
            this.group = group;
            this.key = "member/" + group + "/" + memberId;
            this.terms = ttl.toNanos() + " " + subscription.maxPartitions() + " " + subscription.topics();
        }

        private String key(String kind, TopicPartition partition) {
            return kind + "/" + group + "/" + partition.topic() + "/" + partition.partition();
        }

        /** Fails when it is dead: then there are none. */
        private long countHeartbeats(Properties content) throws SessionExpiredException {
            String found = content.getProperty(key);
            if (found == null) {
                throw new SessionExpiredException(memberId + " has left, or was silent for too long: join again");
            }
            return Long.parseLong(found.split(" ", 2)[0]);
        }

        @Override
        public String memberId() {
            return memberId;
        }

        @Override
        public GroupView heartbeat() throws IOException {
            return alone(content -> {
                content.setProperty(key, 1 + countHeartbeats(content) + " " + terms);
                return state(content, group).view();
            });
        }

        @Override
        public Acquisition acquire(TopicPartition partition) {
            return answer(content -> acquire(content, partition), Acquisition.Unknown::new);
        }

        private Acquisition acquire(Properties content, TopicPartition partition) throws SessionExpiredException {
            countHeartbeats(content);
            String leaseKey = key("lease", partition);
            if (!content.containsKey(leaseKey)) {
                long token = 1 + Long.parseLong(content.getProperty("token", "0"));
                content.setProperty("token", Long.toString(token));
                content.setProperty(leaseKey, token + " " + memberId);
            }
            String[] lease = content.getProperty(leaseKey).split(" ", -1);
            if (!lease[1].equals(memberId)) {
                return new Acquisition.Held(lease[1]);
            }
            String found = content.getProperty(key("checkpoint", partition));
            return new Acquisition.Acquired(
                    new Lease(partition, memberId, Long.parseLong(lease[0])), found == null ? null : checkpoint(found));
        }

        @Override
        public List<Outcome> commit(List<Commit> commits) {
            return answer(
                    content -> commits.stream()
                            .map(commit -> commit(content, commit))
                            .toList(),
                    cause -> Collections.nCopies(commits.size(), new Outcome.Unknown(cause)));
        }

        private Outcome commit(Properties content, Commit commit) {
            Lease lease = commit.lease();
            String checkpointKey = key("checkpoint", lease.partition());
            if (!holds(content, lease)) {
                return new Outcome.Fenced(content.getProperty(key("lease", lease.partition()), "no lease"));
            }
            String before = content.getProperty(checkpointKey, "");
            // What another lease committed holds nothing back: a new epoch may begin anywhere.
            if (!before.startsWith(lease.token() + " ") || !commit.checkpoint().isBefore(checkpoint(before))) {
                String figures = commit.checkpoint().figures().toString().replaceAll("[{},]", "");
                content.setProperty(checkpointKey, lease.token() + " " + figures);
            }
            return new Outcome.Applied();
        }

        private boolean holds(Properties content, Lease lease) {
            return lease.memberId().equals(memberId)
                    && (lease.token() + " " + memberId).equals(content.getProperty(key("lease", lease.partition())));
        }

        @Override
        public Outcome release(Lease lease) {
            return answer(
                    content -> {
                        if (holds(content, lease) && released.add(lease)) {
                            content.remove(key("lease", lease.partition()));
                        }
                        Outcome fenced = new Outcome.Fenced("not its lease");
                        return released.contains(lease) ? new Outcome.Applied() : fenced;
                    },
                    Outcome.Unknown::new);
        }

        @Override
        public void leave() throws IOException {
            alone(content -> {
                Object found = content.remove(key);
                return found != null && content.put(key.replaceFirst("member", "left"), found) == null;
            });
        }
    }
}
