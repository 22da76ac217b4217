package io.kafscale.config;

import io.kafscale.processor.BatchLimits;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.segment.TopicPartition;
import java.time.Duration;

/** What keys of a file have to do with each other. */
final class FileChecks {

    /** The group of files written for the Go processors, which name none. */
    static final String GROUP_OF_GO_FILES = "processors";

    private final Values file;
    private final Problems problems;

    FileChecks(Values file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    void check() {
        group();
        segments();
        offsets();
        intervals();
        deadLetters();
        ProcessorBuilder trial = ProcessorBuilder.create(GROUP_OF_GO_FILES);
        FileKeys.TUNE.forEach(setting -> setting.apply(trial, file, problems));
        FileKeys.BATCHES.over(BatchLimits.DEFAULT, file, problems);
    }

    private void intervals() {
        Duration ttl = file.find(FileKeys.LEASE_TTL);
        Duration commit = file.find(FileKeys.COMMIT_INTERVAL);
        if (commit != null && commit.compareTo(ttl == null ? ProcessorBuilder.DEFAULT_LEASE_TTL : ttl) >= 0) {
            problems.add(
                    file.position(FileKeys.COMMIT_INTERVAL),
                    "offsets.commit_interval_seconds must be shorter than offsets.lease_ttl_seconds, or a lost worker"
                            + " repeats more than one lease's work; lower the one or raise the other");
        }
        Duration poll = file.find(FileKeys.POLL_INTERVAL);
        Duration longest = file.find(FileKeys.MAX_POLL_INTERVAL);
        if (poll != null && longest != null && longest.compareTo(poll) < 0) {
            problems.add(
                    file.position(FileKeys.MAX_POLL_INTERVAL),
                    "processor.max_poll_interval_seconds is shorter than processor.poll_interval_seconds; raise the one or"
                            + " lower the other");
        }
    }

    private void deadLetters() {
        String prefix = file.find(FileKeys.DEAD_LETTER_PREFIX);
        if (prefix == null) {
            return;
        }
        Position at = file.position(FileKeys.DEAD_LETTER_PREFIX);
        if (file.has(FileKeys.DEAD_LETTER_DIRECTORY)) {
            problems.add(at, "dead_letters.directory and dead_letters.prefix both say where dead letters go; keep one");
        }
        if (file.lacks(FileKeys.BUCKET)) {
            problems.add(
                    at,
                    "dead_letters.prefix is one in the bucket of the segments, and s3.bucket is missing; say"
                            + " dead_letters.directory instead");
        }
        if (prefix.startsWith("/") || prefix.endsWith("/")) {
            problems.add(at, "dead_letters.prefix is \"" + prefix + "\", but it may not begin or end with '/'");
        }
        String namespace = file.find(FileKeys.NAMESPACE);
        if (namespace != null && (namespace.isEmpty() || (prefix + "/").startsWith(namespace + "/"))) {
            problems.add(
                    at,
                    "dead_letters.prefix lies in the brokers' namespace, where it would look like a topic; choose one"
                            + " outside, or say dead_letters.directory");
        }
    }

    /** Only under a prefix in etcd does a file without a group find its own. */
    private void group() {
        String group = file.find(FileKeys.GROUP);
        if (file.lacks(FileKeys.GROUP) && file.get(FileKeys.BACKEND) != Backend.ETCD) {
            problems.add(
                    Position.START,
                    "group is missing: two applications without one would each get half the data; give this one a name");
        } else if (group != null && !TopicPartition.isLegalTopic(group)) {
            problems.add(
                    file.position(FileKeys.GROUP),
                    "group is \"" + group + "\", but it takes 1 to 249 of a-z, A-Z, 0-9, '.', '_' and '-'");
        }
    }

    private void segments() {
        boolean inS3 = file.has(FileKeys.BUCKET);
        boolean inDirectory = file.has(FileKeys.DIRECTORY);
        if (inS3 && inDirectory) {
            problems.add(
                    file.position(FileKeys.DIRECTORY),
                    "segments.directory and s3.bucket both say where the segments are; keep one");
        } else if (inS3 && file.lacks(FileKeys.NAMESPACE)) {
            problems.add(
                    file.position(FileKeys.BUCKET),
                    "s3.namespace is missing: say namespace: default, under which brokers write unless they were told"
                            + " otherwise, or theirs; \"\" when the topics lie at the bucket's root");
        } else if (inDirectory && file.lacks(FileKeys.DIRECTORY_NAMESPACE)) {
            problems.add(
                    file.position(FileKeys.DIRECTORY),
                    "segments.namespace is missing: say which directory in it holds the topics");
        } else if (file.lacks(FileKeys.BUCKET) && file.lacks(FileKeys.DIRECTORY)) {
            problems.add(
                    Position.START,
                    "s3.bucket is missing: say which bucket the brokers write to, or name a directory as"
                            + " segments.directory");
        }
    }

    private void offsets() {
        Backend backend = file.get(FileKeys.BACKEND);
        if (backend == Backend.JDBC && file.lacks(FileKeys.JDBC_URL)) {
            problems.add(
                    file.position(FileKeys.BACKEND),
                    "jdbc.url is missing: say which database keeps the offsets, as in jdbc:postgresql://host/db");
        }
        if (backend == Backend.S3 && file.lacks(FileKeys.BUCKET) && file.lacks(FileKeys.OFFSETS_BUCKET)) {
            problems.add(
                    file.position(FileKeys.BACKEND), "offsets.bucket is missing: say which bucket keeps the offsets");
        }
        String prefix = file.find(FileKeys.KEY_PREFIX);
        if (prefix != null && (prefix.startsWith("/") || prefix.endsWith("/"))) {
            problems.add(
                    file.position(FileKeys.KEY_PREFIX),
                    "offsets.key_prefix is \"" + prefix + "\", but it may not begin or end with '/'");
        }
        bothOrNone(FileKeys.ETCD_USERNAME, FileKeys.ETCD_PASSWORD, "to sign in");
        bothOrNone(FileKeys.ETCD_CERTIFICATE, FileKeys.ETCD_KEY, "to show a certificate");
    }

    private void bothOrNone(Option<String> one, Option<String> other, String purpose) {
        if (file.lacks(one) != file.lacks(other)) {
            problems.add(
                    file.position(file.has(one) ? one : other),
                    one + " and " + other + " are both needed " + purpose + "; say both");
        }
    }
}
