package io.kafscale.s3;

import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.http.HttpMetric;
import software.amazon.awssdk.metrics.MetricCollection;
import software.amazon.awssdk.metrics.MetricPublisher;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * How many connections a client has. A client does not say; but its HTTP client reports it with a request's metrics, which
 * are therefore asked for with the first request. Thread safe.
 */
final class ConnectionCount implements MetricPublisher {

    /** The client's own publishers, which those of a request would replace, and this one. */
    private final AwsRequestOverrideConfiguration asking;

    private volatile boolean known;
    private volatile int connections = Integer.MAX_VALUE;

    ConnectionCount(S3Client client) {
        AwsRequestOverrideConfiguration.Builder builder =
                AwsRequestOverrideConfiguration.builder().addMetricPublisher(this);
        client.serviceClientConfiguration()
                .overrideConfiguration()
                .metricPublishers()
                .forEach(builder::addMetricPublisher);
        asking = builder.build();
    }

    /** Whether requests need not {@linkplain #asking() ask} any more. */
    boolean isKnown() {
        return known;
    }

    AwsRequestOverrideConfiguration asking() {
        return asking;
    }

    /** How many, or {@link Integer#MAX_VALUE} when there is no limit, or it is not known. */
    int connections() {
        return connections;
    }

    @Override
    public void publish(MetricCollection metrics) {
        known = true;
        read(metrics);
    }

    private void read(MetricCollection metrics) {
        metrics.metricValues(HttpMetric.MAX_CONCURRENCY).stream()
                .filter(most -> most > 0)
                .forEach(most -> connections = most);
        metrics.children().forEach(this::read);
    }

    @Override
    public void close() {}
}
