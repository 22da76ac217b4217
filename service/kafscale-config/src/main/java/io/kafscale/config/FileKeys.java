package io.kafscale.config;

import static io.kafscale.config.Option.bytes;
import static io.kafscale.config.Option.choice;
import static io.kafscale.config.Option.flag;
import static io.kafscale.config.Option.seconds;
import static io.kafscale.config.Option.secret;
import static io.kafscale.config.Option.text;
import static io.kafscale.config.Option.texts;

import io.kafscale.processor.DiscoveryMode;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Every key of a file but those of its mappings, in the order in which the reference describes them. A new one is a line
 * here: with {@code tune} it is applied as well. The reference page and the JSON Schema are checked against this.
 */
final class FileKeys {

    private static final List<Option<?>> REGISTERED = new ArrayList<>();
    private static final List<Setting<ProcessorBuilder, ?>> TUNING = new ArrayList<>();

    static final Option<String> GROUP = file(text(
                    "group",
                    "The application's name: all workers that share its work say the same, other applications another."
                            + " Without it the file counts as one written for the Go processors.")
            .otherwise("processors, with etcd; else it must be said"));

    static final Option<String> BUCKET = file(text("s3.bucket", "The bucket that the brokers write to.")
            .otherwise("must be said, unless `segments.directory` is"));
    static final Option<String> NAMESPACE = file(Option.of(
                    "s3.namespace",
                    Kind.NAMESPACE,
                    "The brokers' namespace, under which the topics lie: `default` unless they were told otherwise.")
            .otherwise("must be said with `s3.bucket`"));
    static final Option<String> ENDPOINT =
            file(text("s3.endpoint", "The URL of a store that is not Amazon's.").otherwise("Amazon's"));
    static final Option<String> REGION = file(text("s3.region", "The bucket's region.")
            .otherwise("that of the AWS configuration; us-east-1 with an endpoint"));
    static final Option<Boolean> PATH_STYLE = file(
            flag("s3.path_style", "Puts the bucket into the URL's path rather than the host name, as MinIO wants it.")
                    .orElse(false));

    static final Option<String> DIRECTORY = file(
            text("segments.directory", "Reads segments from this directory instead of S3; the namespaces lie in it."));
    static final Option<String> DIRECTORY_NAMESPACE =
            file(Option.of("segments.namespace", Kind.NAMESPACE, "The namespace in that directory.")
                    .otherwise("must be said with `segments.directory`"));

    static final Option<List<String>> ETCD_ENDPOINTS = file(texts(
                    "etcd.endpoints",
                    "The brokers' etcd. With it the brokers also tell which topics there are and of new segments.")
            .otherwise("`KAFSCALE_ETCD_ENDPOINTS`; for offsets http://localhost:2379"));
    static final Option<String> ETCD_USERNAME = file(text("etcd.username", "Who signs in to etcd."));
    static final Option<String> ETCD_PASSWORD = file(secret("etcd.password", "Its password."));
    static final Option<String> ETCD_TRUSTED = file(text(
                    "etcd.trusted_certificates",
                    "A PEM file with the certificates that are trusted, for endpoints with https.")
            .otherwise("those that Java trusts"));
    static final Option<String> ETCD_CERTIFICATE = file(text(
            "etcd.client_certificate",
            "A PEM file with the certificate to show to an etcd that asks its clients for one."));
    static final Option<String> ETCD_KEY =
            file(text("etcd.client_key", "A PEM file with its private key, PKCS#8, without a password.")
                    .otherwise("must be said with `etcd.client_certificate`"));

    static final Option<Backend> BACKEND = file(choice(
                    "offsets.backend",
                    Backend.class,
                    "Where leases and offsets are kept. `memory` forgets them at the end, and is for one worker.")
            .orElse(Backend.ETCD));
    static final Option<String> KEY_PREFIX = file(text(
                    "offsets.key_prefix",
                    "What the keys in etcd, or the objects in S3, begin with. Only one group can live under a prefix in"
                            + " etcd. Under `processors`, the Go processors' own, both kinds of workers exclude each other.")
            .otherwise("etcd: `kafscale/{group}`, `processors` without a group; S3: kafscale-checkpoints"));
    static final Option<String> OFFSETS_BUCKET =
            file(text("offsets.bucket", "The bucket for leases and offsets, with backend s3.")
                    .otherwise("`s3.bucket`"));

