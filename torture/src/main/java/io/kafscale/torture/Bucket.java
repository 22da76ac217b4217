package io.kafscale.torture;

import io.kafscale.testkit.LocalS3;
import io.kafscale.testkit.S3Proxy;
import java.io.IOException;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An S3 server with three ways to it: one for the workers' segments and one for their checkpoints, which can be made bad each
 * for itself, and one that is always good. Thread safe.
 */
final class Bucket implements AutoCloseable {

    static final String NAME = "kafscale-data";
    static final String NAMESPACE = "torture";

    private final LocalS3 server;
    private final S3Proxy good;
    private final S3Proxy segments;
    private final S3Proxy checkpoints;

    private Bucket(LocalS3 server) throws IOException {
        this.server = server;
        this.good = S3Proxy.to(server.endpoint());
        this.segments = good.beside();
        this.checkpoints = good.beside();
    }

    static Bucket start() throws IOException {
        return new Bucket(LocalS3.start(NAME));
    }

    S3Proxy good() {
        return good;
    }

    S3Proxy segments() {
        return segments;
    }

    S3Proxy checkpoints() {
        return checkpoints;
    }

    static S3Client client(URI endpoint) {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("torture", "torture")))
                .build();
    }

    @Override
    public void close() throws IOException {
        segments.close();
        checkpoints.close();
        good.close();
        server.close();
    }
}
