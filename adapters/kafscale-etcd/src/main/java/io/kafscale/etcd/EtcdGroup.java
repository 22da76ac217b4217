package io.kafscale.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.GroupInUseException;
import io.kafscale.checkpoint.GroupState;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What stands under the keys of one group, read at one revision. */
record EtcdGroup(EtcdClient etcd, EtcdKeys keys) {

    private static final GetOption ALL_BELOW =
            GetOption.builder().isPrefix(true).build();

    /** Makes the prefix this group's: two applications under one prefix would each get half of the data. */
    void claim(String group) throws IOException {
        TxnResponse response = etcd.call(
                "joining group \"" + group + "\"",
                client -> client.getKVClient()
                        .txn()
                        .If(new Cmp(keys.group(), Cmp.Op.EQUAL, CmpTarget.version(0)))
                        .Then(Op.put(keys.group(), ByteSequence.from(group, UTF_8), PutOption.DEFAULT))
                        .Else(Op.get(keys.group(), GetOption.DEFAULT))
                        .commit());
        if (!response.isSucceeded()) {
            KeyValue found = response.getGetResponses().get(0).getKvs().get(0);
            String owner = found.getValue().toString(UTF_8);
            if (!owner.equals(group)) {
                throw new IOException("\"" + group + "\" cannot join at prefix " + keys.prefix() + " in " + etcd.name()
                        + ": group \"" + owner + "\" lives there. Choose another key prefix, or the same group name;"
                        + " to give the prefix to another group for good, delete key "
                        + keys.group().toString(UTF_8));
            }
        }
    }

    /** The name of the group that lives here, or null when none said it: Go processors do not. */
    @Nullable
    String name() throws IOException {
        List<KeyValue> found = etcd.call(
                        "looking who lives at prefix " + keys.prefix(),
                        client -> client.getKVClient().get(keys.group()))
                .getKvs();
        return found.isEmpty() ? null : found.get(0).getValue().toString(UTF_8);
    }

    /** Members and leases. One request. */
    GroupView view() throws IOException {
        List<GetResponse> found = read("reading who owns what", keys.members(), keys.leases());
        return view(found.get(0), found.get(1));
    }

    /** One request. */
    GroupState state() throws IOException {
        List<GetResponse> found = read("reading the checkpoints", keys.members(), keys.leases(), keys.offsets());
        Map<TopicPartition, Checkpoint> checkpoints = new HashMap<>();
        for (KeyValue offset : found.get(2).getKvs()) {
            TopicPartition partition = keys.partitionOf(offset.getKey(), keys.offsets());
            if (partition != null) {
                checkpoints.put(partition, OffsetValue.of(offset).checkpoint());
            }
        }
        return new GroupState(view(found.get(0), found.get(1)), checkpoints);
    }

    /** All but the leases, of which there must be none. */
    void delete(String group) throws IOException {
        GroupView view = view();
        if (!view.members().isEmpty() || !view.owners().isEmpty()) {
            throw new GroupInUseException("group \"" + group + "\" in " + etcd.name() + " has "
                    + view.members().size() + " members and " + view.owners().size()
                    + " owned partitions; close its processors before deleting it");
        }
        DeleteOption allBelow = DeleteOption.builder().isPrefix(true).build();
        etcd.call(
                "deleting group \"" + group + "\"",
                client -> client.getKVClient()
                        .txn()
                        .Then(
                                Op.delete(keys.offsets(), allBelow),
                                Op.delete(keys.watermarks(), allBelow),
                                Op.delete(keys.group(), DeleteOption.DEFAULT))
                        .commit());
    }

    /** The groups that live right under {@code root}: one request for each, since other keys are jumped over. */
    static SortedSet<String> groups(EtcdClient etcd, String root) throws IOException {
        SortedSet<String> groups = new TreeSet<>();
        ByteSequence end = ByteSequence.from(root + "0", UTF_8); // '0' follows '/'
        String from = root + "/";
        while (true) {
            ByteSequence start = ByteSequence.from(from, UTF_8);
            GetOption next = GetOption.builder()
                    .withRange(end)
                    .withLimit(1)
                    .withKeysOnly(true)
                    .build();
            List<KeyValue> found = etcd.call(
                            "looking for groups under " + root,
                            client -> client.getKVClient().get(start, next))
                    .getKvs();
            if (found.isEmpty()) {
                return groups;
            }
            String path = found.get(0).getKey().toString(UTF_8).substring(root.length() + 1);
            int slash = path.indexOf('/');
            if (slash > 0) {
                groups.add(path.substring(0, slash));
            }
            from = root + "/" + (slash < 0 ? path + "\0" : path.substring(0, slash) + "0");
        }
    }

    private List<GetResponse> read(String purpose, ByteSequence... prefixes) throws IOException {
        Op[] reads = new Op[prefixes.length];
        for (int i = 0; i < prefixes.length; i++) {
            reads[i] = Op.get(prefixes[i], ALL_BELOW);
        }
        TxnResponse response = etcd.call(
                purpose + " under " + keys.prefix(),
                client -> client.getKVClient().txn().Then(reads).commit());
        return response.getGetResponses();
    }

    private GroupView view(GetResponse memberKeys, GetResponse leaseKeys) {
        Map<String, Subscription> members = new HashMap<>();
        for (KeyValue member : memberKeys.getKvs()) {
            String id = member.getKey()
                    .toString(UTF_8)
                    .substring(keys.members().toString(UTF_8).length());
            members.put(id, MemberValue.subscription(member));
        }
        Map<TopicPartition, Lease> owners = new HashMap<>();
        for (KeyValue lease : leaseKeys.getKvs()) {
            TopicPartition partition = keys.partitionOf(lease.getKey(), keys.leases());
            if (partition != null) {
                owners.put(partition, new Lease(partition, LeaseValue.owner(lease), lease.getModRevision()));
            }
        }
        return new GroupView(members, owners);
    }
}