    static final Option<String> JDBC_URL =
            file(text("jdbc.url", "The database for leases and offsets, such as jdbc:postgresql://host/db.")
                    .otherwise("must be said with backend jdbc"));
    static final Option<String> JDBC_USER = file(text("jdbc.user", "Who signs in to the database."));
    static final Option<String> JDBC_PASSWORD = file(secret("jdbc.password", "Its password."));

    static final Option<Long> HTTP_PORT = file(Option.of(
                    "http.port",
                    Kind.count(0, 65535),
                    "The port of /metrics, /healthz and /readyz; 0 takes a free one, which the log names.")
            .orElse(9093L));
    static final Option<String> HTTP_HOST = file(
            text("http.host", "The address it listens at; 0.0.0.0 for all.").orElse("0.0.0.0"));
    static final Option<LogFormat> LOG_FORMAT =
            file(choice("log.format", LogFormat.class, "How a line of the log looks.")
                    .orElse(LogFormat.TEXT));
    static final Option<LogLevel> LOG_LEVEL = file(
            choice("log.level", LogLevel.class, "The least that is logged.").orElse(LogLevel.INFO));
    static final Option<Duration> DRAIN_LIMIT = file(seconds(
                    "processor.drain_limit_seconds",
                    "How long the end waits for writes that are under way. Keep it below the time that Kubernetes gives.")
            .orElse(Processor.DEFAULT_DRAIN_LIMIT));

    static final Option<DiscoveryMode> DISCOVERY_MODE = tune(
            choice("discovery.mode", DiscoveryMode.class, "Who tells which topics there are, and of new segments.")
                    .orElse(DiscoveryMode.AUTO),
            ProcessorBuilder::discovery);

    static final Option<Duration> LEASE_TTL = tune(
            seconds(
                            "offsets.lease_ttl_seconds",
                            "A worker silent for so long loses its partitions. At least 1; etcd: 2.")
                    .otherwise(Shown.value(ProcessorBuilder.DEFAULT_LEASE_TTL)),
            ProcessorBuilder::leaseTtl);
    static final Option<Duration> COMMIT_INTERVAL = tune(
            seconds("offsets.commit_interval_seconds", "A partition's offset is committed at most once in this time.")
                    .otherwise("1; S3: 10"),
            ProcessorBuilder::commitInterval);

    static {
        tune(
                seconds("discovery.interval_seconds", "New partitions are looked for this often.")
                        .otherwise(Shown.value(ProcessorBuilder.DEFAULT_DISCOVERY_INTERVAL)),
                ProcessorBuilder::discoveryInterval);
    }

    static final Option<Duration> POLL_INTERVAL = tune(
            seconds("processor.poll_interval_seconds", "A partition is looked at again after this time.")
                    .otherwise("5; a directory: 0.1"),
            ProcessorBuilder::pollInterval);
    static final Option<Duration> MAX_POLL_INTERVAL = tune(
            seconds("processor.max_poll_interval_seconds", "The same for one that has had nothing new for long.")
                    .otherwise(ProcessorBuilder.DEFAULT_POLL_BACKOFF + " times the poll interval"),
            ProcessorBuilder::maxPollInterval);

    static {
        tune(
                seconds(
                                "processor.safety_poll_interval_seconds",
                                "The same while the brokers' etcd tells of new segments.")
                        .otherwise(Shown.value(ProcessorBuilder.DEFAULT_SAFETY_POLL_INTERVAL)),
                ProcessorBuilder::safetyPollInterval);
        tune(
                seconds("processor.grace_period_seconds", "Half a segment is waited for this long, then passed over.")
                        .otherwise(Shown.value(ProcessorBuilder.DEFAULT_GRACE_PERIOD)),
                ProcessorBuilder::gracePeriod);
        tune(
                bytes("processor.max_buffered_bytes", "Bytes of segments held at once, in the whole worker.")
                        .otherwise(Shown.value(ProcessorBuilder.DEFAULT_MAX_BUFFERED_BYTES)),
                ProcessorBuilder::maxBufferedBytes);
        tune(
                whole("processor.prefetch_segments", "Segments fetched ahead for each partition.")
                        .otherwise(Integer.toString(ProcessorBuilder.DEFAULT_PREFETCH_SEGMENTS)),
                (builder, value) -> builder.prefetchSegments(value.intValue()));
        tune(
                whole(
                                "processor.max_concurrent_writes",
                                "Sinks called at once; a partition has one call at a time anyway.")
                        .otherwise(Integer.toString(ProcessorBuilder.DEFAULT_MAX_CONCURRENT_WRITES)),
                (builder, value) -> builder.maxConcurrentWrites(value.intValue()));
        tune(
                whole("processor.max_partitions", "Partitions this worker owns at once.")
                        .otherwise("all there are"),
                (builder, value) -> builder.maxPartitions(value.intValue()));
        tune(
                whole(
                                "processor.max_concurrent_fetches",
                                "Segments fetched at once; each takes a connection to the store.")
                        .otherwise(Integer.toString(ProcessorBuilder.DEFAULT_MAX_CONCURRENT_FETCHES)),
                (builder, value) -> builder.maxConcurrentFetches(value.intValue()));
        tune(
                flag(
                                "processor.serialize_writes_per_topic",
                                "Hands over one batch of a topic at a time, whatever its partition; in this worker only.")
                        .otherwise("false"),
                (builder, value) -> {
                    if (value) {
                        builder.serializeWritesPerTopic();
                    }
                });
        tune(
                Option.of(
                                "processor.start",
                                Kind.START,
                                "Where a partition begins that the group never processed: `earliest`, `latest`, an offset,"
                                        + " or a time such as `2026-01-31T08:00:00Z`.")
                        .otherwise("earliest"),
                ProcessorBuilder::startFrom);
    }

