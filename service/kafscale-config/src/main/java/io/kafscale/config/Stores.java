package io.kafscale.config;

import com.zaxxer.hikari.HikariConfig;
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
import io.kafscale.etcd.EtcdTopicCatalogBuilder;
import io.kafscale.jdbc.JdbcCheckpointStore;
import io.kafscale.processor.DiscoveryMode;
import io.kafscale.s3.S3CheckpointStore;
import io.kafscale.s3.S3ObjectStore;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/** Opens the stores that a file names. What they need beside is closed with the resources. */
final class Stores {

    /** The etcd that etcd's own tools take when told of none. */
    private static final List<String> LOCAL_ETCD = List.of("http://localhost:2379");

    private static final String PREFIX_OF_GO_FILES = "processors";
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(5);

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
        try {
            EtcdTopicCatalogBuilder builder = EtcdTopicCatalog.builder(all[0], rest(all));
            return signedIn(builder).build();
        } catch (IllegalArgumentException e) {
            throw config.problem(values.position(FileKeys.ETCD_ENDPOINTS), "etcd.endpoints: " + e.getMessage());
        }
    }

    private CheckpointStore etcdCheckpoints() throws IOException {
        String[] all = endpoints(config.etcdEndpoints());
        try {
            EtcdCheckpointStoreBuilder builder = EtcdCheckpointStore.builder(all[0], rest(all));
            String prefix = values.find(FileKeys.KEY_PREFIX);
            if (prefix != null || !values.has(FileKeys.GROUP)) {
                builder.keyPrefix(prefix == null ? PREFIX_OF_GO_FILES : prefix);
            }
            return signedIn(builder).build();
        } catch (IllegalArgumentException e) {
            throw config.problem(values.position(FileKeys.ETCD_ENDPOINTS), "etcd.endpoints: " + e.getMessage());
        }
    }

    private <B extends EtcdBuilder<B>> B signedIn(B builder) {
        String user = values.find(FileKeys.ETCD_USERNAME);
        String password = values.find(FileKeys.ETCD_PASSWORD);
        return user == null || password == null ? builder : builder.user(user, password);
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
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("kafscale");
        pool.setJdbcUrl(values.get(FileKeys.JDBC_URL));
        pool.setUsername(values.find(FileKeys.JDBC_USER));
        pool.setPassword(values.find(FileKeys.JDBC_PASSWORD));
        pool.setConnectionTimeout(DATABASE_TIMEOUT.toMillis());
        pool.setMinimumIdle(0);
        // A database that is away now may be back when the processor tries again.
        pool.setInitializationFailTimeout(-1);
        try {
            return new HikariDataSource(pool);
        } catch (RuntimeException e) {
            // Without the cause's message, which shows the URL, and that may hold a password.
            throw config.problem(
                    values.position(FileKeys.JDBC_URL),
                    "jdbc.url names no database of which a driver is on the class path; check how it begins");
        }
    }

    private static String[] endpoints(@Nullable List<String> named) {
        return (named == null ? LOCAL_ETCD : named).toArray(String[]::new);
    }

    private static String[] rest(String[] all) {
        return List.of(all).subList(1, all.length).toArray(String[]::new);
    }
}
