package io.kafscale.config;

import com.zaxxer.hikari.HikariDataSource;
import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.FileObjectStore;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.discovery.TopicCatalog;
import io.kafscale.etcd.EtcdBuilder;
import io.kafscale.etcd.EtcdCheckpointStore;
import io.kafscale.etcd.EtcdCheckpointStoreBuilder;
import io.kafscale.etcd.EtcdTopicCatalog;
import io.kafscale.jdbc.JdbcCheckpointStore;
import io.kafscale.processor.DeadLetterSink;
import io.kafscale.processor.DiscoveryMode;
import io.kafscale.processor.FileDeadLetterSink;
import io.kafscale.s3.S3CheckpointStore;
import io.kafscale.s3.S3DeadLetterSink;
import io.kafscale.s3.S3ObjectStore;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/** Opens the stores that a file names. What they need beside is closed with the resources. */
final class Stores {

    /** The etcd that etcd's own tools take when told of none. */
    private static final List<String> LOCAL_ETCD = List.of("http://localhost:2379");

    private static final String PREFIX_OF_GO_FILES = "processors";

    private final KafscaleConfig config;
    private final Values values;
    private final Resources resources;
    private @Nullable S3Client s3;

    Stores(KafscaleConfig config, Resources resources) {
        this.config = config;
        this.values = config.values();
        this.resources = resources;
    }

    ObjectStore segments() throws IOException {
        String directory = values.find(FileKeys.DIRECTORY);
        if (directory == null) {
            return S3ObjectStore.create(s3(), values.get(FileKeys.BUCKET));
        }
        try {
            return FileObjectStore.open(Path.of(directory));
        } catch (InvalidPathException | IOException e) {
            throw config.problem(
                    values.position(FileKeys.DIRECTORY),
                    "segments.directory cannot be opened: there is no directory " + directory);
        }
    }

    String namespace() {
        return values.get(values.has(FileKeys.DIRECTORY) ? FileKeys.DIRECTORY_NAMESPACE : FileKeys.NAMESPACE);
    }

    CheckpointStore checkpoints() throws IOException {
        return switch (values.get(FileKeys.BACKEND)) {
            case ETCD -> etcdCheckpoints();
            case S3 -> s3Checkpoints();
            case JDBC -> JdbcCheckpointStore.create(resources.add(dataSource()));
            case MEMORY -> new InMemoryCheckpointStore();
        };
    }

    /** The brokers' etcd, or null when it is not named, or not to be asked. */
    @Nullable
    TopicCatalog catalog() throws IOException {
        DiscoveryMode mode = values.get(FileKeys.DISCOVERY_MODE);
        List<String> endpoints = config.etcdEndpoints();
        if (mode == DiscoveryMode.S3 || (mode == DiscoveryMode.AUTO && endpoints == null)) {
            return null;
        }
        String[] all = endpoints(endpoints);
        return etcd(() -> secured(EtcdTopicCatalog.builder(all[0], rest(all))).build());
    }

    /** Where records go that are given up, or null when there is no such place. A directory is made. */
    @Nullable
    DeadLetterSink deadLetters() throws IOException {
        String prefix = values.find(FileKeys.DEAD_LETTER_PREFIX);
        if (prefix != null) {
            return S3DeadLetterSink.create(s3(), values.get(FileKeys.BUCKET), prefix);
        }
        Path directory = deadLetterDirectory();
        return directory == null ? null : FileDeadLetterSink.in(directory);
    }

    /** What a person would call that place, or null. */
    @Nullable
    String placeOfDeadLetters() {
        String prefix = values.find(FileKeys.DEAD_LETTER_PREFIX);
        return prefix == null
                ? values.find(FileKeys.DEAD_LETTER_DIRECTORY)
                : "s3://" + values.get(FileKeys.BUCKET) + "/" + prefix;
    }

    /** Whether they can go there, as far as that shows without writing one. */
    String checkDeadLetters() throws IOException {
        Path directory = deadLetterDirectory();
        return directory == null
                ? "in the segments' bucket; whether they may be written there only the first one shows"
                : Directories.checkWritable(directory);
    }

    private @Nullable Path deadLetterDirectory() throws ConfigException {
        String directory = values.find(FileKeys.DEAD_LETTER_DIRECTORY);
        try {
            return directory == null ? null : Path.of(directory);
        } catch (InvalidPathException e) {
            throw config.problem(
                    values.position(FileKeys.DEAD_LETTER_DIRECTORY), "dead_letters.directory is not the name of one");
        }
    }

    private CheckpointStore etcdCheckpoints() throws IOException {
        String[] all = endpoints(config.etcdEndpoints());
        return etcd(() -> {
            EtcdCheckpointStoreBuilder builder = secured(EtcdCheckpointStore.builder(all[0], rest(all)));
            String prefix = values.find(FileKeys.KEY_PREFIX);
            if (prefix != null || !values.has(FileKeys.GROUP)) {
                builder.keyPrefix(prefix == null ? PREFIX_OF_GO_FILES : prefix);
            }
            return builder.build();
        });
    }

    /** What is opened, or what is wrong with the section {@code etcd} of the file. */
    private <T> T etcd(Supplier<T> opened) throws ConfigException {
        try {
            return opened.get();
        } catch (IllegalArgumentException e) {
            throw config.problem(values.position(FileKeys.ETCD_ENDPOINTS), "etcd.endpoints: " + e.getMessage());
        }
    }

    private <B extends EtcdBuilder<B>> B secured(B builder) {
        String user = values.find(FileKeys.ETCD_USERNAME);
        String password = values.find(FileKeys.ETCD_PASSWORD);
        if (user != null && password != null) {
            builder.user(user, password);
        }
        String trusted = values.find(FileKeys.ETCD_TRUSTED);
        if (trusted != null) {
            builder.trustedCertificates(Path.of(trusted));
        }
        String certificate = values.find(FileKeys.ETCD_CERTIFICATE);
        String key = values.find(FileKeys.ETCD_KEY);
        if (certificate != null && key != null) {
            builder.clientCertificate(Path.of(certificate), Path.of(key));
        }
        return builder;
    }

    private CheckpointStore s3Checkpoints() throws IOException {
        String bucket = values.find(FileKeys.OFFSETS_BUCKET);
        String prefix = values.find(FileKeys.KEY_PREFIX);
        return S3CheckpointStore.create(
                s3(),
                bucket == null ? values.get(FileKeys.BUCKET) : bucket,
                prefix == null ? S3CheckpointStore.DEFAULT_PREFIX : prefix);
    }

    private S3Client s3() throws IOException {
        S3Client client = s3;
        if (client == null) {
            client = resources.add(S3Clients.open(config));
            s3 = client;
        }
        return client;
    }

    private HikariDataSource dataSource() throws ConfigException {
        try {
            return ConnectionPools.open(
                    values.get(FileKeys.JDBC_URL),
                    values.find(FileKeys.JDBC_USER),
                    values.find(FileKeys.JDBC_PASSWORD),
                    ConnectionPools.DEFAULT_SIZE);
        } catch (IllegalArgumentException e) {
            throw config.problem(values.position(FileKeys.JDBC_URL), "jdbc." + e.getMessage());
        }
    }

    private static String[] endpoints(@Nullable List<String> named) {
        return (named == null ? LOCAL_ETCD : named).toArray(String[]::new);
    }

    private static String[] rest(String[] all) {
        return List.of(all).subList(1, all.length).toArray(String[]::new);
    }
}