    static final Option<Boolean> PLANNED = tune(
            flag(
                            "processor.planned_batches",
                            "Keeps the end of each batch with the offsets before the sink gets it, so that whoever repeats it"
                                    + " repeats exactly that.")
                    .otherwise("false"),
            (builder, value) -> {
                if (value) {
                    builder.plannedBatches();
                }
            });

    static final BatchKeys BATCHES = BatchKeys.in("processor.batches", FileKeys::file);

    static final Option<List<String>> ERRORS =
            file(node("errors", "What is done when something fails: a section for each stage, see errors below."));

    static final Option<String> DEAD_LETTER_DIRECTORY = file(text(
            "dead_letters.directory",
            "Records that are given up go to files in this directory, which has to outlive the worker."));
    static final Option<String> DEAD_LETTER_PREFIX = file(text(
            "dead_letters.prefix",
            "They go to objects under this prefix instead, in the bucket of the segments, as in `dead-letters`."));

    static final Option<List<String>> MAPPINGS =
            file(node("mappings", "Which topic goes to which sink: a list, see below.")
                    .required());
    static final Option<List<String>> SINKS = file(node(
            "sinks", "A section for each type of sink, with what holds for all mappings to it: see the sinks below."));

    static final Option<List<String>> ICEBERG =
            file(node("iceberg", "Theirs. The same as `sinks.iceberg`, for a sink of that type."));

    static {
        refuse(
                "schema.mode",
                "off",
                "records are not validated here, and passing them on unseen would not be the same");
        theirs("schema.registry.base_url", "Theirs. Without effect while `schema.mode` is off.");
        theirs("schema.registry.timeout_seconds", "Theirs. Without effect while `schema.mode` is off.");
        theirs("schema.registry.cache_seconds", "Theirs. Without effect while `schema.mode` is off.");
        refuse("lfs.mode", "off", "values that stand for a large object are not resolved here");
        theirs("lfs.max_inline_size", "Theirs. Without effect while `lfs.mode` is off.");
        theirs("lfs.store_metadata", "Theirs. Without effect while `lfs.mode` is off.");
        theirs("lfs.validate_checksum", "Theirs. Without effect while `lfs.mode` is off.");
        theirs("lfs.resolve_concurrency", "Theirs. Without effect while `lfs.mode` is off.");
    }

    /** All of them. */
    static final List<Option<?>> ALL = Collections.unmodifiableList(REGISTERED);

    /** Those that set something of the builder. */
    static final List<Setting<ProcessorBuilder, ?>> TUNE = Collections.unmodifiableList(TUNING);

    private FileKeys() {}

    private static <T> Option<T> file(Option<T> option) {
        REGISTERED.add(option);
        return option;
    }

    private static <T> Option<T> tune(Option<T> option, BiConsumer<ProcessorBuilder, T> setter) {
        TUNING.add(new Setting<>(file(option), setter));
        return option;
    }

    private static Option<Long> whole(String name, String meaning) {
        return Option.of(name, Kind.count(1, Integer.MAX_VALUE), meaning);
    }

    private static Option<List<String>> node(String name, String meaning) {
        return Option.of(name, Kind.ANY, meaning);
    }

    private static void theirs(String name, String meaning) {
        file(node(name, meaning));
    }

    private static void refuse(String name, String only, String refusal) {
        file(Option.of(
                        name,
                        Kind.only(only, refusal),
                        "Theirs. Anything but `" + only + "` is refused: " + refusal + ".")
                .otherwise(only));
    }
}
