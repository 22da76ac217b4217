package io.kafscale.discovery;

import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Says what is in a namespace, and when that is nothing, where segments were found instead. A wrong name is the usual cause. */
final class NamespaceSurvey {

    /** More names than this would not help a reader; the survey's cost is bound to it. */
    private static final int SHOWN = 10;

    private final ObjectStore store;
    private final SegmentLister lister;
    private final String namespace;

    NamespaceSurvey(ObjectStore store, SegmentLister lister, String namespace) {
        this.store = store;
        this.lister = lister;
        this.namespace = namespace;
    }

    String describe() throws IOException {
        String here = store.describe() + "/" + SegmentKey.prefix(namespace);
        List<String> candidates = List.copyOf(lister.topics());
        SortedSet<String> topics = new TreeSet<>();
        for (TopicPartition partition : lister.partitions(firstOf(candidates))) {
            topics.add(partition.topic());
        }
        if (!topics.isEmpty()) {
            return "under " + here + " are the topics " + String.join(", ", topics)
                    + (candidates.size() > SHOWN ? " and more" : "");
        }
        return "no topics under " + here + "; " + foundInstead();
    }

    private String foundInstead() throws IOException {
        String parent = SegmentKey.prefix(namespace);
        List<String> folders = folders(parent);
        while (folders.isEmpty() && !parent.isEmpty()) {
            parent = parent.substring(0, parent.lastIndexOf('/', parent.length() - 2) + 1);
            folders = folders(parent);
        }
        if (folders.isEmpty()) {
            return "no folders in " + store.describe() + " at all; check that brokers write to this place";
        }
        SortedSet<String> namespaces = new TreeSet<>();
        for (String folder : firstOf(folders)) {
            namespaces.addAll(namespacesIn(folder));
        }
        return namespaces.isEmpty()
                ? "found instead: the folders " + String.join(", ", firstOf(folders)) + ", without segments"
                : "found instead: the namespaces \"" + String.join("\", \"", firstOf(List.copyOf(namespaces))) + "\"";
    }

    private List<String> folders(String prefix) throws IOException {
        return store.list(ListRequest.folders(prefix)).prefixes();
    }

    private Set<String> namespacesIn(String folder) throws IOException {
        Set<String> namespaces = new TreeSet<>();
        for (ObjectEntry object : store.list(ListRequest.of(folder)).objects()) {
            SegmentKey key = SegmentKey.parse(object.key());
            if (key != null) {
                namespaces.add(key.namespace());
            }
        }
        return namespaces;
    }

    private static List<String> firstOf(List<String> names) {
        return new ArrayList<>(names.subList(0, Math.min(SHOWN, names.size())));
    }
}
