package io.kafscale.processor;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.FileObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorBuilderTest {

    @TempDir
    Path directory;

    @Test
    void create_withAnIllegalGroup_saysWhatIsLegal() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProcessorBuilder.create("orders to warehouse"))
                .withMessage("\"orders to warehouse\" is not a group name: it takes 1 to 249 of a-z, A-Z, 0-9, '.', '_'"
                        + " and '-'");
    }

    @Test
    void topic_saidTwice_isRefused() {
        ProcessorBuilder builder = ProcessorBuilder.create("g").topic("orders", batch -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.topic("orders", batch -> {}))
                .withMessageContaining("orders has a sink already");
    }

    @Test
    void topic_withAnIllegalName_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProcessorBuilder.create("g").topic("or/ders", batch -> {}))
                .withMessageContaining("\"or/ders\"");
    }

    @Test
    void build_withoutSegments_saysWhatToCall() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ProcessorBuilder.create("g").build())
                .withMessageContaining("segments(store, namespace)");
    }

    @Test
    void build_withoutCheckpoints_saysWhatToCall() throws IOException {
        ProcessorBuilder builder = ProcessorBuilder.create("g").segments(FileObjectStore.open(directory), "default");
        assertThatIllegalStateException().isThrownBy(builder::build).withMessageContaining("checkpoints(store)");
    }

    @Test
    void build_withoutTopic_saysWhatToCall() throws IOException {
        assertThatIllegalStateException().isThrownBy(complete()::build).withMessageContaining("topic(name, sink)");
    }

    @Test
    void build_commitIntervalNotShorterThanTtl_namesBothAndTheWayOut() throws IOException {
        ProcessorBuilder builder = complete()
                .topic("orders", batch -> {})
                .leaseTtl(Duration.ofSeconds(10))
                .commitInterval(Duration.ofSeconds(10));
        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessageContainingAll("commit interval (PT10S)", "lease TTL (PT10S)", "lower the one");
    }

    @Test
    void build_discoveryInEtcdWithoutACatalog_saysWhatToCall() throws IOException {
        ProcessorBuilder builder = complete().topic("orders", batch -> {}).discovery(DiscoveryMode.ETCD);
        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessageContainingAll("catalog(EtcdTopicCatalog.connect(…))", "mode AUTO");
    }

    @Test
    void setters_refuseWhatCannotBe() throws IOException {
        ProcessorBuilder builder = complete();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.leaseTtl(Duration.ofMillis(10)))
                .withMessage("the lease TTL must be at least PT1S, not PT0.01S");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxBufferedBytes(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.prefetchSegments(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxConcurrentFetches(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxConcurrentWrites(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.pollInterval(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.safetyPollInterval(Duration.ZERO));
    }

    @Test
    void start_twice_saysThatAProcessorRunsOnce() throws IOException {
        try (Processor processor = complete().topic("orders", batch -> {}).build()) {
            processor.start();
            assertThatIllegalStateException().isThrownBy(processor::start).withMessageContaining("runs once");
        }
    }

    private ProcessorBuilder complete() throws IOException {
        return ProcessorBuilder.create("g")
                .segments(FileObjectStore.open(directory), "default")
                .checkpoints(new InMemoryCheckpointStore());
    }
}
