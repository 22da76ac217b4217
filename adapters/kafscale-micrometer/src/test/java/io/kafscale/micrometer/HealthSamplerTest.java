package io.kafscale.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.processor.ProcessorHealth;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HealthSamplerTest {

    private final AtomicLong now = new AtomicLong();
    private final HealthSampler sampler = new HealthSampler(now::get);

    @Test
    void figure_readOften_asksOnceASecond() {
        CountingProcessor processor = new CountingProcessor();
        sampler.watch(processor);
        for (int gauge = 0; gauge < 500; gauge++) {
            sampler.figure(ProcessorHealth::bufferedBytes);
        }
        assertThat(processor.asked()).isEqualTo(1);

        now.addAndGet(Duration.ofMillis(999).toNanos());
        assertThat(sampler.figure(ProcessorHealth::bufferedBytes)).isEqualTo(1);
        now.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(sampler.figure(ProcessorHealth::bufferedBytes)).isEqualTo(2);
        assertThat(processor.asked()).isEqualTo(2);
    }

    @Test
    void figure_withoutProcessor_isNaN() {
        assertThat(sampler.figure(ProcessorHealth::bufferedBytes)).isNaN();
    }

    @Test
    void processorThatNobodyElseHolds_isNotHeld() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ProcessorMetrics metrics = ProcessorMetrics.on(registry);
        WeakReference<CountingProcessor> processor = watchANewOne(metrics);
        await().until(() -> {
            System.gc();
            return processor.get() == null;
        });
        assertThat(Scrape.of(registry).value("kafscale_processor_buffered_bytes"))
                .isNaN();
        metrics.close();
    }

    private static WeakReference<CountingProcessor> watchANewOne(ProcessorMetrics metrics) {
        CountingProcessor processor = new CountingProcessor();
        metrics.watch(processor);
        return new WeakReference<>(processor);
    }
}
