package io.kafscale.cli;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.etcd.EtcdCheckpointStore;
import io.kafscale.etcd.EtcdCheckpointStoreBuilder;
import io.kafscale.s3.S3CheckpointStore;
import java.io.IOException;
import java.util.Arrays;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.s3.S3Client;

/** Where the checkpoints are. */
final class CheckpointArguments {

    private static final String ETCD = "etcd://";

    /** An opened store, with what has to be closed beside it. */
    record Opened(CheckpointStore store, Runnable client) implements AutoCloseable {
        @Override
        public void close() {
            store.close();
            client.run();
        }
    }

    @Option(
            names = "--checkpoints",
            paramLabel = "PLACE",
            description = {
                "Where the groups' checkpoints are: etcd://host:2379 (more hosts behind commas; /prefix behind them when"
                        + " the group has a key prefix of its own, such as /processors), or s3://bucket or"
                        + " s3://bucket/prefix (reached as --endpoint, --region and --path-style say). For a database, or"
                        + " an etcd with users or certificates, give --config instead."
            })
    private String place = "";

    boolean areGiven() {
        return !place.isEmpty();
    }

    /** Whether the options for S3 are for this. */
    boolean isInS3() {
        return place.startsWith(S3Arguments.S3);
    }

    /** Opens it. Nothing is connected to yet. */
    Opened open(S3Arguments s3) throws IOException {
        if (place.startsWith(ETCD)) {
            String[] hostsAndPrefix = place.substring(ETCD.length()).split("/", 2);
            String[] endpoints = Arrays.stream(hostsAndPrefix[0].split(",", -1))
                    .map(host -> "http://" + host)
                    .toArray(String[]::new);
            try {
                EtcdCheckpointStoreBuilder etcd =
                        EtcdCheckpointStore.builder(endpoints[0], Arrays.copyOfRange(endpoints, 1, endpoints.length));
                if (hostsAndPrefix.length == 2 && !hostsAndPrefix[1].isEmpty()) {
                    etcd.keyPrefix(hostsAndPrefix[1]);
                }
                return new Opened(etcd.build(), () -> {});
            } catch (IllegalArgumentException e) {
                throw s3.misused(
                        "--checkpoints " + place + " is not of the form etcd://host:2379/prefix: " + e.getMessage());
            }
        }
        if (isInS3()) {
            String[] bucketAndPrefix = place.substring(S3Arguments.S3.length()).split("/", 2);
            if (!bucketAndPrefix[0].isEmpty()) {
                S3Client client = s3.connect();
                String prefix = bucketAndPrefix.length < 2 || bucketAndPrefix[1].isEmpty()
                        ? S3CheckpointStore.DEFAULT_PREFIX
                        : bucketAndPrefix[1];
                return new Opened(S3CheckpointStore.create(client, bucketAndPrefix[0], prefix), client::close);
            }
        }
        throw s3.misused("--checkpoints " + place
                + " is not known; give it as etcd://host:2379, etcd://host:2379/prefix or s3://bucket/prefix, or give the"
                + " processor's configuration with --config");
    }
}
