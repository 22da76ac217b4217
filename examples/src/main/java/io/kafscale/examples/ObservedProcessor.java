package io.kafscale.examples;

import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.FileObjectStore;
import io.kafscale.micrometer.MeteredObjectStore;
import io.kafscale.micrometer.ProcessorMetrics;
import io.kafscale.processor.PartitionHealth;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.ProcessorHealth;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A processor that is watched in all three ways: events as they come, health, and metrics for Prometheus. It reads the
 * golden orders from a directory, and ends when all are read. An application would serve {@code registry.scrape()} on
 * {@code /metrics} and {@code health().isLive()} on {@code /healthz}.
 */
public final class ObservedProcessor {

    private static final int PARTITIONS = 3;

    /** Reads {@code golden/segments}, or the directory that is given. */
    public static void main(String[] args) throws Exception {
        run(Path.of(args.length > 0 ? args[0] : "golden/segments"), System.out);
    }

    static void run(Path segments, PrintStream out) throws IOException, InterruptedException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (ProcessorMetrics metrics = ProcessorMetrics.on(registry);
                Processor processor = ProcessorBuilder.create("observed")
                        .segments(MeteredObjectStore.of(FileObjectStore.open(segments), registry), "golden")
                        .checkpoints(new InMemoryCheckpointStore())
                        .topic("orders", batch -> batch.forEach(order -> order.value()))
                        .listener(metrics)
                        .listener(event -> tell(event, out))
                        .build()) {
            metrics.watch(processor);
            processor.start();
            while (!isDone(processor.health())) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            ProcessorHealth health = processor.health();
            out.println("health: live " + health.isLive() + ", ready " + health.isReady());
            health.partitions()
                    .forEach((partition, state) -> out.println("health: " + partition + " " + state.phase()
                            + ", committed " + state.committedOffset() + ", lag " + state.lag()));
            registry.scrape("text/plain")
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.contains("_bucket"))
                    .forEach(out::println);
        }
    }

    /** Routine comes with every batch; metrics are the better place for it. */
    private static void tell(ProcessorEvent event, PrintStream out) {
        if (!event.isRoutine()) {
            out.println("event: " + event.message());
        }
    }

    private static boolean isDone(ProcessorHealth health) {
        return health.partitions().size() == PARTITIONS
                && health.partitions().values().stream().allMatch(ObservedProcessor::isDone);
    }

    private static boolean isDone(PartitionHealth partition) {
        return partition.endOffset() > 0 && partition.lag() == 0;
    }
}
