package io.kafscale.cli;

import io.kafscale.config.KafscaleConfig;
import io.kafscale.config.OpenedConfig;
import io.kafscale.config.ServiceSettings;
import io.kafscale.processor.Processor;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A processor as a service: with metrics and health over HTTP, until the JVM is asked to end. Then it drains, and the JVM
 * ends with the service's exit code rather than the signal's.
 */
final class Service {

    private static final Logger LOG = LoggerFactory.getLogger(Service.class);

    private static final Duration A_WHILE = Duration.ofMinutes(1);

    /** For sinks to finish their files. */
    private static final Duration LAST_WORK = Duration.ofSeconds(10);

    private final KafscaleConfig config;
    private final ServiceSettings settings;
    private final CountDownLatch closed = new CountDownLatch(1);

    Service(KafscaleConfig config) {
        this.config = config;
        this.settings = config.service();
    }

    /**
     * Runs it until the JVM is asked to end, which then ends with the exit code by itself, or the processor ends by itself.
     *
     * @return the exit code for that
     * @throws IOException when something that is needed from the start cannot be opened
     */
    int run() throws IOException, InterruptedException {
        try (ServiceMetrics metrics = new ServiceMetrics();
                OpenedConfig opened = config.open();
                Processor processor = opened.builder(metrics::metered)
                        .listener(metrics.listener())
                        .build();
                HealthProbe probe = new HealthProbe(processor);
                HttpEndpoints http = HttpEndpoints.start(
                        settings.httpHost(), settings.httpPort(), probe, new MetricsEndpoint(metrics::scrape))) {
            metrics.watch(processor);
            Thread drain = new Thread(() -> drain(processor, probe), "kafscale-drain");
            Runtime.getRuntime().addShutdownHook(drain);
            LOG.info(
                    "group {} processes {}; metrics and health at {}:{}",
                    config.group(),
                    config.topics(),
                    settings.httpHost(),
                    http.port());
            processor.start();
            while (!processor.awaitTermination(A_WHILE)) {
                LOG.debug("still processing");
            }
            forget(drain);
            String reason = processor.endedBecause();
            if (reason == null) {
                LOG.info("ended");
            } else {
                LOG.error("ended without being asked to: {}", reason);
            }
        } finally {
            closed.countDown();
        }
        return Kafscale.ENDED;
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("the hook is at work", e);
        }
    }

    /** Called by the JVM when it was asked to end. */
    private void drain(Processor processor, HealthProbe probe) {
        probe.drains();
        LOG.info(
                "asked to end; waiting up to {} s for writes under way",
                settings.drainLimit().toSeconds());
        boolean everythingReleased = processor.drain(settings.drainLimit());
        if (!everythingReleased) {
            LOG.warn("not all was given back in time; what was not confirmed comes again, at another worker, once the"
                    + " lease has ended");
        }
        try {
            if (!closed.await(LAST_WORK.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a sink does not close; ending all the same");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // The signal's own exit code would tell a supervisor that it failed.
        Runtime.getRuntime().halt(everythingReleased ? Kafscale.SOUND : Kafscale.REFUSED);
    }
}
