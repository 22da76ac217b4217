package io.kafscale.torture;

import io.kafscale.processor.AsyncSink;
import io.kafscale.processor.BatchLimits;
import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.FileDeadLetterSink;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.Stage;
import io.kafscale.processor.TopicOptions;
import io.kafscale.s3.S3ObjectStore;
import io.kafscale.testkit.linearizability.RecordedCheckpointStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A worker in a JVM of its own, as an application would be: processes until it is asked to end. It prints what happens, and
 * takes lines for its {@link SinkMood}.
 */
public final class WorkerMain {

    /** The application's name. */
    static final String GROUP = "torture";

    private static final int FEW_RECORDS = 50;
    private static final int ATTEMPTS = 3;

    private WorkerMain() {}

    /** Takes {@link WorkerOptions}. */
    public static void main(String[] arguments) throws Exception {
        WorkerOptions options = WorkerOptions.parse(arguments);
        SinkMood mood = new SinkMood();
        Thread listening = new Thread(() -> listen(mood), "mood");
        listening.setDaemon(true);
        listening.start();
        try (S3Client segments = Bucket.client(URI.create(options.segments()));
                StoreConnection connection = options.store().connect(options.storeAddress(), options.ttl());
                Processor processor = processor(options, segments, connection, sink(options, mood))) {
            processor.run();
        }
    }

    private static LedgerSink sink(WorkerOptions options, SinkMood mood) throws IOException {
        return new LedgerSink(
                LedgerFile.create(options.ledger()),
                mood,
                options.traits(),
                options.sink().open(options));
    }

    private static Processor processor(
            WorkerOptions options, S3Client segments, StoreConnection connection, LedgerSink sink) throws IOException {
        Traits traits = options.traits();
        ProcessorBuilder builder = ProcessorBuilder.create(GROUP)
                .segments(S3ObjectStore.create(segments, Bucket.NAME), Bucket.NAMESPACE)
                .checkpoints(RecordedCheckpointStore.into(options.history(), connection.store()))
                .leaseTtl(options.ttl())
                .commitInterval(options.ttl().dividedBy(10))
                .pollInterval(Duration.ofMillis(300))
                .maxPollInterval(Duration.ofMillis(600))
                .discoveryInterval(Duration.ofSeconds(1))
                .listener(event -> System.out.println(
                        System.nanoTime() + " " + event.getClass().getSimpleName() + " " + event.message()));
        if (traits.has(Trait.PLANNED)) {
            builder.plannedBatches();
        }
        if (traits.has(Trait.SMALL_BATCHES)) {
            builder.batches(BatchLimits.DEFAULT.withMaxRecords(FEW_RECORDS));
        }
        if (traits.has(Trait.POISONED)) {
            builder.onError(Stage.SINK, ErrorPolicy.afterAttempts(ATTEMPTS, ErrorPolicy.Action.DEAD_LETTER))
                    .deadLetters(FileDeadLetterSink.in(WorkerOptions.deadLetters(options.directory())));
        }
        Consumer<TopicOptions> filter = topic -> {
            if (traits.has(Trait.FILTERED)) {
                topic.filter(record -> traits.isWanted(record.offset()));
            }
        };
        if (traits.has(Trait.ASYNC)) {
            AsyncSink async = new AsyncLedgerSink(sink);
            options.topics().forEach(topic -> builder.topicAsync(topic, async, filter));
        } else {
            options.topics().forEach(topic -> builder.topic(topic, sink, filter));
        }
        return builder.build();
    }

    private static void listen(SinkMood mood) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                mood.follow(line);
            }
        } catch (IOException e) {
            System.out.println("nobody is there to be listened to: " + e.getMessage());
        }
    }
}
